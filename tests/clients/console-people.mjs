// An administrator at work in the console: what is done with people together, and how the console behaves to whoever uses it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { NARROW } from "./lib/looks.mjs";
import { administers, enterPassword } from "./lib/people.mjs";

const VISITOR = "visitor@example.com";

async function findsTheWayByKeyboard(person) {
  await person.open("/admin/users");
  await person.page.keyboard.press("Tab");
  await person.look("console-skip-link");
  await person.page.keyboard.press("Enter");
  assert.equal(await person.page.evaluate(() => document.activeElement.id), "main");
}

async function invites(person) {
  await person.follow("Invitations");
  await person.look("console-invitations-none");
  await person.type("Email address", "guest@example.com");
  await person.field("Role").selectOption("editor");
  await person.press("Send invitation");
  await person.reads("The invitation is on its way.");
  await person.look("console-invitations");
  await person.mail("guest@example.com", "You are invited to Passgate");
  await person.press("Take back the invitation to guest@example.com");
  await person.reads("The invitation was taken back. Its link is worth nothing.");
}

async function endsASessionAmongAll(person, visitor) {
  await person.follow("Sessions");
  await person.isOn("Sessions");
  await person.look("console-sessions");
  await person.type("Whose: an email address or user ID", VISITOR);
  await person.press("Find");
  await person.page.locator("td form button").first().click();
  await person.reads("That device is signed out.");
  await person.type("Whose: an email address or user ID", "nobody@example.com");
  await person.press("Find");
  await person.isOn("Nobody is signed in");
  await person.look("console-sessions-none");
  await visitor.open("/account");
  await visitor.isAt("/sign-in");
}

async function takesManyIn(person) {
  await person.follow("People");
  await person.follow("Import people");
  await person.look("console-import");
  const lines = (...texts) => ({ name: "people.ndjson", mimeType: "application/x-ndjson", buffer: Buffer.from(texts.join("\n")) });
  await person.page.locator("input[type=file]").setInputFiles(lines('{"email": "alan@example.com"}', '{"email": "nonsense"}'));
  await person.press("Import");
  await person.reads("Some lines made no account. Mend them and import the file again: whoever is in is left alone.");
  await person.look("console-import-in-part");
  await person.page.locator("input[type=file]").setInputFiles(lines('{"email": "alan@example.com"}'));
  await person.press("Import");
  await person.reads("Everybody in the file has an account now.");
  await person.look("console-import-done");
  await person.follow("To the people");
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.follow("Export everybody")]);
  const people = (await readFile(await download.path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line).email);
  assert.ok(people.includes("alan@example.com"), people.join());
}

/** The page stays open while somebody signs in anew in another tab: nothing that was typed is lost. */
async function keepsWhatWasTyped(person) {
  await person.follow("Invitations");
  await person.type("Email address", "late@example.com");
  const other = await person.context.newPage();
  await other.goto(new URL("/account", person.page.url()).href);
  await other.locator("form[action='/sign-out'] button").click();
  person.expectRefusal("/admin/invitations");
  await person.press("Send invitation");
  await person.isOn("You are signed out");
  await person.look("console-kept");
  const [tab] = await Promise.all([person.context.waitForEvent("page"), person.follow("Sign in in a new tab")]);
  const here = person.page;
  person.page = tab;
  await enterPassword(person, "root@example.com");
  await person.isAt("/account");
  person.page = here;
  person.expectRefusal("/admin/invitations");
  await person.press("I have signed in: go on");
  await person.page.locator(".banner.danger").waitFor();
  assert.equal(await person.field("Email address").inputValue(), "late@example.com");
  await person.look("console-came-back");
  await person.press("Send invitation");
  await person.reads("The invitation is on its way.");
  await Promise.all([other.close(), tab.close()]);
}

async function worksOnAPhone(person) {
  await person.page.setViewportSize(NARROW);
  await person.open("/admin");
  await person.page.locator(".menu summary").click();
  await person.follow("People");
  await person.isAt("/admin/users");
  await person.page.locator(".menu summary").click();
  await person.look("console-phone-menu");
}

/** Whoever administers nothing is told so. */
async function isToldThatThisIsNotTheirs(visitor) {
  await enterPassword(visitor, VISITOR);
  await visitor.isAt("/account");
  visitor.expectRefusal("/admin");
  await visitor.open("/admin");
  await visitor.reads("Your account does not have the right to open this page.");
  await visitor.look("console-forbidden");
}

await story(async () => {
  const [person, visitor] = [await Person.arrive(), await Person.arrive()];
  await administers(person, "/admin");
  await findsTheWayByKeyboard(person);
  await invites(person);
  await isToldThatThisIsNotTheirs(visitor);
  await endsASessionAmongAll(person, visitor);
  await takesManyIn(person);
  await keepsWhatWasTyped(person);
  await worksOnAPhone(person);
  person.isContent();
  visitor.isContent();
});
console.log(`an administrator did everything with people (${LOCALE})`);
