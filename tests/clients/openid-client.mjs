// npm openid-client as an application of one kind: everything that this kind can do.
import assert from "node:assert/strict";
import * as client from "openid-client";
import what from "./lib/situation.mjs";
import { Walker } from "./lib/walker.mjs";

const AUTHENTICATIONS = {
  client_secret_basic: () => client.ClientSecretBasic(what.clientSecret),
  client_secret_post: () => client.ClientSecretPost(what.clientSecret),
  none: () => client.None(),
};
const confidential = what.auth !== "none";

const config = await client.discovery(new URL(what.issuer), what.clientId, {}, AUTHENTICATIONS[what.auth](), {
  // A test server on this machine: plain http.
  execute: [client.allowInsecureRequests],
});
// Without this the library trusts TLS for the ID token of a code flow; here the signature is checked.
client.enableNonRepudiationChecks(config);
assert.equal(config.serverMetadata().issuer, what.issuer);

async function signIn(walker) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: what.redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
  });
  const back = await walker.authorize(address, what.email, what.password);
  return client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce });
}

const isRefused = (error) => (refused) => refused.error === error;

const walker = new Walker(what.issuer);
const tokens = await signIn(walker);
const claims = tokens.claims();
assert.deepEqual(
  { sub: claims.sub, aud: claims.aud, email: claims.email, name: claims.name, role: claims.role, plan: claims.plan },
  { sub: what.sub, aud: what.clientId, email: what.email, name: "Ada Lovelace", role: "editor", plan: "team" },
);

const person = await client.fetchUserInfo(config, tokens.access_token, what.sub);
assert.equal(person.email, what.email);
assert.equal(person.email_verified, true);

const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(renewed.claims().sub, what.sub);
assert.notEqual(renewed.refresh_token, tokens.refresh_token);

if (confidential) {
  const known = await client.tokenIntrospection(config, renewed.access_token);
  assert.deepEqual(
    { active: known.active, sub: known.sub, client: known.client_id, role: known.role, plan: known.plan },
    { active: true, sub: what.sub, client: what.clientId, role: "editor", plan: "team" },
  );

  const machine = await client.clientCredentialsGrant(config);
  assert.equal(machine.token_type, "bearer");
  assert.equal(machine.refresh_token, undefined);
  assert.equal((await client.tokenIntrospection(config, machine.access_token)).active, true);

  await client.tokenRevocation(config, renewed.access_token);
  assert.deepEqual(await client.tokenIntrospection(config, renewed.access_token), { active: false });

  const guess = new client.Configuration(config.serverMetadata(), what.clientId, "a wrong secret");
  client.allowInsecureRequests(guess);
  await assert.rejects(client.clientCredentialsGrant(guess), (refused) => refused.status === 401);
} else {
  await assert.rejects(client.clientCredentialsGrant(config), isRefused("unauthorized_client"));
}

// Revoked for good: the refresh token, and whatever descends from it.
await client.tokenRevocation(config, renewed.refresh_token);
await assert.rejects(client.refreshTokenGrant(config, renewed.refresh_token), isRefused("invalid_grant"));

// The second time nobody types and nobody is asked; the person has a session and has consented.
const silent = client.buildAuthorizationUrl(config, {
  redirect_uri: what.redirectUri,
  scope: "openid profile email offline_access",
  code_challenge: await client.calculatePKCECodeChallenge("v".repeat(43)),
  code_challenge_method: "S256",
  prompt: "none",
});
const back = (await walker.open(silent.href)).url;
const again = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: "v".repeat(43) });
assert.equal(again.claims().sub, what.sub);
console.log(`openid-client signed in with ${what.auth}`);
