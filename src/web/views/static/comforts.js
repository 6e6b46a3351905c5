// Small comforts. Every page works without this file. Old syntax on purpose: old engines run it too.
(function () {
  "use strict";

  function each(selector, work) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), work);
  }

  // "Show password" appears only where it can work.
  each("[data-reveal]", function (button) {
    var input = document.getElementById(button.getAttribute("data-reveal"));
    var icons = button.querySelectorAll("svg");
    if (!input) { return; }
    function say(shown) {
      var words = button.getAttribute(shown ? "data-hide" : "data-show");
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-label", words);
      button.title = words;
      if (icons[0] && icons[1]) {
        icons[shown ? 0 : 1].setAttribute("hidden", "");
        icons[shown ? 1 : 0].removeAttribute("hidden");
      }
    }
    button.addEventListener("click", function () { say(input.type === "password"); });
    if (input.form) { input.form.addEventListener("submit", function () { say(false); }); }
    say(false);
    button.removeAttribute("hidden");
  });

  // "Copy" says for two seconds that it was done.
  each("[data-copy]", function (button) {
    var label = button.querySelector("span");
    var words = label && label.textContent;
    if (!label || !navigator.clipboard) { return; }
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.getAttribute("data-copy")).then(function () {
        label.textContent = button.getAttribute("data-done");
        setTimeout(function () { label.textContent = words; }, 2000);
      }, function () {});
    });
    button.removeAttribute("hidden");
  });

  each("[data-print]", function (button) {
    button.addEventListener("click", function () { window.print(); });
    button.removeAttribute("hidden");
  });

  // A guess at how hard a new password is to guess, for whoever types it. What is too weak the server decides.
  each("[data-strength]", function (meter) {
    var input = document.getElementById(meter.getAttribute("data-strength"));
    var word = meter.querySelector(".word");
    var words = meter.getAttribute("data-words").split("|");
    if (!input || !word) { return; }
    function bits(text) {
      var kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[ -\/:-@[-`{-~]/, /[^ -~]/];
      var sizes = [26, 26, 10, 33, 200];
      var pool = 0;
      var sum = 0;
      kinds.forEach(function (kind, at) { if (kind.test(text)) { pool += sizes[at]; } });
      for (var at = 0; at < text.length; at += 1) {
        var step = at ? text.charCodeAt(at) - text.charCodeAt(at - 1) : 9;
        // What repeats or follows on adds little; so does what stood before.
        sum += Math.abs(step) < 2 ? 0.25 : text.indexOf(text.charAt(at)) < at ? 0.6 : 1;
      }
      // Words have fewer bits than their letters.
      return sum * Math.log(pool || 1) / Math.LN2 * (/^[a-z]+[0-9!.]*$/i.test(text) ? 0.55 : 0.85);
    }
    function say() {
      var text = input.value;
      var strength = bits(text);
      var level = !text ? 0 : strength < 28 ? 1 : strength < 42 ? 2 : strength < 60 ? 3 : 4;
      var says = level ? words[level - 1] : meter.getAttribute("data-name");
      meter.setAttribute("data-level", level);
      if (word.textContent !== says) { word.textContent = says; }
    }
    input.addEventListener("input", say);
    say();
    meter.removeAttribute("hidden");
  });

  // The exact time in the viewer's own zone.
  each("time[datetime][title]", function (time) {
    var at = new Date(time.getAttribute("datetime"));
    if (!isNaN(at.getTime())) { time.title = at.toLocaleString(document.documentElement.lang); }
  });
})();
