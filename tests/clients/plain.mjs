// A browser without JavaScript walks everything but passkeys.
import { LOCALE, Person, story } from "./lib/chromium.mjs";
import { PASSWORD, addPhone, enterCode, enterPassword, signOut, signUp, verify } from "./lib/people.mjs";

const EDITH = "edith@example.com";
const NEW_PASSWORD = "eleven umbrellas in the rain";

async function signsUp(person) {
  await person.open("/sign-up");
  await person.look("plain-sign-up");
  await signUp(person, EDITH, "Edith Stein");
  await verify(person, EDITH);
  await person.open("/account");
  for (const section of ["profile", "emails", "phone", "password", "security", "sessions", "data"]) {
    await person.open(`/account/${section}`);
    await person.look(`plain-${section}`);
  }
}

async function setsUpAnApp(person) {
  const { phone } = await addPhone(person);
  await person.isAt("/account/security");
  await signOut(person);
  await person.open("/sign-in");
  await person.readsNothingOf("Use a passkey");
  await person.look("plain-sign-in");
  await enterPassword(person, EDITH);
  await person.isOn("Enter the code from your app");
  await person.look("plain-second-step");
  await enterCode(person, await phone.code());
  await person.isAt("/account");
  return phone;
}

async function resets(person, phone) {
  await signOut(person);
  await person.open("/forgot-password");
  await person.type("Email address", EDITH);
  await person.press("Send a code");
  await enterCode(person, (await person.mail(EDITH, "Set a new password for Passgate")).code);
  // A reset never skips the second factor.
  await person.isOn("Enter the code from your app");
  await enterCode(person, await phone.code());
  await person.isOn("Choose a new password");
  await person.look("plain-new-password");
  await person.type("New password", NEW_PASSWORD);
  await person.press("Set new password");
  await person.isOn("Your password is changed");
}

async function signsInByMail(person) {
  await person.open("/sign-in");
  await person.type("Email address", EDITH);
  await person.press("Email me a code");
  await enterCode(person, (await person.mail(EDITH, "Your sign-in code for Passgate")).code);
  await person.isOn("Enter the code from your app");
}

async function changesTheirAccount(person) {
  await person.open("/account/profile");
  await person.type("Full name", "Teresia Benedicta");
  await person.press("Save");
  await person.reads("Your profile is saved.");
  await person.open("/account/password");
  await person.type("Current password", PASSWORD);
  await person.type("New password", NEW_PASSWORD);
  await person.press("Change password");
  await person.reads("Your password is saved. Every other device is signed out.");
  await person.type("Current password", NEW_PASSWORD);
  await person.type("New password", PASSWORD);
  await person.press("Change password");
  await person.reads("Your password is saved. Every other device is signed out.");
}

await story(async () => {
  const person = await Person.arrive({ scripts: false });
  await signsUp(person);
  await changesTheirAccount(person);
  const phone = await setsUpAnApp(person);
  await resets(person, phone);
  await signsInByMail(person);
  person.isContent();
});
console.log(`no script was needed (${LOCALE})`);
