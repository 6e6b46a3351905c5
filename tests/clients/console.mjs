// An administrator at work in the console: everything that is done with one person, from the first look to the last goodbye.
import assert from "node:assert/strict";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { PASSWORD, addPhone, administers, enterCode, enterPassword } from "./lib/people.mjs";

const GRACE = "grace@example.com";
const WORK = "work@example.com";
const NEW_PASSWORD = "eleven umbrellas in the rain";

async function comesIn(person) {
  await administers(person, "/admin");
  await person.isOn("Dashboard");
  await person.look("console-dashboard");
  await person.page.locator("main details summary").click();
  await person.look("console-dashboard-table");
}

async function makesAnAccount(person) {
  await person.follow("People");
  await person.isAt("/admin/users");
  await person.look("console-users");
  await person.follow("New person");
  await person.look("console-user-new");
  await person.type("Email address", "grace");
  await person.type("Name", "Grace Hopper");
  await person.type("Password", PASSWORD);
  person.expectRefusal("/admin/new/user");
  await person.press("Create account");
  await person.reads("This is not an email address that can be used here. It looks like name@example.com.");
  await person.look("console-user-new-refused");
  await person.type("Email address", GRACE);
  await person.type("Password", PASSWORD);
  await person.page.locator("input[name=require_change]").uncheck();
  await person.press("Create account");
  await person.reads("Created.");
  await person.isOn("Grace Hopper");
  await person.look("console-user");
}

async function findsThem(person) {
  await person.follow("People");
  await person.type("Name, address, username or phone", "hopp");
  await person.field("Role").selectOption("user");
  await person.press("Find");
  await person.look("console-users-found");
  await person.follow("Grace Hopper");
  await person.isOn("Grace Hopper");
  const path = new URL(person.page.url()).pathname;
  await person.open("/admin/users?search=nobody");
  await person.isOn("Nobody matches");
  await person.look("console-users-none");
  await person.open(path);
  return path;
}

async function changesTheProfile(person, path) {
  await person.field("Role").selectOption("editor");
  await person.field("Plan").selectOption("team");
  await person.page.locator("#family_name").fill("Hopper");
  await person.press("Save");
  await person.reads("Saved.");
  await person.page.locator("#claims").fill("[");
  person.expectRefusal(path);
  await person.press("Save");
  await person.page.locator("#claims-error").waitFor();
  await person.look("console-user-refused");
  await person.page.locator("#claims").fill('{"birthdate": "1906-12-09"}');
  await person.press("Save");
  await person.reads("Saved.");
}

async function changesTheAddresses(person) {
  await person.follow("Addresses");
  await person.type("Email address", WORK);
  await person.press("Add address");
  await person.reads("The address was added.");
  await person.look("console-user-addresses");
  await person.press(`Remove ${WORK}`);
  await person.reads("The address was removed.");
  await person.type("Email address", WORK);
  await person.press("Add address");
  await person.reads("The address was added.");
  // The old one was never confirmed, and leaves.
  await person.press(`Make primary: ${WORK}`);
  await person.reads("The address is the primary one now.");
}

async function helpsWithTheSecondStep(person, path) {
  await person.follow("Security");
  await person.look("console-user-security");
  await person.press("Make a recovery link");
  await person.isOn("You see this once");
  const link = await person.page.locator(".secret code").innerText();
  assert.match(link, /\/lost-factor\/remove\?token=/);
  await person.look("console-secret");
  await person.follow("I have kept it");
  await person.page.locator("button[value=remove-factor]").first().click();
  await person.reads("The second factor was removed.");
  await person.type("New password", "grace");
  person.expectRefusal(`${path}/security`);
  await person.press("Set password");
  await person.page.locator("#password-error").waitFor();
  await person.look("console-user-password-refused");
  await person.type("New password", NEW_PASSWORD);
  await person.press("Set password");
  await person.reads("The password is set.");
  await person.press("Ask at the next sign-in");
  await person.reads("The next sign-in asks for another password.");
}

async function endsSessions(person, grace, phone) {
  await person.follow("Devices");
  await person.look("console-user-sessions");
  await person.page.locator("button[value=end]").first().click();
  await person.reads("That device is signed out.");
  await enterPassword(grace, GRACE);
  await grace.isOn("Enter the code from your app");
  await enterCode(grace, await phone.code());
  await grace.isAt("/account");
  await person.follow("Devices");
  await person.press("Sign out everywhere");
  await person.reads("The person is signed out everywhere.");
  await person.look("console-user-sessions-none");
}

async function takesAnAppBack(person) {
  // The navigation has a word that begins alike in one language.
  await person.page.locator("nav.tabs a[href$='/grants']").click();
  await person.look("console-user-grants");
  await person.press("Remove the access of Playground");
  await person.reads("That app no longer has access.");
  await person.look("console-user-grants-none");
}

async function writesMetadata(person, path) {
  await person.follow("Metadata");
  await person.type("Public metadata", '{"tier": {"level": 2}}');
  await person.type("Private metadata", "{");
  person.expectRefusal(`${path}/metadata`);
  await person.press("Save");
  await person.page.locator("#private-error").waitFor();
  await person.look("console-user-metadata-refused");
  await person.type("Private metadata", '{"note": "kind"}');
  await person.press("Save");
  await person.reads("Saved.");
  await person.look("console-user-metadata");
}

async function readsTheHistory(person) {
  await person.follow("History");
  await person.reads("Primary email address changed");
  await person.look("console-user-history");
}

async function saysGoodbye(person, path) {
  await person.follow("Disable or delete");
  await person.look("console-user-danger");
  await person.press("Disable");
  await person.reads("The account is disabled.");
  await person.look("console-user-disabled");
  await person.press("Enable");
  await person.reads("The account is enabled.");
  await person.follow("Delete this account");
  await person.look("console-user-delete");
  await person.page.locator("#typed").fill("somebody else");
  person.expectRefusal(`${path}/delete`);
  await person.press("Delete for good");
  await person.reads("This is something else. Type it exactly as it stands above.");
  await person.look("console-user-delete-refused");
  await person.page.locator("#typed").fill(WORK);
  await person.press("Delete for good");
  await person.reads("The account is gone.");
}

await story(async () => {
  const person = await Person.arrive();
  await comesIn(person);
  await makesAnAccount(person);
  const path = await findsThem(person);

  const grace = await Person.arrive();
  await enterPassword(grace, GRACE);
  await grace.isAt("/account");
  const { phone } = await addPhone(grace);
  await grace.open("/playground");
  await grace.press("Sign in");
  await grace.isAt("/consent");
  await grace.press("Allow");
  await grace.isAt("/playground/callback");

  await changesTheProfile(person, path);
  await takesAnAppBack(person);
  await writesMetadata(person, path);
  await endsSessions(person, grace, phone);
  await helpsWithTheSecondStep(person, path);
  await changesTheAddresses(person);
  await readsTheHistory(person);
  await saysGoodbye(person, path);
  grace.isContent();
  person.isContent();
});
console.log(`an administrator did everything with a person (${LOCALE})`);
