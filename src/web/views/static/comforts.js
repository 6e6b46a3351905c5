// Small comforts. Every page works without this file. Old syntax on purpose: old engines run it too.
(function () {
  "use strict";

  // "Show password" appears only where it can work.
  var buttons = document.querySelectorAll("[data-reveal]");
  Array.prototype.forEach.call(buttons, function (button) {
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

  // The exact time in the viewer's own zone.
  var times = document.querySelectorAll("time[datetime][title]");
  Array.prototype.forEach.call(times, function (time) {
    var at = new Date(time.getAttribute("datetime"));
    if (!isNaN(at.getTime())) { time.title = at.toLocaleString(document.documentElement.lang); }
  });
})();
