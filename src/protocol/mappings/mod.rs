//! Claims that an application gets beside the usual ones: which mappings there may be, and what comes of them.
//!
//! Nothing that the protocol or we say in a token can be written over, nothing that services authorise on can come from where
//! a person writes, and an address or a number is never told as verified that is not.

use serde_json::{Map, Value};

use super::claims::claim;
use super::scopes;
use crate::model::catalogue::Entitlements;
use crate::model::claim_mapping::{ClaimMapping, Source, Target};
use crate::model::client::{ClientMetadata, ConsentPolicy};
use crate::model::metadata::Section;
use crate::model::scope::Scope;
use crate::model::user::User;

/// Mappings of one client.
pub const MOST: usize = 50;
/// Bytes of a fixed value, as compact JSON.
pub const FIXED_BYTES: usize = 1024;
/// Bytes that the mappings add to one token, as compact JSON. Permissions and features come first and always fit; a value that
/// does not fit is left out, never cut.
pub const TOKEN_BYTES: usize = 12 * 1024;
/// Bytes of the name of a claim, and of a path into metadata.
const NAME_BYTES: usize = 200;
/// Objects that a claim may stand in, or be found in.
const DEPTH: usize = 8;

/// Claims that are the protocol's or ours, in tokens or in what introspection answers (SECURITY-CASES TE-23).
const PROTECTED: [&str; 36] = [
    // RFC 7519 section 4.1
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    // OpenID Connect Core sections 2, 3.3.2.11, 5.6.2 and 7, Session Management, logout
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "sub_jwk",
    "_claim_names",
    "_claim_sources",
    "sid",
    "events",
    // RFC 7662 section 2.2, RFC 7800, RFC 8693 section 4, RFC 9068, RFC 9396
    "active",
    "token_type",
    "username",
    "client_id",
    "scope",
    "cnf",
    "act",
    "may_act",
    "authorization_details",
    // Headers that careless verifiers look for among the claims
    "typ",
    "alg",
    "kid",
    "token_use",
    // Ours
    "role",
    "plan",
    "userinfo_claims",
];

/// Claims that services authorise on, each only from the source of the same name.
const AUTHORISING: [(&str, Source); 2] = [("permissions", Source::Permissions), ("features", Source::Features)];

/// Claims that services authorise on too (RFC 9068 section 2.2.3.1): from nothing that a person writes.
const RIGHTS: [&str; 3] = ["roles", "groups", "entitlements"];

/// Claims by which people are recognised elsewhere, each only from itself.
const IDENTIFYING: [&str; 4] = ["email", "email_verified", "phone_number", "phone_number_verified"];

/// A mapping that may not be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("claim_mappings: {claim}: {why}")]
pub struct MappingError {
    /// Of which claim.
    pub claim: String,
    /// What is wrong.
    pub why: &'static str,
}

/// Judges the mappings of a client.
pub fn judge(mappings: &[ClaimMapping]) -> Result<(), MappingError> {
    let refuse = |mapping: &ClaimMapping, why| {
        let claim = mapping.claim.chars().take(NAME_BYTES).collect();
        Err(MappingError { claim, why })
    };
    for (at, mapping) in mappings.iter().enumerate() {
        let problem = match at < MOST {
            true => problem(mapping),
            false => Some("there are 50 at most"),
        };
        if let Some(why) = problem {
            return refuse(mapping, why);
        }
        for other in mappings.iter().take(at).filter(|other| shares_a_target(mapping, other)) {
            if overlaps(&path(&mapping.claim), &path(&other.claim)) {
                return refuse(mapping, "another mapping writes there");
            }
            // What is bounded, so that it always fits, is bounded once.
            if mapping.from == other.from && is_list(&mapping.from) {
                return refuse(mapping, "another claim of the same token lists them");
            }
        }
    }
    Ok(())
}

fn problem(mapping: &ClaimMapping) -> Option<&'static str> {
    let claim = mapping.claim.as_str();
    if !is_claim(claim) {
        return Some("names of letters, digits, _ - : with full stops between them, or an https address");
    }
    let path = path(claim);
    let top = path.first().copied().unwrap_or_default();
    if PROTECTED.contains(&top) {
        return Some("is a claim of the protocol");
    }
    let alone = path.len() == 1;
    let is_own = |name: &str| matches!(&mapping.from, Source::User(claim) if claim == name);
    if is_standard(top) && !alone {
        return Some("is a standard claim, and no object of yours");
    }
    if IDENTIFYING.contains(&top) && !is_own(top) {
        return Some("comes from the account itself alone");
    }
    let written_by_the_person = matches!(mapping.from, Source::User(_) | Source::Metadata(Section::Unsafe, _));
    if RIGHTS.contains(&top) && written_by_the_person {
        return Some("services authorise on it: it comes from nothing that a person writes");
    }
    if is_standard(top) && matches!(mapping.from, Source::Metadata(Section::Unsafe, _)) {
        return Some("is a standard claim: it does not come from unsafe metadata");
    }
    if top == "preferred_username" && matches!(&mapping.from, Source::User(name) if name != top && name != "email") {
        return Some("comes from what only one person has");
    }
    if AUTHORISING
        .iter()
        .any(|(name, source)| *name == top && (!alone || mapping.from != *source))
    {
        return Some("comes from the source of the same name alone");
    }
    if mapping.tokens.is_empty() {
        return Some("tokens: at least one of access_token, id_token, userinfo");
    }
    let mut seen = mapping.tokens.iter().enumerate();
    if seen.any(|(at, target)| mapping.tokens.iter().take(at).any(|before| before == target)) {
        return Some("tokens: each once");
    }
    let is_private = matches!(mapping.from, Source::Metadata(Section::Private, _));
    match (&mapping.from, is_private == mapping.private) {
        (_, false) if is_private => Some("is private metadata: say so with private, true"),
        (_, false) => Some("private is for private metadata alone"),
        (Source::User(name), _) if !is_standard(name) => Some("user: is no standard claim"),
        (Source::Metadata(_, path), _)
            if path.len() > DEPTH || path.iter().map(String::len).sum::<usize>() > NAME_BYTES =>
        {
            Some("metadata: the path is too long")
        }
        (Source::Metadata(_, path), _) if path.iter().any(|name| name.contains('\0')) => Some("metadata: no NUL"),
        (Source::Fixed(value), _) => fixed_problem(value),
        _ => None,
    }
}

