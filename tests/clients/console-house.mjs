// An administrator looks after the house in the console: roles, plans, services, keys, the audit trail, mail and settings.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { administers } from "./lib/people.mjs";
import what from "./lib/situation.mjs";

async function keepsTheServices(person) {
  await person.follow("Services");
  await person.isOn("No services yet");
  await person.look("console-apis-none");
  await person.follow("New service");
  await person.type("Identifier", "https://api.example/v1");
  await person.type("Name", "Posts");
  await person.type("Scopes", "openid = Everything");
  person.expectRefusal("/admin/new/api");
  await person.press("Save");
  await person.page.locator("#scopes-error").waitFor();
  await person.look("console-api-refused");
  await person.type("Scopes", "posts:read = Read your posts\nposts:write = Write posts for you");
  await person.press("Save");
  await person.reads("Created.");
  await person.look("console-apis");
  await person.follow("Posts");
  await changesItAtTheSameTime(person);
  await person.page.locator("#typed").fill("https://api.example/v1");
  await person.press("Remove");
  await person.reads("Removed.");
}

/** Two pages of the same thing: the second to save sees what the first wrote, and loses nothing. */
async function changesItAtTheSameTime(person) {
  const other = await person.context.newPage();
  await other.goto(person.page.url());
  await other.locator("#name").fill("Texts");
  await other.locator("button[value=save]").click();
  await other.locator(".banner.good").waitFor();
  await other.close();
  await person.type("Description", "For writers");
  person.expectRefusal("/admin/apis/");
  await person.press("Save");
  await person.isOn("How it stands now");
  assert.equal(await person.field("Description").inputValue(), "For writers");
  await person.look("console-api-changed");
  await person.press("Save");
  await person.reads("Saved.");
  await person.follow("Posts");
  await person.look("console-api");
}

async function keepsTheCatalogues(person) {
  for (const { list, make, holds, name, at } of [
    { list: "Roles", make: "New role", holds: "Permissions", name: "roles", at: "/admin/new/role" },
    { list: "Plans", make: "New plan", holds: "Features", name: "plans", at: "/admin/new/plan" },
  ]) {
    await person.follow(list);
    await person.look(`console-${name}`);
    await person.follow(make);
    await person.type("Name", "no name");
    person.expectRefusal(at);
    await person.press("Save");
    await person.page.locator("#name-error").waitFor();
    await person.look(`console-${name}-refused`);
    await person.type("Name", "special");
    await person.type("Description", "For friends");
    await person.type(holds, "notes:read\nnotes:write");
    await person.press("Save");
    await person.reads("Created.");
    await person.look(`console-${name}-made`);
    await person.follow("special");
    await person.type(holds, "notes:read");
    await person.press("Save");
    await person.reads("Saved.");
    await person.follow("special");
    await person.look(`console-${name}-one`);
    await person.page.locator("#typed").fill("special");
    await person.press("Remove");
    await person.reads("Removed.");
  }
}

async function keepsTheKeys(person) {
  await person.follow("Keys");
  await person.look("console-keys");
  await person.press("Let the next keys sign");
  await person.reads("The next keys sign now.");
  await person.follow("New API key");
  await person.type("Name", "Backup");
  person.expectRefusal("/admin/new/key");
  await person.press("Create key");
  await person.page.locator("#permissions-error").waitFor();
  await person.look("console-key-refused");
  await person.page.locator("input[name='users:read']").check();
  await person.page.locator("input[name='audit:read']").check();
  await person.press("Create key");
  await person.isOn("You see this once");
  const key = await person.page.locator(".secret code").innerText();
  const answer = await fetch(`${what.issuer}/api/v1/audit/events?limit=1`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200, "the key opens what its boxes say");
  await person.look("console-key-made");
  await person.follow("I have kept it");
  await person.look("console-keys-some");
  await person.follow("Backup");
  await person.isOn("About this key");
  await person.look("console-key");
  await person.follow("Keys");
  await person.press("Remove the key Backup");
  await person.reads("Removed.");
}

