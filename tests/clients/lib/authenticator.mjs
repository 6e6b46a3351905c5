// Virtual authenticators of Chromium (WebDriver extension of Web Authentication, over the DevTools protocol). One answers only
// while it is touched: otherwise every page that offers passkeys in its field would sign in at once.

const KINDS = {
  // The device's own: finger, face or PIN; its passkeys are found without a name.
  device: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  // A key with a reader for fingers, which keeps passkeys itself.
  reader: { protocol: "ctap2", transport: "usb", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  // A key on a bunch of keys: touched, and nothing more.
  key: { protocol: "ctap2", transport: "usb", hasResidentKey: false, hasUserVerification: false, isUserVerified: false },
};

export class Authenticator {
  #session;
  #id;

  /** Gives a person one more, which stays with their page. */
  static async give(person, kind) {
    const authenticator = new Authenticator();
    authenticator.#session = await person.devtools();
    await authenticator.#session.send("WebAuthn.enable", { enableUI: false });
    const options = { ...KINDS[kind], automaticPresenceSimulation: false };
    const made = await authenticator.#session.send("WebAuthn.addVirtualAuthenticator", { options });
    authenticator.#id = made.authenticatorId;
    return authenticator;
  }

  /** How many credentials it holds. */
  async count() {
    const { credentials } = await this.#session.send("WebAuthn.getCredentials", { authenticatorId: this.#id });
    return credentials.length;
  }

  /** Is touched while something is done. */
  async touched(during) {
    await this.#presence(true);
    await during();
    await this.#presence(false);
  }

  #presence(enabled) {
    return this.#session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: this.#id, enabled });
  }
}
