// npm oidc-client-ts in a page of another origin, in a real browser: sign-up, sign-in, renewal, revocation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Person, story } from "./lib/chromium.mjs";
import { serve } from "./lib/site.mjs";
import what from "./lib/situation.mjs";

const file = (name) => readFileSync(new URL(name, import.meta.url));
const site = await serve(what.port, {
  "/": ["text/html", file("spa/index.html")],
  "/app.js": ["text/javascript", file("spa/app.js")],
  "/oidc-client-ts.js": ["text/javascript", file("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js")],
  "/settings.json": ["application/json", JSON.stringify({ authority: what.issuer, client_id: what.clientId })],
});
const notes = `http://localhost:${what.port}/`;

async function user(person) {
  return JSON.parse(await person.page.locator("#profile").textContent());
}

async function comesBack(person, email) {
  await person.reads(`Signed in as ${email}`);
  person.isContent();
  return user(person);
}

async function renews(person, email, before) {
  const answer = person.page.waitForResponse((response) => response.url().endsWith("/oauth2/token"));
  await person.press("Renew");
  assert.equal((await answer).status(), 200);
  await person.page.waitForFunction((old) => !document.getElementById("profile").textContent.includes(old), before.refresh_token);
  const after = await comesBack(person, email);
  assert.equal(after.profile.sub, before.profile.sub);
  assert.notEqual(after.access_token, before.access_token);
  return after;
}

async function aStrangerSignsUp() {
  const person = await Person.arrive();
  await person.open(notes);
  await person.press("Sign in");
  await person.isAt("/sign-in");
  await person.follow("Create an account");
  await person.isAt("/sign-up");
  await person.type("Name", "Grace Hopper");
  await person.type("Email", "grace@example.com");
  await person.type("Password", what.password);
  await person.press("Create account");
  await person.isAt("/consent");
  await person.press("Allow");
  const { profile } = await comesBack(person, "grace@example.com");
  assert.deepEqual(
    { name: profile.name, role: profile.role, plan: profile.plan, verified: profile.email_verified },
    { name: "Grace Hopper", role: "user", plan: "free_user", verified: false },
  );
}

async function adaSignsIn() {
  const person = await Person.arrive();
  await person.open(notes);
  await person.press("Sign in");
  await person.isAt("/sign-in");
  await person.type("Email", what.email);
  await person.page.keyboard.press("Enter");
  await person.type("Password", what.password);
  await person.page.keyboard.press("Enter");
  await person.isAt("/consent");
  await person.press("Allow");
  const first = await comesBack(person, what.email);
  assert.equal(first.profile.sub, what.sub);
  const renewed = await renews(person, what.email, first);

  await person.press("Sign out");
  await person.reads("Nobody is signed in");
  const refused = await fetch(`${what.issuer}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: renewed.refresh_token,
      client_id: what.clientId,
    }),
  });
  assert.equal((await refused.json()).error, "invalid_grant");

  // With her session nobody asks anything.
  await person.press("Sign in");
  await comesBack(person, what.email);
  // Without it she types her password, and the form's answer leads straight to the application: its consent is remembered.
  await person.press("Sign out");
  await person.context.clearCookies();
  await person.press("Sign in");
  await person.isAt("/sign-in");
  await person.type("Email", what.email);
  await person.page.keyboard.press("Enter");
  await person.type("Password", what.password);
  await person.page.keyboard.press("Enter");
  assert.equal((await comesBack(person, what.email)).profile.sub, what.sub);
}

await story(async () => {
  await aStrangerSignsUp();
  await adaSignsIn();
});
site.closeAllConnections();
site.close();
console.log("oidc-client-ts signed in from a page");
