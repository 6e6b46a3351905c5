//! The settings of an application as members, to be compared: in the form in which a server keeps them, so that two ways of
//! writing the same do not differ.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::CommandError;
use crate::flow::admin::clients::Settings;
use crate::protocol::registration::Registration;

/// Members under their names in the REST interface, without those that say nothing: null, false, an empty list.
pub type Members = Map<String, Value>;

/// The members of something.
pub fn members(of: &impl Serialize) -> Members {
    match serde_json::to_value(of) {
        Ok(Value::Object(mut members)) => {
            members.retain(|_, value| !says_nothing(value));
            members
        }
        _ => Members::new(),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// What a registration with these members makes of an application, and what of them is not had here.
pub fn judged(members: Members) -> Result<(Members, Vec<String>), CommandError> {
    let accepted = Registration::read(members.into()).and_then(|registration| registration.judge());
    let accepted = accepted.map_err(|error| CommandError::Refused(error.description.into_owned()))?;
    let settings = Settings::of(&accepted.metadata);
    Ok((self::members(&settings), accepted.left_out))
}

/// The changes that make one of the other: what is no more is named with what says nothing in its place.
pub fn difference(before: &Members, after: &Members) -> Members {
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let gone = gone.map(|(name, value)| (name.clone(), nothing_like(value)));
    let new = after.iter().filter(|(name, value)| before.get(*name) != Some(*value));
    gone.chain(new.map(|(name, value)| (name.clone(), value.clone())))
        .collect()
}

fn nothing_like(value: &Value) -> Value {
    match value {
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Bool(_) => Value::Bool(false),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Members {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_written_in_two_ways_is_the_same() {
        let short = json!({ "client_name": "Shop", "redirect_uris": ["https://shop.example/cb"] });
        let long = json!({
            "client_name": " Shop ", "redirect_uris": ["https://shop.example/cb"], "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "client_secret_basic", "consent": "remember", "require_pkce": false, "audience": [],
        });
        let (short, left_out) = judged(object(short)).unwrap();
        assert_eq!((&short, &left_out), (&judged(object(long)).unwrap().0, &Vec::new()));
        assert!(!short.contains_key("audience") && !short.contains_key("require_pkce"));
        assert!(judged(object(json!({ "client_name": "Shop", "redirect_uris": ["ftp://x"] }))).is_err());
    }

    #[test]
    fn a_difference_names_what_is_new_and_takes_back_what_is_gone() {
        let before = object(json!({ "a": "x", "b": ["y"], "c": true, "d": 600, "e": 1 }));
        let after = object(json!({ "a": "z", "e": 1, "f": [2] }));
        let changes = json!({ "a": "z", "b": [], "c": false, "d": null, "f": [2] });
        assert_eq!(Value::from(difference(&before, &after)), changes);
        assert!(difference(&after, &after).is_empty());
    }
}
