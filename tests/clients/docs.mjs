// A reader of the documentation at the browser. The words that a page prints in bold are pressed and filled, those that it
// prints as code are typed or opened, in the order in which they stand there; the steps know only what is done with each.
import assert from "node:assert/strict";
import { Person, story } from "./lib/chromium.mjs";
import { serve } from "./lib/site.mjs";
import what from "./lib/situation.mjs";

const told = [...what.told];

function next(kind) {
  const found = told.shift();
  assert.ok(found?.[kind] !== undefined, `the page says ${JSON.stringify(found)} where a ${kind} is due`);
  return found[kind];
}

/** What is on the screen as the page prints it. */
const named = (label) => new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);

const press = (person) => person.page.getByRole("button", { name: named(next("label")) }).click();
const follow = (person) => person.page.getByRole("link", { name: named(next("label")) }).first().click();

/** The page names what is typed before or after the field it goes into. */
async function fill(person) {
  const [first, second] = told.splice(0, 2);
  const { label, value } = { ...first, ...second };
  assert.ok(label !== undefined && value !== undefined, `${JSON.stringify([first, second])} is no field and its value`);
  await person.page.getByRole("textbox", { name: named(label) }).fill(value);
}

const reads = (person) => person.page.getByText(next("label")).first().waitFor();

/** Enters an address and a password; ends wherever that leads. */
async function signIn(person) {
  await fill(person);
  await press(person);
  await fill(person);
  await press(person);
}

/** The address that a command printed and whose beginning the page shows. */
function printed(beginning) {
  const at = what.seen.lastIndexOf(beginning.replace("…", ""));
  assert.ok(at >= 0, `${beginning} was not printed`);
  return what.seen.slice(at).split(/\s/)[0];
}

const STEPS = {
  async "become the administrator and try the playground"(person) {
    await person.open(printed(next("value")));
    for (let field = 0; field < 3; field += 1) await fill(person);
    await press(person);
    await person.isAt("/");
    await follow(person);
    await press(person);
    await press(person);
    await person.isAt("/playground/callback");
    await reads(person);
    const facts = await person.page.locator(".stats dd").allTextContents();
    assert.deepEqual(facts, [next("value"), next("value")]);
  },

  async "sign in to the application"(person) {
    // The page has no application yet; this one only lets the browser arrive.
    const { port, pathname, href } = new URL(new URL(what.shown).searchParams.get("redirect_uri"));
    const application = await serve(port, { [pathname]: ["text/html", '<!doctype html><link rel="icon" href="data:,">'] });
    await person.open(what.shown);
    await signIn(person);
    await press(person);
    await person.isAt(href);
    console.log(person.page.url());
    application.closeAllConnections();
    application.close();
  },

  async "fail to sign in to the application"(person) {
    person.expectRefusal("/oauth2/authorize");
    await person.open(what.shown);
    await reads(person);
  },

  async "mistype the password"(person) {
    await person.open(next("value"));
    await fill(person);
    await press(person);
    await fill(person);
    person.expectRefusal("/sign-in");
    await press(person);
    await reads(person);
  },

  async "look into the console"(person) {
    await person.open(next("value"));
    await signIn(person);
    await person.isAt("/admin");
    await follow(person);
    await follow(person);
    await follow(person);
    await reads(person);
  },
};

await story(async () => {
  const person = await Person.arrive();
  const step = STEPS[what.step];
  assert.ok(step, `${what.place}: no step is called ${what.step}`);
  try {
    await step(person);
  } catch (error) {
    error.message = `${what.place}: ${what.step}: ${error.message}`;
    throw error;
  }
  assert.deepEqual(told, [], `${what.place}: the page says more than is done`);
  person.isContent();
});
