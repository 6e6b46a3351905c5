"""PyPI PyJWT as a service that verifies access tokens by itself."""

import json
import os

import jwt

what = json.loads(os.environ["SITUATION"])
token = what["accessToken"]

discovery = jwt.PyJWKClient(what["issuer"] + "/.well-known/jwks.json")
key = discovery.get_signing_key_from_jwt(token)
assert key.algorithm_name == what["alg"], key.algorithm_name


def verify(audience):
    return jwt.decode(
        token,
        key,
        algorithms=[what["alg"]],
        issuer=what["issuer"],
        audience=audience,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"]},
    )


claims = verify(what["audience"])
assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
assert (claims["sub"], claims["role"], claims["plan"]) == (what["sub"], "editor", "team"), claims
try:
    verify("https://another.example")
    raise SystemExit("a token for another audience was taken")
except jwt.InvalidAudienceError:
    print("PyJWT verified a token signed with", what["alg"])
