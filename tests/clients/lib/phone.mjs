// An authenticator app (RFC 6238) on a phone.
import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;
const TYPING = 15_000;

function bytes(key) {
  const bits = [...key.toUpperCase()].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

export class Phone {
  #key;
  #used = 0;

  /** Takes the key as the page shows it, or the page's text that has it. */
  constructor(key) {
    this.#key = bytes(key.replace(/\s/g, ""));
  }

  /**
   * A code that was not used yet: of the half minute before this one while there is time to type it, else of this one, else of
   * the next. That is as far as clocks may differ; only who needs more has to wait.
   */
  async code() {
    const earliest = Math.floor((Date.now() + TYPING) / STEP) - 1;
    this.#used = Math.max(this.#used + 1, earliest);
    await setTimeout(Math.max(0, (this.#used - 1) * STEP - Date.now()));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(this.#used));
    const digest = createHmac("sha1", this.#key).update(counter).digest();
    const value = digest.readUInt32BE(digest.at(-1) & 0xf) & 0x7fffffff;
    return String(value % 1_000_000).padStart(6, "0");
  }
}