async function looksThroughTheTrail(person) {
  await person.follow("Audit trail");
  await person.look("console-audit");
  await person.field("About").selectOption("catalogue");
  await person.press("Filter");
  await person.unfold("plan_updated");
  // What others have folded away says the same.
  await person.page.locator("details[open] .highlight code").first().waitFor();
  await person.look("console-audit-found");
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.follow("Take along as NDJSON")]);
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual([lines[0].type, lines.at(-1).type], ["export", "end"]);
  await person.type("Done by", "nobody");
  await person.press("Filter");
  await person.isOn("No events");
  await person.look("console-audit-none");
  await person.follow("Verify the trail");
  await person.reads("Every event is as it was written.");
  await person.look("console-audit-verified");
  const mark = await person.page.locator("dl code").first().innerText();
  await person.type("Mark you kept", mark);
  await person.press("Verify the trail");
  await person.reads("Every event is as it was written.");
  await person.type("Mark you kept", `1:${"ab".repeat(32)}`);
  await person.press("Verify the trail");
  await person.page.locator(".banner.danger").waitFor();
  await person.look("console-audit-broken");
}

async function readsTheSettings(person) {
  await person.follow("Settings");
  await person.page.getByText("PASSGATE_PUBLIC_URL").first().waitFor();
  await person.look("console-settings");
  await changesASetting(person);
  await person.follow("Messages not sent");
  await person.isOn("No mail waits");
  await person.look("console-outbox-none");
  await person.type("Where to", "guest@example.com");
  await person.press("Send a test mail");
  await person.reads("The mail has left.");
  await person.look("console-outbox-tested");
}

/** What is changed here holds at once, and is taken back. */
async function changesASetting(person) {
  await person.follow("Change tokens.code_seconds");
  await person.type("New value", "9999");
  person.expectRefusal("/admin/settings/tokens.code_seconds");
  await person.press("Save");
  await person.page.locator("#values-error").waitFor();
  await person.look("console-setting-refused");
  await person.type("New value", "45");
  await person.press("Save");
  await person.reads("Saved.");
  assert.equal(await person.page.locator("code.value").innerText(), "45");
  await person.look("console-setting-changed");
  await person.press("Back to the default");
  await person.reads("Saved.");
  await person.follow("Settings");
  await person.follow("Change sign_in.methods");
  await person.look("console-setting-words");
  await person.page.locator("#value-passkey").uncheck();
  await person.press("Save");
  await person.reads("Saved.");
  await person.press("Back to the default");
  await person.follow("Settings");
}

/** At an installation whose mail server is away. */
async function triesMailAgain() {
  const person = await Person.arrive({ site: what.cut });
  await administers(person, "/admin");
  await person.follow("Invitations");
  await person.type("Email address", "guest@example.com");
  await person.press("Send invitation");
  await person.reads("The invitation is on its way.");
  await person.follow("Messages not sent");
  // Until it was tried once.
  const tried = person.page.locator("li p[lang=en]");
  while (!(await tried.first().isVisible())) {
    await person.page.waitForTimeout(200);
    await person.page.reload();
  }
  await person.type("Where to", "guest@example.com");
  await person.press("Send a test mail");
  await person.reads("The mail has not left.");
  await person.look("console-outbox");
  await person.press("Try again: the mail to guest@example.com");
  await person.reads("It is tried again now.");
  await person.press("Try everything again that failed");
  await person.reads("It is tried again now.");
  await person.follow("Only what failed");
  await person.isContent();
}

await story(async () => {
  const person = await Person.arrive();
  await administers(person, "/admin");
  await keepsTheCatalogues(person);
  await keepsTheServices(person);
  await keepsTheKeys(person);
  await looksThroughTheTrail(person);
  await readsTheSettings(person);
  person.isContent();
  await triesMailAgain();
});
console.log(`an administrator looked after the house (${LOCALE})`);
