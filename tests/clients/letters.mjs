// Everything that goes by mail: codes and links that show that it arrives, links that are opened in another browser, resets,
// invitations, another address, and the alarm after a sign-in that was somebody else's.
import assert from "node:assert/strict";
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { PASSWORD, enterCode, enterPassword, signOut, signUp, verify } from "./lib/people.mjs";
import what from "./lib/situation.mjs";

const JANE = "jane@example.com";
const MARY = "mary@example.com";
const ANNE = "anne@example.com";
const NEW_PASSWORD = "eleven umbrellas in the rain";

async function fillsIn(person, email, name) {
  await person.open("/sign-up");
  await person.type("Name", name);
  await person.type("Email address", email);
}

/** Where mail must have arrived before an account counts. */
async function signsUpWithACode() {
  const person = await Person.arrive({ site: what.careful });
  await fillsIn(person, JANE, "Jane Austen");
  await person.type("Password", PASSWORD);
  await person.press("Create account");
  await person.isOn("Check your mail");
  await person.look("verify-code");
  const mail = await person.mail(JANE, "Confirm your email address for Passgate");
  person.expectRefusal("/sign-up");
  await enterCode(person, mail.code === "000000" ? "000001" : "000000");
  await person.reads("That is not the code that we sent. Check it and try again.");
  await person.look("verify-wrong-code");
  await enterCode(person, mail.code);
  await person.isAt("/account");
  await person.reads("Verified");
}

async function signsUpWithALink() {
  const person = await Person.arrive({ site: what.careful });
  await fillsIn(person, MARY, "Mary Shelley");
  await person.type("Password", PASSWORD);
  await person.press("Create account");
  await person.isOn("Check your mail");
  const { link } = await person.mail(MARY, "Confirm your email address for Passgate");
  // On another device the link makes no account and signs nobody in.
  const phone = await Person.arrive({ site: what.careful });
  await phone.open(link);
  await phone.isOn("This was asked for on another device");
  await phone.look("verify-link-elsewhere");
  await person.open(link);
  await person.isOn("Confirm your address");
  await person.look("verify-link");
  await person.press("Confirm and continue");
  await person.isAt("/account");
}

async function livesWithoutAPassword() {
  const person = await Person.arrive();
  await fillsIn(person, ANNE, "Anne Lister");
  await person.press("Sign up without a password");
  await person.isOn("Check your mail");
  await enterCode(person, (await person.mail(ANNE, "Confirm your email address for Passgate")).code);
  await person.isAt("/account");
  await signOut(person);
  return person;
}

/** A magic link lets in whoever asked, where they asked; elsewhere it asks first, and never lets the one in who waits. */
async function followsALink(person) {
  await person.open("/sign-in");
  await person.type("Email address", ANNE);
  await person.press("Email me a code");
  await person.isOn("Check your mail");
  await person.look("sign-in-code");
  const { link } = await person.mail(ANNE, "Your sign-in code for Passgate");
  const phone = await Person.arrive();
  await phone.open(link);
  await phone.isOn("This was asked for on another device");
  await phone.look("sign-in-link-elsewhere");
  // Looking at it changed nothing: it still works where it was asked for.
  await person.open(link);
  await person.isOn("Continue signing in");
  await person.look("sign-in-link");
  await person.press("Sign in");
  await person.isAt("/account");
  await signOut(person);
  phone.expectRefusal("/link");
  await phone.open(link);
  await phone.isOn("This link no longer works");
  await phone.look("sign-in-link-gone");

  await person.open("/sign-in");
  await person.type("Email address", ANNE);
  await person.press("Email me a code");
  await person.isOn("Check your mail");
  const waiting = person.page.url();
  const again = await person.mail(ANNE, "Your sign-in code for Passgate");
  await phone.open(again.link);
  await phone.press("Sign in here instead");
  await phone.isAt("/account");
  // Who waits stays out.
  await person.open("/account");
  await person.isAt("/sign-in");
  const answer = await person.page.request.get(waiting, { maxRedirects: 0 });
  assert.notEqual(answer.headers().location, "/account");
}

