// A person with a browser that has cookies and forms and no JavaScript. It stays at one server: an address elsewhere is where
// it ends.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const text = (escaped) =>
  escaped.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (whole, hex, decimal, name) =>
    name ? (ENTITIES[name] ?? whole) : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
  );

const attributes = (tag) =>
  Object.fromEntries([...tag.matchAll(/\s([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, text(value ?? "")]));

/** The forms of a page: where each goes, and what its fields hold before anybody types. */
export function forms(html) {
  return [...html.matchAll(/<form(\s[^>]*)>(.*?)<\/form>/gs)].map(([, tag, inside]) => ({
    action: attributes(tag).action,
    fields: Object.fromEntries(
      [...inside.matchAll(/<input(\s[^>]*)>/g)]
        .map(([, input]) => attributes(input))
        .filter(({ name }) => name)
        .map(({ name, value }) => [name, value ?? ""]),
    ),
  }));
}

export class Walker {
  #cookies = new Map();
  #server;

  constructor(server) {
    this.#server = new URL(server).origin;
  }

  async #request(url, options) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...options, redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/max-age=0(;|$)/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Opens an address and follows redirects; gives the page, or the address where the server sent it away. */
  async open(url, options = {}) {
    for (let hops = 0; hops < 10; hops += 1) {
      if (new URL(url).origin !== this.#server) return { url: new URL(url) };
      const response = await this.#request(url, options);
      const location = response.headers.get("location");
      if (!location) return { url: new URL(url), status: response.status, html: await response.text() };
      [url, options] = [new URL(location, url).href, {}];
    }
    throw new Error(`too many redirects, now at ${url}`);
  }

  /** Sends the first form of a page with some fields filled in. */
  submit(page, filled) {
    const [form] = forms(page.html);
    const body = new URLSearchParams({ ...form.fields, ...filled });
    return this.open(new URL(form.action, page.url).href, { method: "POST", body });
  }

  /** The whole way of a person: sign in where it is asked, consent where it is asked. Gives the address at the application. */
  async authorize(url, email, password) {
    let page = await this.open(url.href ?? url);
    if (page.url.pathname === "/sign-in") page = await this.submit(page, { identifier: email, password });
    if (page.url.pathname === "/consent") page = await this.submit(page, { decision: "allow" });
    if (page.html) throw new Error(`stopped at ${page.url} with ${page.status}: ${page.html}`);
    return page.url;
  }
}
