// An administrator looks after applications in the console, from the first lines of a framework to the end.
import assert from "node:assert/strict";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { administers } from "./lib/people.mjs";
import what from "./lib/situation.mjs";

const CALLBACK = "http://localhost:3000/callback";

/** Makes an application with the helping hand; gives the path of its page and its secret. */
async function makesAnApplication(person) {
  await person.isOn("Applications");
  await person.look("console-apps");
  await person.follow("New application");
  await person.look("console-app-choose");
  await person.follow("Express, openid-client");
  assert.equal(await person.field("Redirect URIs").inputValue(), CALLBACK);
  await person.look("console-app-new");
  await person.type("Name", "Acme Notes");
  await person.type("Redirect URIs", "http://evil.example/callback");
  person.expectRefusal("/admin/new/client");
  await person.press("Create application");
  await person.page.locator("#redirect_uris-error").waitFor();
  assert.equal(await person.field("Name").inputValue(), "Acme Notes");
  await person.look("console-app-refused");
  await person.type("Redirect URIs", CALLBACK);
  await person.tick("It stays signed in while nobody is there");
  await person.press("Create application");
  await person.isOn("You see this once");
  const secret = await person.page.locator(".secret code").innerText();
  const lines = await person.page.locator("section[aria-labelledby=lines]").innerText();
  for (const value of [secret, CALLBACK, what.issuer, "offline_access"]) assert.ok(lines.includes(value), value);
  await copies(person, secret);
  await person.look("console-app-created");
  await person.follow("Go to the application");
  await person.isOn("Acme Notes");
  return { path: new URL(person.page.url()).pathname, secret };
}

/** The buttons that copy do, and say so. */
async function copies(person, secret) {
  await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const buttons = person.page.locator("[data-copy]");
  await buttons.first().click();
  await person.reads("Copied");
  assert.equal(await person.page.evaluate(() => navigator.clipboard.readText()), secret);
  const text = await person.page.locator("pre").last().innerText();
  await buttons.last().click();
  assert.equal((await person.page.evaluate(() => navigator.clipboard.readText())).trim(), text.trim());
}

async function changesItsSettings(person, { path }) {
  await person.look("console-app-settings");
  await person.field("Consent").selectOption("skip");
  await person.type("Life of access tokens", "5");
  person.expectRefusal(path);
  await person.press("Save");
  await person.page.locator(".banner.danger").waitFor();
  await person.look("console-app-settings-refused");
  await person.type("Life of access tokens", "120");
  await person.press("Save");
  await person.reads("Saved.");
  assert.equal(await person.field("Consent").inputValue(), "skip");
}

async function replacesItsSecret(person, { secret }) {
  await person.follow("Secrets");
  await person.look("console-app-secrets");
  await person.field("The present one counts for").selectOption("3600");
  await person.press("Make another secret");
  await person.isOn("You see this once");
  assert.notEqual(await person.page.locator(".secret code").innerText(), secret);
  await person.look("console-app-secret-new");
  await person.press("End it now");
  await person.reads("Only the present secret counts now.");
}

