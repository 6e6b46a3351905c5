// A real browser in which nothing may go wrong quietly: an error in the console, a violation of the
// Content-Security-Policy or a failed request ends the test, and every page that is looked at must be accessible and fit its
// window.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import what from "./situation.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WINDOWS = [
  { width: 360, height: 800 },
  { width: 1280, height: 900 },
];
const PATIENCE = 30_000;

// Kept where somebody asked for them, and where the story ended badly.
const kept = process.env.PASSGATE_SCREENSHOTS;
const pictures = kept ?? mkdtempSync(path.join(tmpdir(), "passgate-pages-"));
mkdirSync(pictures, { recursive: true });

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

/** Runs a story; closes the browser whatever comes of it. Where it ends badly, says what everybody saw. */
export async function story(tell) {
  try {
    await tell();
    if (!kept) rmSync(pictures, { recursive: true });
  } catch (error) {
    console.log(`pictures of the pages so far: ${pictures}`);
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      console.log(`at ${page.url()}:\n${await page.locator("body").innerText()}\n`);
    }
    throw error;
  } finally {
    await browser.close();
  }
}

/** A person with a browser of their own. */
export class Person {
  /** Opens the browser; `locale` is its language. */
  static async arrive(locale = "en-US") {
    const context = await browser.newContext({ locale, reducedMotion: "reduce", viewport: WINDOWS[1] });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person();
    person.context = context;
    person.page = await context.newPage();
    person.#watch();
    return person;
  }

  #problems = [];
  #refusals = [];

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
    return this.page.goto(new URL(url, what.issuer).href);
  }

  press(name) {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  follow(name) {
    return this.page.getByRole("link", { name, exact: true }).click();
  }

  /** Types into the field whose label begins so. */
  type(label, text) {
return this.page.getByRole("textbox", { name: new RegExp(`^${label}`) }).fill(text);
  }

  /** Waits until an address is reached; a path at the server, or a whole address elsewhere. */
  async isAt(url) {
    const wanted = new URL(url, what.issuer).href;
    await this.page.waitForURL((now) => now.href.split(/[?#]/)[0] === wanted);
  }

  /** Waits until the page says something. */
  async reads(text) {
    await this.page.getByText(text).first().waitFor();
  }

  /** Looks at a page in narrow and wide windows, light and dark: nothing sticks out, axe finds nothing; takes pictures. */
  async look(name) {
    await this.page.waitForLoadState("load");
    for (const window of WINDOWS) {
      await this.page.setViewportSize(window);
      for (const colorScheme of ["light", "dark"]) {
        await this.page.emulateMedia({ colorScheme });
        const picture = path.join(pictures, `${name}-${window.width}-${colorScheme}.png`);
        await this.page.screenshot({ path: picture, fullPage: true });
        await this.#isAccessible(`${name}, ${window.width} px, ${colorScheme}`);
      }
      const excess = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(excess <= 0, `${name}: ${excess} px stick out of a window of ${window.width} px`);
    }
    this.isContent();
  }

  async #isAccessible(where) {
    if (!(await this.page.evaluate(() => "axe" in window))) {
      // As a script tag it would be stopped by the policy that this browser is here to see obeyed.
      await this.page.evaluate(AXE);
    }
    const violations = await this.page.evaluate(async () => {
      const found = await window.axe.run(document, { preload: false, resultTypes: ["violations"] });
      return found.violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html) }));
    });
    assert.deepEqual(violations, [], where);
  }

  /** Nothing has gone wrong so far. */
  isContent() {
    assert.deepEqual(this.#problems, [], `at ${this.page.url()}`);
    assert.deepEqual(this.#refusals, [], "announced refusals that did not come");
  }
}
