// npm jose as a service that verifies access tokens by itself, before and after the keys change.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import * as client from "openid-client";
import what from "./lib/situation.mjs";
import { Walker } from "./lib/walker.mjs";

const config = await client.discovery(new URL(what.issuer), what.clientId, what.clientSecret, undefined, {
  execute: [client.allowInsecureRequests],
});
const back = await new Walker(what.issuer).authorize(
  client.buildAuthorizationUrl(config, { redirect_uri: what.redirectUri, scope: "openid offline_access" }),
  what.email,
  what.password,
);
let tokens = await client.authorizationCodeGrant(config, back);

const checks = { typ: "at+jwt", issuer: what.issuer, audience: what.audience };
const keyId = (token) => decodeProtectedHeader(token).kid;

async function verify(token, keys) {
  const { payload } = await jwtVerify(token, keys, checks);
  assert.deepEqual(
    { sub: payload.sub, role: payload.role, plan: payload.plan, client_id: payload.client_id },
    { sub: what.sub, role: "editor", plan: "team", client_id: what.clientId },
  );
}

const jwks = new URL(config.serverMetadata().jwks_uri);
// A service that has been running for a while: it holds the keys of before, and for 30 s asks for no new ones.
const running = createRemoteJWKSet(jwks);
const before = tokens.access_token;
await verify(before, running);
await assert.rejects(jwtVerify(before, running, { ...checks, audience: "https://another.example" }), /aud/);
await assert.rejects(jwtVerify(tokens.id_token, running, checks), /typ/);

const { program, variables } = what.passgate;
execFileSync(program, ["key", "rotate", "--json"], { env: variables, stdio: ["ignore", "ignore", "inherit"] });
for (let tries = 0; tries < 100 && keyId(tokens.access_token) === keyId(before); tries += 1) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  tokens = await client.refreshTokenGrant(config, tokens.refresh_token);
}
const after = tokens.access_token;
assert.notEqual(keyId(after), keyId(before), "the running server never took the new key");

// Neither the service that was running nor one that starts now rejects anybody.
for (const keys of [running, createRemoteJWKSet(jwks)]) {
  await verify(after, keys);
  await verify(before, keys);
}
console.log("jose verified tokens of both keys");
