// Second factors: an authenticator app and its recovery codes, a trusted device, codes by mail, a site that demands a second
// factor of everybody, and what helps when it is lost.
import assert from "node:assert/strict";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { addPhone, enterCode, enterPassword, keepCodes, scan, signOut, signUp, verify } from "./lib/people.mjs";
import what from "./lib/situation.mjs";

const MARIE = "marie@example.com";
const LISE = "lise@example.com";
const EMMY = "emmy@example.com";

async function setsUpAnApp() {
  const person = await Person.arrive();
  await signUp(person, MARIE, "Marie Curie");
  await person.open("/account/security");
  await person.follow("Add an authenticator app");
  await person.isOn("Set up your authenticator app");
  await person.look("app-set-up");
  person.expectRefusal("/account/security/add");
  await person.type("Then enter the six digits that it shows", "000000");
  await person.press("Turn it on");
  await person.reads("That is not the code that the app shows now. Check that the clock of your phone is right.");
  await person.look("app-wrong-code");
  const phone = await scan(person);
  await person.look("recovery-codes");
  const codes = await keepCodes(person);
  assert.equal(new Set(codes).size, 10);
  await person.isAt("/account/security");
  await person.reads("10 recovery codes are left.");
  await person.look("security-with-app");
  await person.mail(MARIE, "Two-step verification at Passgate was changed");
  return { person, phone, codes };
}

async function isAskedForIt({ person, phone }) {
  await signOut(person);
  await enterPassword(person, MARIE);
  await person.isOn("Enter the code from your app");
  await person.look("second-step-app");
  person.expectRefusal("/sign-in");
  await enterCode(person, "000000");
  await person.reads("That is not the code that the app shows now. Check that the clock of your phone is right.");
  await person.look("second-step-wrong");
  await person.tick("Do not ask on this device for 30 days");
  await enterCode(person, await phone.code());
  await person.isAt("/account");
  await person.open("/account/security");
  await person.reads("Signed in");
  await person.look("security-trusted-device");
}

async function isNotAskedOnATrustedDevice({ person }) {
  await signOut(person);
  await enterPassword(person, MARIE);
  await person.isAt("/account");
  await person.open("/account/security");
  await person.page.getByRole("button", { name: /Chrome/ }).first().click();
  await person.reads("The device is forgotten.");
  await signOut(person);
  await enterPassword(person, MARIE);
  await person.isOn("Enter the code from your app");
}

async function usesARecoveryCode({ person, codes }) {
  await person.press("Use a recovery code");
  await person.isOn("Use a recovery code");
  await person.look("second-step-recovery");
  await person.type("Recovery code", codes[6]);
  await person.press("Continue");
  await person.isAt("/account");
  await person.mail(MARIE, "A recovery code for Passgate was used");
  await person.open("/account/security");
  await person.reads("9 recovery codes are left.");
  await person.press("New recovery codes");
  await person.isOn("Keep your recovery codes");
  await person.look("recovery-codes-anew");
  await keepCodes(person);
  await person.isAt("/account/security");
  await person.reads("10 recovery codes are left.");
}

async function losesTheApp() {
  const person = await Person.arrive();
  await enterPassword(person, MARIE);
  await person.isOn("Enter the code from your app");
  await person.follow("I cannot use any of these");
  await person.isOn("Lost your second factor?");
  await person.look("lost-factor");
  await person.press("Begin the wait of 3 days");
  await person.reads("Stop the wait");
  await person.look("lost-factor-begun");
  const told = await person.mail(MARIE, "Two-step verification at Passgate will be switched off");
  const elsewhere = await Person.arrive();
  await elsewhere.open(told.link);
  await elsewhere.isOn("Keep your second step?");
  await elsewhere.look("lost-factor-objection");
  await elsewhere.press("Stop it");
  await elsewhere.isOn("Stopped");
  await elsewhere.look("lost-factor-stopped");
  elsewhere.expectRefusal("/lost-factor/cancel");
  await elsewhere.open(told.link);
  await elsewhere.isOn("There is nothing to stop");
  await elsewhere.look("lost-factor-gone");
}

async function hasCodesByMail() {
  const site = what.mailed;
  const person = await Person.arrive({ site });
  await signUp(person, LISE, "Lise Meitner");
  await verify(person, LISE);
  await signOut(person);
  await enterPassword(person, LISE);
  await person.isOn("Check your mail");
  await person.look("second-step-mail");
  await person.press("Send a new code");
  await person.mail(LISE, "Your verification code for Passgate");
  const mail = await person.mail(LISE, "Your verification code for Passgate");
  await enterCode(person, mail.code);
  await person.isAt("/account");
}

async function mustSetOneUp() {
  const person = await Person.arrive({ site: what.strict });
  await person.open("/sign-up");
  await person.type("Name", "Emmy Noether");
  await person.type("Email address", EMMY);
  await person.type("Password", "a walk along the harbour at night");
  await person.press("Create account");
  await person.isOn("Set up a second step");
  await person.look("enrol-choice");
  await person.page.locator("button[name=method][value=totp]").click();
  const phone = await scan(person);
  await keepCodes(person);
  await person.isAt("/account");
  await signOut(person);
  await enterPassword(person, EMMY);
  await enterCode(person, await phone.code());
  await person.isAt("/account");
  person.isContent();
}

await story(async () => {
  const marie = await setsUpAnApp();
  await isAskedForIt(marie);
  await isNotAskedOnATrustedDevice(marie);
  await usesARecoveryCode(marie);
  await losesTheApp();
  await hasCodesByMail();
  await mustSetOneUp();
});
console.log(`second factors were set up, asked for and lost (${LOCALE})`);