async function mapsClaims(person, { path }) {
  await person.follow("Claims");
  await person.type("Mappings", "[");
  await person.type("Whose tokens to look at", "root@example.com");
  person.expectRefusal(`${path}/claims`);
  await person.press("Preview");
  await person.page.locator("#claim_mappings-error").waitFor();
  await person.look("console-app-claims-refused");
  await person.type("Mappings", '[{"claim": "metadata.role", "from": "role", "tokens": ["access_token"]}]');
  await person.press("Preview");
  await person.reads("Nothing is saved yet.");
  const shown = await person.page.locator("section[aria-labelledby=preview]").innerText();
  assert.match(shown, /"metadata":\s*\{\s*"role":\s*"admin"/);
  await person.look("console-app-claims");
  await person.press("Save");
  await person.reads("Saved.");
}

async function seesWhyARequestFailed(person, { path }) {
  await person.follow("Requests");
  await person.isOn("No requests yet");
  await person.look("console-app-requests-none");
  await person.follow("Keep up to date");
  const id = path.split("/").pop();
  const visitor = await Person.arrive();
  visitor.expectRefusal("/oauth2/authorize");
  await visitor.open(`/oauth2/authorize?client_id=${id}&response_type=code&scope=openid&redirect_uri=https://other.example/cb`);
  visitor.isContent();
  // The page asks for itself again: nobody touches it.
  await person.page.getByText("https://other.example/cb").first().waitFor();
  await person.follow("Stop updating");
  await person.page.getByText("https://other.example/cb").first().waitFor();
  await person.reads("What to change:");
  await person.look("console-app-requests");
  await person.follow("Check");
  await person.reads("The newest request failed:");
  await person.look("console-app-check");
}

async function connectsIt(person) {
  await person.follow("Connect");
  assert.equal(await person.field("Made with").inputValue(), "express");
  await person.look("console-app-setup");
  for (const framework of ["nextjs", "react", "django", "flask", "spring", "aspnet", "go", "php", "service", "other"]) {
    await person.field("Made with").selectOption(framework);
    await person.press("Show");
    await person.page.waitForURL((now) => now.searchParams.get("framework") === framework);
    await person.look(`console-app-setup-${framework}`);
  }
}

async function removesIt(person, { path }) {
  await person.follow("Danger");
  await person.look("console-app-danger");
  await person.press("Switch off");
  await person.reads("The application is off.");
  await person.look("console-app-off");
  await person.press("Switch on");
  await person.reads("The application is on.");
  await person.page.locator("#typed").fill("Acme Notes");
  person.expectRefusal(`${path}/danger`);
  await person.press("Remove application");
  await person.page.locator("#typed-error").waitFor();
  await person.look("console-app-danger-refused");
  await person.page.locator("#typed").fill(path.split("/").pop());
  await person.press("Remove application");
  await person.isAt("/admin/clients");
  await person.reads("Removed.");
}

/** Metadata of elsewhere: all of it is taken, or none. */
async function bringsApplicationsAlong(person) {
  await person.follow("Import applications");
  await person.look("console-apps-import");
  const moved = { client_id: "moved", client_name: "Moved here", redirect_uris: [CALLBACK], grant_types: ["authorization_code", "implicit"] };
  const wrong = { client_name: "Wrong", redirect_uris: ["ftp://wrong.example/"] };
  await person.type("Metadata", JSON.stringify([moved, wrong]));
  person.expectRefusal("/admin/new/clients");
  await person.press("Register all of them");
  await person.page.locator("#clients-error").waitFor();
  await person.look("console-apps-import-refused");
  await person.type("Metadata", JSON.stringify([moved]));
  await person.press("Register all of them");
  await person.isOn("You see this once");
  await person.page.getByText("grant_types: implicit").waitFor();
  await person.look("console-apps-imported");
  await person.follow("Moved here");
  await person.isOn("Moved here");
}

/** Whose client_id is misspelled. */
async function seesRequestsOfNobody(person) {
  await person.open("/admin/clients");
  await person.follow("Requests of unknown applications");
  await person.isOn("No requests yet");
  await person.look("console-unknown-requests-none");
  await person.follow("Keep up to date");
  const visitor = await Person.arrive();
  visitor.expectRefusal("/oauth2/authorize");
  await visitor.open("/oauth2/authorize?client_id=mispelt&response_type=code&scope=openid&redirect_uri=https://other.example/cb");
  visitor.isContent();
  await person.page.getByText("mispelt").first().waitFor();
  await person.follow("Stop updating");
  await person.page.getByText("mispelt").first().waitFor();
  await person.look("console-unknown-requests");
}

await story(async () => {
  const person = await Person.arrive();
  await administers(person, "/admin/clients");
  const made = await makesAnApplication(person);
  await changesItsSettings(person, made);
  await replacesItsSecret(person, made);
  await mapsClaims(person, made);
  await seesWhyARequestFailed(person, made);
  await connectsIt(person);
  await removesIt(person, made);
  await bringsApplicationsAlong(person);
  await seesRequestsOfNobody(person);
  person.isContent();
});
console.log(`an administrator did everything with applications (${LOCALE})`);