fn fixed_problem(value: &Value) -> Option<&'static str> {
    let written = value.to_string();
    if value.is_null() {
        Some("value: no claim is null")
    } else if written.len() > FIXED_BYTES {
        Some("value: 1024 bytes at most")
    } else if written.contains("\\u0000") {
        Some("value: no NUL")
    } else {
        None
    }
}

/// The names that lead to a claim. An address is one name, full stops and all.
fn path(claim: &str) -> Vec<&str> {
    match claim.contains("://") {
        true => vec![claim],
        false => claim.split('.').collect(),
    }
}

fn is_claim(claim: &str) -> bool {
    if claim.len() > NAME_BYTES {
        return false;
    }
    if claim.contains("://") {
        let plain = claim.bytes().all(|b| b.is_ascii_graphic() && !b"\"\\<>".contains(&b));
        return plain && url::Url::parse(claim).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    }
    let of_name = |b: u8| b.is_ascii_alphanumeric() || b"_-:".contains(&b);
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(of_name) && *name != "__proto__";
    let path = path(claim);
    path.len() <= DEPTH && path.iter().all(is_name)
}

fn is_standard(name: &str) -> bool {
    scope_of(name).is_some()
}

/// The scope by which people allow a claim.
fn scope_of(name: &str) -> Option<&'static str> {
    scopes::STANDARD
        .into_iter()
        .find(|scope| scopes::claims_of(scope).contains(&name))
}

fn shares_a_target(one: &ClaimMapping, other: &ClaimMapping) -> bool {
    one.tokens.iter().any(|target| other.tokens.contains(target))
}

/// Whether one of two claims is the other, or stands in it.
fn overlaps(one: &[&str], other: &[&str]) -> bool {
    one.iter().zip(other).all(|(a, b)| a == b)
}

fn is_list(source: &Source) -> bool {
    matches!(source, Source::Permissions | Source::Features)
}

/// Whether the mappings of a client need what a person has, beside the account itself.
pub fn need_entitlements(client: &ClientMetadata) -> bool {
    let mut sources = client.claim_mappings.iter().map(|mapping| &mapping.from);
    sources.any(|source| is_list(source) || matches!(source, Source::Metadata(..)))
}

/// What mappings are applied to.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Whose mappings.
    pub client: &'a ClientMetadata,
    /// What was granted.
    pub scope: &'a Scope,
    /// The person and what they have; `None` for a client on its own, which gets fixed values alone.
    pub person: Option<(&'a User, &'a Entitlements)>,
}

/// What comes of mappings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    /// The claims. What somebody does not have is not among them.
    pub claims: Map<String, Value>,
    /// Claims that would have made the token too large.
    pub left_out: Vec<String>,
}

impl Facts<'_> {
    /// Applies those for one kind of token.
    pub fn claims(&self, target: Target) -> Mapped {
        let mut mapped = Mapped::default();
        if self.client.claim_mappings.is_empty() {
            return mapped;
        }
        let wanted = self
            .client
            .claim_mappings
            .iter()
            .filter(|mapping| mapping.tokens.contains(&target));
        let (lists, others): (Vec<_>, Vec<_>) = wanted.partition(|mapping| is_list(&mapping.from));
        let mut left = TOKEN_BYTES;
        for mapping in lists.into_iter().chain(others) {
            let Some(value) = self.value(&mapping.from) else {
                continue;
            };
            let bytes = mapping.claim.len() + value.to_string().len() + DEPTH;
            match left.checked_sub(bytes) {
                Some(rest) => {
                    left = rest;
                    place(&mut mapped.claims, &path(&mapping.claim), value);
                }
                None => mapped.left_out.push(mapping.claim.clone()),
            }
        }
        mapped
    }

    fn value(&self, source: &Source) -> Option<Value> {
        if let Source::Fixed(value) = source {
            return Some(value.clone());
        }
        let (user, has) = self.person?;
        match source {
            Source::Role => Some(user.role.clone().into()),
            Source::Plan => Some(user.plan.clone().into()),
            Source::Permissions => Some(has.permissions.clone().into()),
            Source::Features => Some(has.features.clone().into()),
            Source::Metadata(section, path) => has.metadata.at(*section, path),
            Source::User(name) => claim(user, name).filter(|_| self.allows(name)),
            Source::Fixed(_) => None,
        }
    }

    /// Whether the person let the client have a standard claim: by its scope, or because nobody is asked.
    fn allows(&self, name: &str) -> bool {
        self.client.consent == ConsentPolicy::Skip || scope_of(name).is_some_and(|scope| self.scope.contains(scope))
    }
}

fn place(into: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => drop(into.insert((*name).to_owned(), value)),
        [name, rest @ ..] => {
            let slot = into.entry((*name).to_owned()).or_insert_with(|| Map::new().into());
            if let Value::Object(object) = slot {
                place(object, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
