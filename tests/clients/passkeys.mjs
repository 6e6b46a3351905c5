// Passkeys, from the first account without a password to a security key as a second step, with Chromium's virtual
// authenticators.
import assert from "node:assert/strict";
import { Authenticator } from "./lib/authenticator.mjs";
import { Person, story } from "./lib/chromium.mjs";
import { enterPassword, keepCodes, signOut, signUp } from "./lib/people.mjs";

const GRACE = "grace@example.com";
const ALAN = "alan@example.com";

async function signsUpWithAPasskey(person, laptop) {
  await person.open("/sign-up");
  await person.type("Name", "Grace Hopper");
  await person.type("Email address", GRACE);
  await person.press("Sign up with a passkey");
  await person.isOn("Check your mail");
  await person.look("passkey-sign-up-code");
  await person.type("Code", (await person.mail(GRACE, "Confirm your email address for Passgate")).code);
  await person.press("Continue");
  await person.isOn("Create a passkey");
  await person.look("passkey-create");
  await person.type("Name", "Laptop");
  await laptop.touched(async () => {
    await person.press("Create passkey");
    await person.isOn("Keep your recovery codes");
  });
  await person.look("passkey-codes");
  assert.equal((await keepCodes(person)).length, 10);
  await person.isAt("/account");
  assert.equal(await laptop.count(), 1);
}

async function signsInByTheButton(person, laptop) {
  await signOut(person);
  await person.withoutAutofill(async () => {
    await person.open("/sign-in");
    await laptop.touched(async () => {
      await person.press("Use a passkey");
      await person.isAt("/account");
    });
  });
}

async function signsInFromTheField(person, laptop) {
  await signOut(person);
  await laptop.touched(async () => {
    await person.open("/sign-in");
    await person.isAt("/account");
  });
  await signOut(person);
  await person.open("/sign-in");
  await person.look("passkey-last-used");
}

async function addsAnotherAndRemovesIt(person, laptop) {
  await laptop.touched(async () => {
    await person.open("/sign-in");
    await person.isAt("/account");
  });
  const reader = await Authenticator.give(person, "reader");
  await person.open("/account/security");
  await person.reads("Laptop");
  await person.follow("Add a passkey");
  await person.isOn("Create a passkey");
  await person.type("Name", "Blue key");
  await reader.touched(async () => {
    await person.press("Create passkey");
    await person.isAt("/account/security");
  });
  await person.reads("Blue key");
  await person.mail(GRACE, "Two-step verification at Passgate was changed");
  await person.look("passkey-two");
  await person.unfold("Blue key");
  await person.look("passkey-rename");
  await person.rename("Blue key", "Green key");
  await person.reads("The name is changed.");
  await person.look("passkey-renamed");
  await person.press("Remove Laptop");
  await person.reads("The second factor was removed.");
  await person.readsNothingOf("Remove Laptop");
  await person.mail(GRACE, "Two-step verification at Passgate was changed");
  // The only way that is left stays.
  await signOut(person);
  await reader.touched(async () => {
    await person.open("/sign-in");
    await person.isAt("/account");
  });
}

async function cannotUseOneThatIsNotThere() {
  const person = await Person.arrive();
  const empty = await Authenticator.give(person, "device");
  await person.withoutAutofill(async () => {
    await person.open("/sign-in");
    await empty.touched(async () => {
      await person.press("Use a passkey");
      await person.reads("Your device gave no passkey. Try again, or use another way.");
    });
  });
  await person.look("passkey-none");
}

async function hasASecurityKeyBesideThePassword() {
  const person = await Person.arrive();
  await signUp(person, ALAN, "Alan Turing");
  const key = await Authenticator.give(person, "key");
  await person.open("/account/security");
  await person.look("security-empty");
  await person.follow("Add a passkey");
  await person.type("Name", "Key ring");
  await key.touched(async () => {
    await person.press("Create passkey");
    await person.isOn("Keep your recovery codes");
  });
  await keepCodes(person);
  await signOut(person);
  await enterPassword(person, ALAN);
  await person.isOn("Use your passkey");
  await person.look("passkey-second-step");
  await key.touched(async () => {
    await person.press("Use passkey");
    await person.isAt("/account");
  });
  person.isContent();
}

await story(async () => {
  const person = await Person.arrive();
  await person.open("/");
  const laptop = await Authenticator.give(person, "device");
  await signsUpWithAPasskey(person, laptop);
  await signsInByTheButton(person, laptop);
  await signsInFromTheField(person, laptop);
  await addsAnotherAndRemovesIt(person, laptop);
  await cannotUseOneThatIsNotThere();
  await hasASecurityKeyBesideThePassword();
});
console.log("passkeys opened every door");
