//! ID tokens: OpenID Connect Core sections 2, 3.1.3.6 and 5.4.

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::access_token::{Lifetime, Subject};
use super::claims;
use crate::model::claim_mapping::Target;
use crate::model::scope::Scope;

/// The claims of an ID token.
#[derive(Debug, Serialize)]
pub struct IdTokenClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    acr: String,
    amr: Vec<String>,
    sid: Uuid,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    #[serde(flatten)]
    person: Map<String, Value>,
}

/// The claims for a grant. `role`, `plan` and the claims of the `profile` and `email` scopes are among them, since many
/// parties read nothing else, unless the client is registered for slim ID tokens. `at_hash` is that of the access token.
pub fn claims(subject: &Subject<'_>, at_hash: String, nonce: Option<String>, lifetime: Lifetime) -> IdTokenClaims {
    let Subject {
        issuer,
        client,
        authorization,
        scope,
        user,
        ..
    } = *subject;
    let slim = client.metadata.slim_id_token;
    let mut person = match slim {
        true => Map::new(),
        false => {
            let everyday = ["profile", "email"].into_iter().filter(|name| scope.contains(name));
            claims::by_scope(
                user,
                &Scope::parse(&everyday.collect::<Vec<_>>().join(" ")).unwrap_or_default(),
            )
        }
    };
    claims::add_wished(user, &authorization.claims.id_token, &mut person);
    person.extend(subject.facts().claims(Target::IdToken).claims);
    person.retain(|name, _| !claims::PROTOCOL_MEMBERS.contains(&name.as_str()));
    IdTokenClaims {
        iss: issuer.to_owned(),
        sub: user.subject(),
        aud: client.id.clone(),
        exp: lifetime.now.timestamp() + lifetime.seconds,
        iat: lifetime.now.timestamp(),
        auth_time: authorization.auth_time.timestamp(),
        nonce,
        acr: authorization.acr.clone(),
        amr: authorization.amr.clone(),
        sid: authorization.session_id,
        at_hash,
        role: (!slim).then(|| user.role.clone()),
        plan: (!slim).then(|| user.plan.clone()),
        person,
    }
}
