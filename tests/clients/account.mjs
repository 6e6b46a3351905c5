// The account pages: who somebody is, where they are signed in, what knows them, what happened; leaving and coming back; and
// two people with one browser.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { PASSWORD, enterPassword, signOut, signUp, verify } from "./lib/people.mjs";

const ROSA = "rosa@example.com";
const CLARA = "clara@example.com";
const NEW_PASSWORD = "eleven umbrellas in the rain";

async function looksAround(person) {
  await person.look("account");
  for (const [section, path] of Object.entries({
    Profile: "/account/profile",
    Email: "/account/emails",
    Phone: "/account/phone",
    Password: "/account/password",
    Security: "/account/security",
    Devices: "/account/sessions",
    "Your data": "/account/data",
  })) {
    await person.follow(section);
    await person.isAt(path);
    await person.look(`account${path.replace("/account/", "-")}`);
  }
}

/** A picture of one colour, as a PNG file. */
function picture(size) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, Buffer.from([0xd9, 0x6b, 0x43]))]);
  const rows = Buffer.concat(Array.from({ length: size }, () => row));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

async function tellsWhoTheyAre(person) {
  await person.open("/account/profile");
  const file = person.page.locator("input[type=file]");
  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") });
  person.expectRefusal("/account/profile/picture");
  await person.press("Upload");
  await person.reads("This file is no PNG, JPEG, WebP or GIF.");
  await person.look("profile-no-picture");
  await file.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: picture(64) });
  await person.press("Upload");
  await person.reads("Your picture is saved.");
  // Waits for the picture to arrive, and fails where none does.
  const avatar = person.page.locator("img.avatar").first();
  const shown = await avatar.evaluate((image) => image.decode().then(() => image.naturalWidth));
  assert.ok(shown > 0, "the picture is shown");
  await person.type("Full name", "Rosa Luxemburg");
  await person.type("Time zone", "Europe/Warsaw");
  await person.press("Save");
  await person.reads("Your profile is saved.");
  await person.type("Username", "rosa.l");
  await person.press("Save username");
  await person.reads("Your username is saved.");
  await person.look("profile-complete");
  await person.press("Remove picture");
  await person.reads("Your picture is gone.");
}

async function changesThePassword(person) {
  await person.open("/account/password");
  person.expectRefusal("/account/password");
  await person.type("Current password", "not the password");
  await person.type("New password", NEW_PASSWORD);
  await person.press("Change password");
  await person.reads("This is not your current password.");
  await person.look("password-wrong");
  await person.type("Current password", PASSWORD);
  await person.type("New password", NEW_PASSWORD);
  await person.press("Change password");
  await person.reads("Your password is saved. Every other device is signed out.");
  await person.mail(ROSA, "Your password for Passgate was changed");
}

async function signsOthersOut(person) {
  const [tablet, laptop] = [await Person.arrive(), await Person.arrive()];
  for (const device of [tablet, laptop]) {
    await enterPassword(device, ROSA, NEW_PASSWORD);
    await device.isAt("/account");
  }
  await person.open("/account/sessions");
  await person.look("sessions");
  const ends = person.page.locator("form[action='/account/sessions/end'] button");
  assert.equal(await ends.count(), 2);
  await ends.first().click();
  await person.reads("That device is signed out.");
  assert.equal(await ends.count(), 1);
  await person.press("Sign out everywhere else");
  await person.reads("Every other device is signed out.");
  for (const device of [tablet, laptop]) {
    await device.open("/account");
    await device.isAt("/sign-in");
  }
  await person.press("Sign out everywhere");
  await person.isOn("You are signed out");
  await enterPassword(person, ROSA, NEW_PASSWORD);
  await person.isAt("/account");
}

async function takesBackWhatAnAppMay(person) {
  await person.open("/playground");
  await person.press("Sign in");
  await person.isAt("/consent");
  await person.press("Allow");
  await person.isAt("/playground/callback");
  await person.open("/account");
  await person.page.locator("summary").first().click();
  await person.look("account-app");
  await person.press("Remove the access of Playground");
  await person.reads("That app no longer has access.");
}

async function readsWhatHappened(person) {
  await person.open("/account/security");
  await person.reads("App access removed");
  await person.reads("Password changed");
  await person.look("security-history");
}

async function takesTheirData(person) {
  await person.open("/account/data");
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.press("Download")]);
  assert.match(download.suggestedFilename(), /\.json$/);
  const data = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.ok(JSON.stringify(data).includes(ROSA));
}

async function leavesAndComesBack(person) {
  await person.open("/account/data");
  person.expectRefusal("/account/data/delete");
  await person.field(`Type ${ROSA} to confirm`).fill("somebody@example.com");
  await person.press("Delete my account");
  await person.reads("This is not the primary address of your account.");
  await person.look("delete-other-address");
  await person.field(`Type ${ROSA} to confirm`).fill(ROSA);
  await person.press("Delete my account");
  await person.isOn("Your account will be deleted");
  await person.look("leaving");
  await person.mail(ROSA, "Your account at Passgate will be deleted");
  await enterPassword(person, ROSA, NEW_PASSWORD);
  await person.isOn("Keep your account?");
  await person.look("keep-account");
  await person.press("Keep my account");
  await person.isAt("/account");
}

async function sharesTheBrowser(person) {
  await person.open("/account");
  await person.follow("Use another account");
  await person.isOn("Choose an account");
  await person.look("choose-one");
  await person.press("Use another account");
  await person.isAt("/sign-in");
  await person.look("add-account");
  await person.type("Email address", CLARA);
  await person.press("Continue");
  await person.type("Password", PASSWORD);
  await person.press("Continue");
  await person.isAt("/account");
  await person.reads("Clara Zetkin");
  await person.open("/choose-account");
  await person.look("choose-two");
  await person.page.locator("button[name=account]").filter({ hasText: "Rosa" }).click();
  await person.isAt("/account");
  await person.reads("Rosa Luxemburg");
  await person.open("/choose-account");
  await person.press(`Remove ${CLARA} from this browser`);
  await person.isOn("Choose an account");
  await person.readsNothingOf("Clara Zetkin");
  await person.open("/account");
  await person.reads("Rosa Luxemburg");
  await signOut(person);
}

await story(async () => {
  const clara = await Person.arrive();
  await signUp(clara, CLARA, "Clara Zetkin");
  const person = await Person.arrive();
  await signUp(person, ROSA, "Rosa L.");
  await verify(person, ROSA);
  await person.open("/account");
  await looksAround(person);
  await tellsWhoTheyAre(person);
  await changesThePassword(person);
  await signsOthersOut(person);
  await takesBackWhatAnAppMay(person);
  await readsWhatHappened(person);
  await takesTheirData(person);
  await leavesAndComesBack(person);
  await sharesTheBrowser(person);
  person.isContent();
});
console.log(`an account was lived in, left and kept (${LOCALE})`);
