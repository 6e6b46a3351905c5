// Captured mail and texts, read from the folders of the server. Each is given out once.
import { mkdirSync, readFileSync, readdirSync, watch } from "node:fs";
import path from "node:path";
import { said } from "./words.mjs";

const PATIENCE = 60_000;

export class Mailbox {
  #folder;
  #read = new Set();

  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  #unread(fits) {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith(".json") && !this.#read.has(name));
    for (const name of names) {
      const mail = JSON.parse(readFileSync(path.join(this.#folder, name), "utf8"));
      if (!fits(mail)) continue;
      this.#read.add(name);
      return mail;
    }
    return undefined;
  }

  /** Waits for a mail to an address, by its subject. */
  next(to, subject, locale = "en") {
    const wanted = new RegExp(`^${said(subject, locale)}$`);
    return this.#wait((mail) => mail.to === to && wanted.test(mail.subject), `mail ${wanted} to ${to}`).then(letter);
  }

  /** Waits for a text to a number. */
  text(to) {
    return this.#wait((text) => text.to === to, `text to ${to}`).then(textMessage);
  }

  #wait(fits, what) {
    return new Promise((resolve, reject) => {
      const end = () => {
        watcher.close();
        clearTimeout(patience);
      };
      const look = () => {
        const mail = this.#unread(fits);
        if (!mail) return;
        end();
        resolve(mail);
      };
      // Watched before it is looked at, so that nothing comes in between.
      const watcher = watch(this.#folder, look);
      const patience = setTimeout(() => {
        end();
        reject(new Error(`no ${what}`));
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

/** What people and their browsers take from a text: the code, and the line that binds it to a host. */
function textMessage({ text }) {
  const [bound, code] = text.match(/^@\S+ #(\d{6})$/m) ?? [];
  return { text, bound, code };
}
