// What every page owes whoever looks at it: axe finds nothing, and it fits its window. Pictures where somebody asks for them.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const NARROW = { width: 360, height: 800 };
const NARROWEST = { width: 320, height: 640 };
export const WIDE = { width: 1280, height: 900 };

/** Where pictures of every page go, in both widths and themes; nowhere unless it is set. */
const album = process.env.PASSGATE_SCREENSHOTS;
if (album) mkdirSync(album, { recursive: true });

const ROUNDS = [
  { size: NARROW, colorScheme: "dark" },
  { size: WIDE, colorScheme: "light" },
];
// The words of another language are seen in the narrow window; its colours are those of the first one.
const ROUNDS_OF_A_TRANSLATION = ROUNDS.slice(0, 1);
const ROUNDS_FOR_AN_ALBUM = [...ROUNDS, { size: WIDE, colorScheme: "dark" }, { size: NARROW, colorScheme: "light" }];

/** Looks at the page that is open. */
export async function look(page, name, { axe, translated }) {
  await page.waitForLoadState("load");
  const rounds = translated ? ROUNDS_OF_A_TRANSLATION : ROUNDS;
  for (const { size, colorScheme } of album ? ROUNDS_FOR_AN_ALBUM : rounds) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    const where = `${name}-${size.width}-${colorScheme}`;
    if (album) await page.screenshot({ path: path.join(album, `${where}.png`), fullPage: true });
    if (axe) await isAccessible(page, where);
  }
  await page.setViewportSize(NARROWEST);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(excess <= 0, `${name}: ${excess} px stick out of a window of ${NARROWEST.width} px`);
  await page.setViewportSize(WIDE);
}

async function isAccessible(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) {
    // As a script tag it would be stopped by the policy that this browser is here to see obeyed.
    await page.evaluate(AXE);
  }
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { preload: false, resultTypes: ["violations"] });
    return found.violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ html }) => html) }));
  });
  assert.deepEqual(violations, [], where);
}

/** Keeps what everybody saw last of a story that ended badly. */
export async function keepTheLastOf(pages) {
  const folder = album ?? mkdtempSync(path.join(tmpdir(), "passgate-pages-"));
  for (const [number, page] of pages.entries()) {
    const picture = path.join(folder, `last-${number}.png`);
    await page.screenshot({ path: picture, fullPage: true });
    console.log(`at ${page.url()}, seen in ${picture}:\n${await page.locator("body").innerText()}\n`);
  }
}