async function forgetsThePassword() {
  const person = await Person.arrive();
  await signUp(person, JANE, "Jane Austen");
  await verify(person, JANE);
  await signOut(person);
  await person.open("/sign-in");
  await person.type("Email address", JANE);
  await person.press("Continue");
  await person.follow("Forgot your password?");
  await person.isOn("Reset your password");
  await person.look("reset");
  await person.type("Email address", JANE);
  await person.press("Send a code");
  await person.isOn("Check your mail");
  await person.look("reset-code");
  await enterCode(person, (await person.mail(JANE, "Set a new password for Passgate")).code);
  await person.isOn("Choose a new password");
  await person.look("reset-new-password");
  person.expectRefusal("/forgot-password");
  await person.type("New password", "password1");
  await person.press("Set new password");
  await person.reads("This password is among the first that attackers try. Choose one that is only yours.");
  await person.type("New password", NEW_PASSWORD);
  await person.press("Set new password");
  await person.isOn("Your password is changed");
  await person.look("reset-done");
  await person.mail(JANE, "Your password for Passgate was changed");
  await enterPassword(person, JANE, NEW_PASSWORD);
  await person.isAt("/account");
  await signOut(person);
}

async function resetsByALinkElsewhere() {
  const person = await Person.arrive();
  await person.open("/forgot-password");
  await person.type("Email address", JANE);
  await person.press("Send a code");
  await person.isOn("Check your mail");
  const { link } = await person.mail(JANE, "Set a new password for Passgate");
  const phone = await Person.arrive();
  await phone.open(link);
  await phone.isOn("This was asked for on another device");
  await phone.look("reset-link-elsewhere");
  await phone.press("Choose a new password here");
  await phone.isOn("Choose a new password");
  await phone.type("New password", PASSWORD);
  await phone.press("Set new password");
  await phone.isOn("Your password is changed");
}

async function acceptsAnInvitation() {
  const person = await Person.arrive();
  const { link } = await person.mail(what.guest, "You are invited to Passgate");
  await person.open(link);
  await person.isOn("Accept your invitation");
  await person.look("invitation");
  await person.type("Name", "Virginia Woolf");
  await person.type("Password", PASSWORD);
  await person.press("Create account");
  await person.isAt("/account");
  await person.reads("Verified");
  const late = await Person.arrive();
  late.expectRefusal("/sign-up");
  await late.open(link);
  await late.isOn("This invitation no longer works");
  await late.look("invitation-gone");
}

async function movesToAnotherAddress() {
  const [old, moved] = [MARY, "mary.shelley@example.org"];
  const person = await Person.arrive();
  await signUp(person, old, "Mary Shelley");
  await verify(person, old);
  await person.open("/account/emails");
  await person.look("emails");
  await person.type("Email", moved);
  await person.press("Send code");
  await person.isAt("/account/emails");
  await person.isOn("Enter the code");
  await person.look("emails-waiting");
  await person.type("Code", (await person.mail(moved, "Confirm this address for Passgate")).code);
  await person.press("Add address");
  await person.reads("The address now belongs to your account.");
  await person.mail(old, "An address was added to your account at Passgate");
  await person.look("emails-two");
  await person.press(`Make primary: ${moved}`);
  await person.reads("Apps and mail now use this address.");
  await person.mail(old, "Your main address at Passgate was changed");
  await person.press(`Remove ${old}`);
  await person.reads("The address no longer belongs to your account.");
  await person.mail(old, "An address was removed from your account at Passgate");
  await signOut(person);
}

async function wasNotIt() {
  const thief = await Person.arrive();
  await enterPassword(thief, "mary.shelley@example.org");
  await thief.isAt("/account");
  const person = await Person.arrive();
  const alarm = await person.mail("mary.shelley@example.org", "New sign-in to Passgate");
  await person.open(alarm.link);
  await person.isOn("This sign-in was not you?");
  await person.look("not-me");
  await person.press("Secure my account");
  await person.isOn("Your account is secured");
  await person.look("not-me-done");
  await thief.open("/account");
  await thief.isAt("/sign-in");
  person.expectRefusal("/not-me");
  await person.open(alarm.link);
  await person.isOn("This link no longer works");
  await person.look("not-me-gone");
}

await story(async () => {
  await signsUpWithACode();
  await signsUpWithALink();
  await followsALink(await livesWithoutAPassword());
  await forgetsThePassword();
  await resetsByALinkElsewhere();
  await acceptsAnInvitation();
  await movesToAnotherAddress();
  await wasNotIt();
});
console.log(`every letter arrived and did what it says (${LOCALE})`);
