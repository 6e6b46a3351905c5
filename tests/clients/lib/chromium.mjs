// A real browser in which nothing may go wrong quietly: an error in the console, a violation of the
// Content-Security-Policy or a failed request ends the test, and every page that is looked at must be accessible and fit its
// window.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { WIDE, keepTheLastOf, look } from "./looks.mjs";
import { Mailbox } from "./mailbox.mjs";
import what from "./situation.mjs";
import { said } from "./words.mjs";

const PATIENCE = 60_000;

/** The language of a walk that is walked in several. */
export const LOCALE = what.locale ?? "en-US";

const browser = await chromium.launch({
  executablePath: what.chromium,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
  ],
});

const mailboxes = new Map();

function mailbox(folder) {
  if (!mailboxes.has(folder)) mailboxes.set(folder, new Mailbox(folder));
  return mailboxes.get(folder);
}

/** Runs a story; closes the browser whatever comes of it. Where it ends badly, says what everybody saw. */
export async function story(tell) {
  try {
    await tell();
  } catch (error) {
    await keepTheLastOf(browser.contexts().flatMap((context) => context.pages()));
    throw error;
  } finally {
    await browser.close();
  }
}

/** A person with a browser of their own. */
export class Person {
  /**
   * Opens the browser. `locale` is its language; `scripts` whether it runs any; `site` the server at which paths are, with
   * its `issuer` and the folder of its captured `mail`.
   */
  static async arrive({ locale = LOCALE, scripts = true, site = what } = {}) {
    const context = await browser.newContext({
      locale,
      javaScriptEnabled: scripts,
      reducedMotion: "reduce",
      viewport: WIDE,
    });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person();
    Object.assign(person, { context, locale, site, page: await context.newPage() });
    person.#scripts = scripts;
    person.#watch();
    return person;
  }

  #problems = [];
  #refusals = [];
  #scripts;

  #watch() {
    this.page.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      const refused = this.#refusals.findIndex((known) => url.includes(known));
      // Chromium reports the status of a page that refuses as an error; this one was announced.
      if (refused >= 0 && /Failed to load resource/.test(message.text())) this.#refusals.splice(refused, 1);
      else this.#problems.push(`${message.text()} (${url})`);
    });
    this.page.on("pageerror", (error) => this.#problems.push(String(error)));
    this.page.on("crash", () => this.#problems.push("the page crashed"));
  }

  /** The next answer of this path refuses, with a status of 400 or more. */
  expectRefusal(at) {
    this.#refusals.push(at);
  }

  open(url) {
    return this.page.goto(new URL(url, this.site.issuer).href);
  }

  /** For as long as something is done, the browser offers no passkeys in the field of a page. */
  async withoutAutofill(during) {
    const off = () => {
      PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
    };
    const script = await this.page.addInitScript(off);
    await during();
    await script.dispose();
  }

  /** Speaks to the browser itself. */
  devtools() {
    return this.context.newCDPSession(this.page);
  }

  /** What is called so, by its whole name. The way of the last time says so in its name too. */
  #named(role, name, within = this.page) {
    const last = said("Last used", this.locale);
    return within.getByRole(role, { name: new RegExp(`^\\s*${said(name, this.locale)}(?:\\s*${last})?\\s*$`) });
  }

  press(name) {
    return this.#named("button", name).click();
  }

  follow(name) {
    return this.#named("link", name).click();
  }

  /** Presses a button in the list entry, or the part of the page, that shows a text. */
  pressBeside(text, name) {
    const entry = this.page.locator("li, section").filter({ hasText: text }).last();
    return this.#named("button", name, entry).click();
  }

  /** A field whose label begins so. */
  field(label) {
    const name = new RegExp(`^\\s*${said(label, this.locale)}`);
    // One that offers a list is a combobox, one that searches a searchbox.
    const roles = ["textbox", "combobox", "searchbox"].map((role) => this.page.getByRole(role, { name }));
    return roles.reduce((all, one) => all.or(one));
  }

  type(label, text) {
    return this.field(label).fill(text);
  }

  /** Ticks the box beside a sentence. */
  tick(label) {
    return this.page.getByRole("checkbox", { name: new RegExp(said(label, this.locale)) }).check();
  }

  /** Waits until an address is reached; a path at the server, or a whole address elsewhere. */
  async isAt(url) {
    const wanted = new URL(url, this.site.issuer).href;
    await this.page.waitForURL((now) => now.href.split(/[?#]/)[0] === wanted);
  }

  /** Waits until the page says something. */
  async reads(text) {
    await this.page.getByText(new RegExp(said(text, this.locale))).first().waitFor();
  }

  /** Waits until the page has a title. */
  async isOn(title) {
    await this.#named("heading", title).first().waitFor();
  }

  /** The page, when it is there, does not say this. */
  async readsNothingOf(text) {
    assert.equal(await this.page.getByText(new RegExp(said(text, this.locale))).filter({ visible: true }).count(), 0, text);
  }

  /** Waits for a mail to an address, by its English subject. */
  mail(to, subject) {
    return mailbox(this.site.mail).next(to, subject, this.locale);
  }

  /** Waits for a text to a number. */
  text(to) {
    return mailbox(this.site.texts).text(to);
  }

  /** Unfolds what the list entry with a text has to unfold. */
  unfold(text) {
    return this.page.locator("li").filter({ hasText: text }).locator("summary").click();
  }

  /** Gives a passkey or an app another name, in its entry of the account page, which is unfolded. */
  async rename(now, name) {
    const entry = this.page.locator("li").filter({ hasText: now });
    await entry.getByRole("textbox", { name: new RegExp(said("New name", this.locale)) }).fill(name);
    await this.#named("button", "Save name", entry).click();
  }

  /** Looks at a page in narrow and wide windows, light and dark: nothing sticks out, axe finds nothing; takes pictures. */
  async look(name) {
    const translated = this.locale.startsWith("zh");
    // axe is a script too: what it finds it finds where there are scripts.
    await look(this.page, translated ? `zh-${name}` : name, { axe: this.#scripts, translated });
    this.isContent();
  }

  /** Nothing has gone wrong so far. */
  isContent() {
    assert.deepEqual(this.#problems, [], `at ${this.page.url()}`);
    assert.deepEqual(this.#refusals, [], "announced refusals that did not come");
  }
}
