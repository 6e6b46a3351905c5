//! Claims about a person, by scope and by the `claims` parameter: OpenID Connect Core sections 5.1 to 5.5.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::scopes;
use crate::model::claims_request::Wish;
use crate::model::scope::Scope;
use crate::model::user::User;

/// Members of ID tokens that are the protocol's and ours: no claim about a person may take their place.
pub const PROTOCOL_MEMBERS: [&str; 14] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "at_hash",
    "role",
    "plan",
];

/// The claims that discovery lists: the standard ones and ours.
pub fn supported() -> Vec<&'static str> {
    let standard = scopes::STANDARD
        .iter()
        .flat_map(|scope| scopes::claims_of(scope))
        .copied();
    // `azp` is for tokens with several audiences, which ours never have.
    let members = PROTOCOL_MEMBERS.into_iter().filter(|name| *name != "azp");
    members.chain(standard).collect()
}

/// One claim of a person, `None` where the person has none: no claim is ever null or empty (Core section 5.3.2).
pub fn claim(user: &User, name: &str) -> Option<Value> {
    match name {
        "email" => Some(user.email.clone().into()),
        "email_verified" => Some(user.email_verified.into()),
        "role" => Some(user.role.clone().into()),
        "plan" => Some(user.plan.clone().into()),
        "updated_at" => Some(
            user.claims
                .get(name)
                .cloned()
                .unwrap_or_else(|| Value::from(user.updated_at.timestamp())),
        ),
        other => user.claims.get(other).cloned(),
    }
}

/// The claims that the scopes stand for.
pub fn by_scope(user: &User, scope: &Scope) -> Map<String, Value> {
    let names = scope.iter().flat_map(scopes::claims_of);
    names
        .filter_map(|name| Some(((*name).to_owned(), claim(user, name)?)))
        .collect()
}

/// Adds the claims that were asked for one by one. A wish for one certain value is honoured by leaving other values out.
pub fn add_wished(user: &User, wishes: &BTreeMap<String, Wish>, to: &mut Map<String, Value>) {
    for (name, wish) in wishes {
        if let Some(value) = claim(user, name).filter(|value| wish.values.is_empty() || wish.values.contains(value)) {
            to.entry(name.clone()).or_insert(value);
        }
    }
}

/// The answer of the userinfo endpoint (Core section 5.3.2).
pub fn userinfo(user: &User, scope: &Scope, wished: &[String]) -> Map<String, Value> {
    let mut answer = by_scope(user, scope);
    for name in wished {
        if let Some(value) = claim(user, name) {
            answer.insert(name.clone(), value);
        }
    }
    answer.insert("sub".into(), user.subject().into());
    answer.insert("role".into(), user.role.clone().into());
    answer.insert("plan".into(), user.plan.clone().into());
    answer
}
