// Codes by text message as a second factor, read where they are captured; and the administrator's one-time link, for whoever
// has lost the phone and the recovery codes with it.
import assert from "node:assert/strict";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { administrator } from "./lib/administrator.mjs";
import { addPhone, enterCode, enterPassword, keepCodes, signOut, signUp } from "./lib/people.mjs";

const HEDY = "hedy@example.com";
const NUMBER = "+442079460018";
const MASKED = "+44••••••••18";

/** Another code than this one. */
const other = (code) => (code === "000000" ? "000001" : "000000");

async function choosesTexts() {
  const person = await Person.arrive();
  await signUp(person, HEDY, "Hedy Lamarr");
  await person.open("/account/security");
  await person.follow("Add text messages");
  await person.isOn("Add your phone number");
  await person.look("texts-number");
  person.expectRefusal("/account/security/add");
  await person.type("Phone number", "020 7946 0018");
  await person.press("Send a code");
  await person.reads("Enter a phone number with its country code.");
  await person.look("texts-number-wrong");
  await person.type("Phone number", "0044 (20) 7946-0018");
  await person.press("Send a code");
  await person.isOn("Check your phone");
  await person.reads(`We sent a code to ${NUMBER}. It works for ten minutes.`);
  await person.look("texts-first-code");
  const { code } = await person.text(NUMBER);
  person.expectRefusal("/account/security/add");
  await enterCode(person, other(code));
  await person.reads("That is not the code that we sent. Check it and try again.");
  await enterCode(person, code);
  assert.equal((await keepCodes(person)).length, 10);
  await person.isAt("/account/security");
  await person.reads(NUMBER);
  await person.readsNothingOf("Rename");
  await person.look("security-with-texts");
  await person.mail(HEDY, "Two-step verification at Passgate was changed");
  return person;
}

async function isAskedForACode(person) {
  await signOut(person);
  await enterPassword(person, HEDY);
  await person.isOn("Check your phone");
  // Whoever knows the password alone does not learn the number.
  await person.reads(`We sent a code to ${MASKED}. It works for ten minutes.`);
  await person.readsNothingOf(NUMBER);
  await person.look("second-step-text");
  const old = await person.text(NUMBER);
  await person.press("Send a new code");
  await person.reads("A new code is on its way. Older ones no longer work.");
  await person.look("second-step-text-again");
  const { code, bound } = await person.text(NUMBER);
  assert.equal(bound, `@localhost #${code}`);
  if (old.code !== code) {
    person.expectRefusal("/sign-in");
    await enterCode(person, old.code);
    await person.reads("That is not the code that we sent. Check it and try again.");
  }
  await enterCode(person, code);
  await person.isAt("/account");
}

async function losesThePhone(person) {
  await signOut(person);
  await enterPassword(person, HEDY);
  await person.isOn("Check your phone");
  await person.follow("I cannot use any of these");
  await person.isOn("Lost your second factor?");
  await person.reads("Ask an administrator");
  const { link } = administrator("user", "recovery-link", HEDY);
  const elsewhere = await Person.arrive();
  await elsewhere.open(link);
  await elsewhere.isOn("Remove two-step verification?");
  await elsewhere.reads(HEDY);
  await elsewhere.look("recovery-link");
  // Looking at it changed nothing: it is for a person to say so.
  await enterPassword(person, HEDY);
  await person.isOn("Check your phone");
  await elsewhere.press("Remove the second step");
  await elsewhere.isOn("Two-step verification is removed");
  await elsewhere.look("recovery-link-done");
  await elsewhere.mail(HEDY, "Two-step verification at Passgate is switched off");
  elsewhere.expectRefusal("/lost-factor/remove");
  await elsewhere.open(link);
  await elsewhere.isOn("This link no longer works");
  await elsewhere.look("recovery-link-used");
  // The link signs nobody in, and the first factor is asked for as ever.
  await elsewhere.open("/account");
  await elsewhere.isAt("/sign-in");
  await enterPassword(elsewhere, HEDY);
  await elsewhere.isAt("/account");
  await elsewhere.open("/account/security");
  await elsewhere.reads("Second factors switched off");
  await elsewhere.reads("None yet. Setting one up takes a minute.");
  await elsewhere.look("security-after-recovery-link");
  return elsewhere;
}

async function setsUpAnother(person) {
  const { phone } = await addPhone(person);
  await signOut(person);
  await enterPassword(person, HEDY);
  await person.isOn("Enter the code from your app");
  await enterCode(person, await phone.code());
  await person.isAt("/account");
  person.isContent();
}

await story(async () => {
  const person = await choosesTexts();
  await isAskedForACode(person);
  await setsUpAnother(await losesThePhone(person));
});
console.log(`texts brought codes, and a link helped when the phone was gone (${LOCALE})`);
