// Captured mail, read from the folder of the server. Each mail is given out once.
import { mkdirSync, readFileSync, readdirSync, watch } from "node:fs";
import path from "node:path";
import { said } from "./words.mjs";

const PATIENCE = 30_000;

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
  next(to, subject, locale = "en") {
    const wanted = new RegExp(`^${said(subject, locale)}$`);
    return new Promise((resolve, reject) => {
      const end = () => {
        watcher.close();
        clearTimeout(patience);
      };
      const look = () => {
        const mail = this.#unread(to, wanted);
        if (!mail) return;
        end();
        resolve(letter(mail));
      };
      // Watched before it is looked at, so that nothing comes in between.
      const watcher = watch(this.#folder, look);
      const patience = setTimeout(() => {
        end();
        reject(new Error(`no mail ${wanted} to ${to}`));
      }, PATIENCE);
      look();
    });
  }
}

/** What people take from a mail. */
function letter({ subject, text }) {
  const [link] = text.match(/https?:\/\/\S+/) ?? [];
  const [code] = text.match(/^\s*\d{3} ?\d{3}\s*$/m) ?? [];
  return { subject, text, link, code: code?.trim() };
}
