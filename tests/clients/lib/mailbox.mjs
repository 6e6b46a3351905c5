// Captured mail, read from the folder of the server. Each mail is given out once.
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { watch } from "node:fs/promises";
import path from "node:path";
import { said } from "./words.mjs";

const PATIENCE = 7_000;

export class Mailbox {
  #folder;
  #read = new Set();

  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  #unread(to, subject) {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(".json") && !this.#read.has(name));
    for (const name of names) {
      const mail = JSON.parse(readFileSync(path.join(this.#folder, name), "utf8"));
      if (mail.to !== to || !subject.test(mail.subject)) continue;
      this.#read.add(name);
      return mail;
    }
    return undefined;
  }

  /** Waits for a mail to an address, by its subject. */
  async next(to, subject, locale = "en") {
    const wanted = new RegExp(`^${said(subject, locale)}$`);
    // Watched before it is looked at, so that nothing comes in between.
    const changes = watch(this.#folder, { signal: AbortSignal.timeout(PATIENCE) });
    let mail = this.#unread(to, wanted);
    if (mail) return letter(mail);
    try {
      for await (const _change of changes) {
        mail = this.#unread(to, wanted);
        if (mail) return letter(mail);
      }
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    throw new Error(`no mail ${wanted} to ${to}`);
  }
}

/** What people take from a mail. */
function letter({ subject, text }) {
  const [link] = text.match(/https?:\/\/\S+/) ?? [];
  const [code] = text.match(/^\s*\d{3} ?\d{3}\s*$/m) ?? [];
  return { subject, text, link, code: code?.trim() };
}
