// What people do again and again on their ways in and out.
import { Phone } from "./phone.mjs";

export const PASSWORD = "a walk along the harbour at night";

/** Makes an account with a password; ends on the account page, the mail that came read. */
export async function signUp(person, email, name = "Ada Lovelace") {
  await person.open("/sign-up");
  await person.type("Name", name);
  await person.type("Email address", email);
  await person.type("Password", PASSWORD);
  await person.press("Create account");
  await person.isAt("/account");
}

/** Opens the link that shows that mail arrives. */
export async function verify(person, email) {
  const mail = await person.mail(email, "Confirm your email address for Passgate");
  await person.open(mail.link);
  await person.press("Yes, confirm it");
  await person.isOn("Email address confirmed");
}

/** Gives name and password; what comes next is up to the account. */
export async function enterPassword(person, email, password = PASSWORD) {
  await person.open("/sign-in");
  await typeIn(person, email, password);
}

async function typeIn(person, email, password) {
  await person.type("Email address", email);
  await person.press("Continue");
  await person.isOn("Enter your password");
  await person.type("Password", password);
  await person.press("Continue");
}

/** Comes into the console as the administrator, at a page of it, who is not signed in yet. */
export async function administers(person, at) {
  await person.open(at);
  await person.isAt("/sign-in");
  await typeIn(person, "root@example.com", PASSWORD);
  await person.isAt(at);
}

/** Sets an authenticator app up on the account pages; gives the app, and the recovery codes that came with the first factor. */
export async function addPhone(person) {
  await person.open("/account/security");
  await person.follow("Add an authenticator app");
  const phone = await scan(person);
  return { phone, codes: await keepCodes(person) };
}

/** Takes the key that the page shows into an app, and confirms it with a code. */
export async function scan(person) {
  await person.isOn("Set up your authenticator app");
  const phone = new Phone(await person.page.locator(".secret code").innerText());
  await person.type("Then enter the six digits that it shows", await phone.code());
  await person.press("Turn it on");
  return phone;
}

/** Enters a code where one is asked for. */
export async function enterCode(person, code) {
  await person.type("Code", code);
  await person.press("Continue");
}

export async function signOut(person) {
  await person.open("/account");
  await person.press("Sign out");
  await person.isOn("You are signed out");
}

/** Reads the recovery codes that are shown this once, and says that they are kept. */
export async function keepCodes(person) {
  await person.isOn("Keep your recovery codes");
  const codes = await person.page.locator(".codes code").allTextContents();
  await person.press("I have kept them");
  return codes;
}
