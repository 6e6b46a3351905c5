#!/usr/bin/env bash
# What `kc.sh export … --file FILE` writes.
cat >"${@: -1}" <<'JSON'
{"realm": "my-realm", "users": [
  {"username": "mary", "email": "keycloak@example.com", "emailVerified": true, "enabled": true,
   "firstName": "Mary", "lastName": "Somerville",
   "credentials": [{"type": "password",
     "secretData": "{\"value\":\"kyNVrC8Qi+mV5ZhXmqkZqG3uC6M3R3mQyZ0eLZ0Yt1k=\",\"salt\":\"c2FsdHNhbHRzYWx0c2E=\"}",
     "credentialData": "{\"hashIterations\":27500,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"}]},
  {"username": "argon", "email": "argon@example.com", "emailVerified": false, "enabled": true,
   "credentials": [{"type": "password",
     "secretData": "{\"value\":\"kyNVrC8Qi+mV5ZhXmqkZqG3uC6M3R3mQyZ0eLZ0Yt1k=\",\"salt\":\"c2FsdHNhbHRzYWx0c2E=\"}",
     "credentialData": "{\"hashIterations\":5,\"algorithm\":\"argon2\",\"additionalParameters\":{\"hashLength\":[\"32\"],\"memory\":[\"7168\"],\"type\":[\"id\"],\"version\":[\"1.3\"],\"parallelism\":[\"1\"]}}"}]},
  {"username": "off", "email": "off@example.com", "enabled": false}
]}
JSON
