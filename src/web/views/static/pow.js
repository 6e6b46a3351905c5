// Finds a number that makes the SHA-256 (FIPS 180-4) of "challenge:number" begin with enough zero bits. The same file is the
// page's script and the worker that computes. Old syntax on purpose: old engines run it too.
//
// A form that is to bring work has <input type="hidden" name="pow" data-challenge="…" data-difficulty="17">. An element with
// data-work-status in it says the text of its data-text while the form waits; with data-work-submit the form goes by itself.
(function (scope) {
  "use strict";

  var K = [], H = [];
  (function constants() {
    // The first 32 bits of the fractions of the cube and square roots of the first primes.
    function fraction(root) { return ((root - Math.floor(root)) * 4294967296) | 0; }
    for (var n = 2; K.length < 64; n++) {
      var prime = true;
      for (var d = 2; d * d <= n; d++) { if (n % d === 0) { prime = false; break; } }
      if (!prime) { continue; }
      if (H.length < 8) { H.push(fraction(Math.sqrt(n))); }
      K.push(fraction(Math.pow(n, 1 / 3)));
    }
  })();

  // One block of 64 bytes into a state of eight words; w holds the block in its first sixteen.
  var w = [];
  function compress(state) {
    var i, x, y;
    for (i = 16; i < 64; i++) {
      x = w[i - 15]; y = w[i - 2];
      w[i] = (w[i - 16] + w[i - 7] +
        ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
    }
    var a = state[0], b = state[1], c = state[2], d = state[3];
    var e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i++) {
      x = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) + K[i] + w[i]) | 0;
      y = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ c & (a ^ b))) | 0;
      h = g; g = f; f = e; e = (d + x) | 0;
      d = c; c = b; b = a; a = (x + y) | 0;
    }
    return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0,
      (state[4] + e) | 0, (state[5] + f) | 0, (state[6] + g) | 0, (state[7] + h) | 0];
  }

  // Takes a text of ASCII letters and gives a function that hashes it with an ending: whole blocks are worked on once.
  function prefix(text) {
    var state = H, at = 0, j;
    for (; at + 64 <= text.length; at += 64) {
      for (j = 0; j < 16; j++) { w[j] = 0; }
      for (j = 0; j < 64; j++) { w[j >> 2] |= text.charCodeAt(at + j) << (24 - (j & 3) * 8); }
      state = compress(state);
    }
    var rest = text.slice(at);
    return function (ending) {
      var tail = rest + ending, length = tail.length, blocks = length + 9 > 64 ? 2 : 1, words = [], j;
      for (j = 0; j < blocks * 16; j++) { words[j] = 0; }
      for (j = 0; j < length; j++) { words[j >> 2] |= tail.charCodeAt(j) << (24 - (j & 3) * 8); }
      words[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
      words[blocks * 16 - 1] = (at + length) * 8;
      var result = state;
      for (var block = 0; block < blocks; block++) {
        for (j = 0; j < 16; j++) { w[j] = words[block * 16 + j]; }
        result = compress(result);
      }
      return result;
    };
  }

  function zeroBits(hash) {
    for (var i = 0; i < 8; i++) {
      if (hash[i] !== 0) {
        for (var bit = 0; bit < 32; bit++) { if (hash[i] >>> (31 - bit)) { return i * 32 + bit; } }
      }
    }
    return 256;
  }

  // Tries some numbers; gives the answer, or null when none of them is one.
  function attempt(hash, challenge, difficulty, from, count) {
    for (var number = from; number < from + count; number++) {
      if (zeroBits(hash(String(number))) >= difficulty) { return challenge + ":" + number; }
    }
    return null;
  }

  function search(challenge, difficulty, slice, done) {
    var hash = prefix(challenge + ":"), from = 0;
    (function go() {
      var answer = attempt(hash, challenge, difficulty, from, slice);
      from += slice;
      if (answer) { done(answer); } else { setTimeout(go, 0); }
    })();
  }

  if (typeof document === "undefined") {
    scope.onmessage = function (event) {
      search(event.data.challenge, event.data.difficulty, 100000, function (answer) { scope.postMessage(answer); });
    };
    return;
  }

  var source = document.currentScript && document.currentScript.src;
  Array.prototype.forEach.call(document.querySelectorAll("input[data-challenge]"), function (field) {
    var form = field.form, solved = false;
    var waiting = form && form.hasAttribute("data-work-submit") ? { button: null } : null;
    var status = form && form.querySelector("[data-work-status]");
    var task = {
      challenge: field.getAttribute("data-challenge"),
      difficulty: Number(field.getAttribute("data-difficulty"))
    };
    if (!form || field.hasAttribute("data-started")) { return; }
    field.setAttribute("data-started", "");
    function done(answer) {
      if (solved) { return; }
      solved = true;
      field.value = answer;
      if (status) { status.textContent = ""; }
      if (!waiting) { return; }
      if (form.requestSubmit) { form.requestSubmit(waiting.button || undefined); } else { form.submit(); }
    }
    // In small pieces on the page itself where there is no worker: the page stays alive.
    function alone() { search(task.challenge, task.difficulty, 2000, done); }
    try {
      var worker = new Worker(source);
      worker.onmessage = function (event) { done(event.data); worker.terminate(); };
      worker.onerror = alone;
      worker.postMessage(task);
    } catch (_) { alone(); }
    form.addEventListener("submit", function (event) {
      if (solved) { return; }
      event.preventDefault();
      waiting = { button: event.submitter || null };
      if (status) { status.textContent = status.getAttribute("data-text"); }
    });
  });
})(typeof self === "undefined" ? this : self);
