// Walks are told in English. In Chinese they look for what the catalogue says there instead.
import { readFileSync } from "node:fs";

const FOLDER = new URL("../../../src/web/i18n/messages/", import.meta.url);
const LINE = /^([\w-]+) = (.+)$/;
const FORM = /(?:^|\b(?:one|other) = )("(?:[^"\\]|\\.)*")/g;

/** The forms of every sentence of a catalogue, by its key. */
function catalogue(lang) {
  const sentences = new Map();
  let section = "";
  for (const line of readFileSync(new URL(`${lang}.toml`, FOLDER), "utf8").split("\n")) {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = LINE.exec(line) ?? [];
    if (key) sentences.set(`${section}.${key}`, [...value.matchAll(FORM)].map(([, text]) => JSON.parse(text)));
  }
  return sentences;
}

const english = catalogue("en");
const chinese = catalogue("zh-Hans");

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Reads the arguments of a sentence out of a text; `undefined` where the text is another sentence. */
function fit(form, text) {
  const pattern = literally(form).replace(/\\\{(\w+)\\\}/g, "(?<$1>.+?)");
  return new RegExp(`^${pattern}$`).exec(text)?.groups;
}

const isSentence = (form, text) => form === text || (/\{\w+\}/.test(form) && fit(form, text) !== undefined);

/** Everything that the other language may say where English says `text`; what no catalogue has is said as it is. */
function translations(text) {
  const found = new Set();
  for (const [key, forms] of english) {
    const exact = forms.find((form) => isSentence(form, text) && /[a-z]{2}/.test(form.replace(/\{\w+\}/g, "")));
    if (!exact) continue;
    const known = fit(exact, text) ?? {};
    for (const form of chinese.get(key)) found.add(form.replace(/\{(\w+)\}/g, (whole, name) => known[name] ?? whole));
  }
  return found.size ? [...found] : [text];
}

/** The source of a regular expression for `text` in a language. */
export function said(text, locale) {
  const texts = locale.startsWith("zh") ? translations(text) : [text];
  return `(?:${texts.map(literally).join("|")})`;
}
