// Passkeys: asks the browser and posts what it gives. A form says what for: data-passkey="get" or "create", data-options
// (JSON, or an address that gives it), data-autofill where the browser may offer them in the field.
(function () {
  "use strict";

  var form = document.querySelector("form[data-passkey]");
  if (!form) { return; }
  var create = form.getAttribute("data-passkey") === "create";
  var source = form.getAttribute("data-options");
  var waiting = null;
  var busy = false;

  function all(name) { return Array.prototype.slice.call(form.querySelectorAll("[data-passkey-" + name + "]")); }
  function show(name, shown) { all(name).forEach(function (element) { element.hidden = !shown; }); }

  if (!window.PublicKeyCredential || !navigator.credentials) {
    show("missing", true);
    all("start").forEach(function (button) { if (button.type === "submit") { button.disabled = true; } });
    return;
  }
  show("shown", true);

  function field(name) {
    var input = form.querySelector("input[name=" + name + "]");
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.appendChild(input);
    }
    return input;
  }

  // The options, and the journey that they were made for.
  function options() {
    if (source.charAt(0) === "{") { return Promise.resolve(JSON.parse(source)); }
    var body = new URLSearchParams();
    ["csrf", "journey", "flow"].forEach(function (name) {
      var input = form.querySelector("input[name=" + name + "]");
      if (input) { body.append(name, input.value); }
    });
    return fetch(source, { method: "POST", body: body, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error("no options"); }
      return answer.json();
    }).then(function (answer) {
      if (answer.journey) { field("journey").value = answer.journey; }
      return answer.options;
    });
  }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (byte) { plain += String.fromCharCode(byte); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // What newer browsers do by themselves: JSON in, JSON out (Web Authentication Level 3).
  function read(given) {
    var json = given.publicKey || given;
    var parse = create ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    if (PublicKeyCredential[parse]) { return PublicKeyCredential[parse](json); }
    var read = Object.assign({}, json, { challenge: bytes(json.challenge) });
    function ids(list) {
      return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
    }
    if (create) {
      read.user = Object.assign({}, json.user, { id: bytes(json.user.id) });
      read.excludeCredentials = ids(json.excludeCredentials);
    } else {
      read.allowCredentials = ids(json.allowCredentials);
    }
    return read;
  }

  function write(credential) {
    if (credential.toJSON) { return JSON.stringify(credential.toJSON()); }
    var answer = credential.response;
    var response = { clientDataJSON: text(answer.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (answer[name]) { response[name] = text(answer[name]); }
    });
    if (answer.getTransports) { response.transports = answer.getTransports(); }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response
    });
  }

  function send(credential) {
    field("credential").value = write(credential);
    if (!create) { field("method").value = "passkey"; }
    form.submit();
  }

  function ask(more) {
    return options().then(function (given) {
      var asked = Object.assign({ publicKey: read(given) }, more);
      return create ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
    }).then(send);
  }

  // In the field, beside what the browser fills in. What was asked for lasts ten minutes: it is asked anew before.
  function offer() {
    if (!window.AbortController || !PublicKeyCredential.isConditionalMediationAvailable) { return; }
    PublicKeyCredential.isConditionalMediationAvailable().then(function (can) {
      if (!can || busy) { return; }
      var stop = waiting = new AbortController();
      var timer = setTimeout(function () { stop.abort(); offer(); }, 540000);
      ask({ mediation: "conditional", signal: stop.signal }).catch(function () { clearTimeout(timer); });
    });
  }

  function start(event) {
    event.preventDefault();
    if (busy) { return; }
    busy = true;
    show("failed", false);
    if (waiting) { waiting.abort(); }
    ask({}).catch(function () {
      busy = false;
      show("failed", true);
    });
  }

  all("start").forEach(function (button) { button.addEventListener("click", start); });
  if (form.hasAttribute("data-autofill")) { offer(); }
})();
