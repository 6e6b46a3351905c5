//! What a service may be.

use std::collections::BTreeSet;

use super::Scope;
use crate::flow::admin::{Code, Refused, text};
use crate::model::api::{Api, ApiScope};
use crate::model::permission::PREFIX;
use crate::model::scope;
use crate::protocol::scopes;

/// Services of an installation.
pub(super) const MOST: usize = 200;
/// Scopes of a service.
const MOST_SCOPES: usize = 100;

/// An identifier: one word of visible characters, which is what `aud` may be without being encoded. It stands in paths, where dots
/// alone mean something else.
pub(super) fn identifier(given: &str) -> Result<String, Refused> {
    let fits =
        (1..=200).contains(&given.len()) && given.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    match fits && given.bytes().any(|b| b != b'.') {
        true => Ok(given.to_owned()),
        false => Err(Refused::value(
            "identifier",
            "1 to 200 visible characters, as https://api.example.com",
        )),
    }
}

pub(super) fn description(given: &str) -> Result<String, Refused> {
    match given.trim() {
        "" => Ok(String::new()),
        given => text::line("description", given, 500),
    }
}

/// Scopes: each a single scope token that is no one else's.
pub(super) fn scopes(given: &[Scope]) -> Result<Vec<ApiScope>, Refused> {
    let bad = |detail: String| Refused::value("scopes", detail);
    if given.len() > MOST_SCOPES {
        return Err(bad(format!("{MOST_SCOPES} at most")));
    }
    let mut seen = BTreeSet::new();
    let mut judged = Vec::new();
    for Scope { name, description } in given {
        let is_token = scope::Scope::parse(name).is_ok_and(|scope| scope.iter().eq([name.as_str()]));
        if !is_token || name.len() > 100 {
            return Err(bad(format!("{name:?} is no scope token of RFC 6749 section 3.3")));
        }
        if name.starts_with(PREFIX) || scopes::STANDARD.contains(&name.as_str()) {
            return Err(bad(format!("{name} has its meaning already")));
        }
        if !seen.insert(name) {
            return Err(bad(format!("{name} is named twice")));
        }
        let description = match description.trim() {
            "" => String::new(),
            given => text::line("scopes", given, 200)?,
        };
        judged.push(ApiScope {
            name: name.clone(),
            description,
        });
    }
    Ok(judged)
}

/// A scope belongs to one service: what a person reads of it must not depend on which is asked first.
pub(super) fn of_nobody_else(all: &[Api], own: &str, scopes: &[ApiScope]) -> Result<(), Refused> {
    for other in all.iter().filter(|other| other.identifier != own) {
        if let Some(taken) = scopes
            .iter()
            .find(|scope| other.scopes.iter().any(|theirs| theirs.name == scope.name))
        {
            let detail = format!("the scope {} belongs to {}", taken.name, other.identifier);
            return Err(Refused::because(Code::AlreadyExists, detail));
        }
    }
    Ok(())
}
