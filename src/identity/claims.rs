//! What the standard claims of a person may be: OpenID Connect Core sections 5.1 and 5.1.1.

use serde_json::{Map, Value};

use super::{names, username};
use crate::model::claims::StandardClaims;

/// Why claims are refused; names every claim that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct ClaimsError(pub Vec<String>);

const NAMES: [&str; 5] = ["name", "given_name", "family_name", "middle_name", "nickname"];
const TEXTS: [&str; 5] = ["gender", "birthdate", "zoneinfo", "locale", "phone_number"];
const LINKS: [&str; 3] = ["profile", "picture", "website"];
const ADDRESS: [&str; 6] = [
    "formatted",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
];

/// Judges an object of claims. `email` and `email_verified` are taken out of it: the account has them in their own place.
/// Empty strings and nulls count as absent (Core section 5.3.2).
pub fn validate(members: Map<String, Value>) -> Result<StandardClaims, ClaimsError> {
    let mut problems = Vec::new();
    let mut taken = Map::new();
    for (name, value) in members {
        let absent = value.is_null() || value == "";
        if absent || name == "email" || name == "email_verified" {
            continue;
        }
        match problem(&name, &value) {
            Some(why) => problems.push(format!("{name}: {why}")),
            None => drop(taken.insert(name, value)),
        }
    }
    if !problems.is_empty() {
        return Err(ClaimsError(problems));
    }
    names::complete(&mut taken);
    Ok(StandardClaims::new(taken))
}

/// The claims with some of them changed; `Null` takes one away. Judged as [`validate`] does.
pub fn change(claims: &StandardClaims, changes: Map<String, Value>) -> Result<StandardClaims, ClaimsError> {
    let mut members = claims.members().clone();
    members.extend(changes);
    validate(members)
}

fn problem(name: &str, value: &Value) -> Option<&'static str> {
    let text = value.as_str();
    match name {
        "birthdate" => (!text.is_some_and(is_birthdate)).then_some("is YYYY-MM-DD, 0000-MM-DD or YYYY"),
        "updated_at" => (!value.is_i64()).then_some("is a number of seconds"),
        "phone_number_verified" => (!value.is_boolean()).then_some("is true or false"),
        "address" => (!is_address(value)).then_some("is an object with strings"),
        // `ada.lovelace` is a user name, though as a name of a person it would be taken for an address on the web.
        "preferred_username" => {
            let fits = |t: &str| username::parse(t).is_ok() || names::parse(t).is_ok();
            (!text.is_some_and(fits)).then_some("is no name")
        }
        name if NAMES.contains(&name) => text.is_none_or(|t| names::parse(t).is_err()).then_some("is no name"),
        name if TEXTS.contains(&name) => (!text.is_some_and(is_line)).then_some("is a line of text"),
        name if LINKS.contains(&name) => {
            let web =
                |t: &str| is_line(t) && url::Url::parse(t).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
            (!text.is_some_and(web)).then_some("is a web address")
        }
        _ => Some("is no standard claim"),
    }
}

fn is_line(text: &str) -> bool {
    text.chars().count() <= 500 && !text.chars().any(char::is_control)
}

fn is_lines(text: &str) -> bool {
    text.len() <= 2000 && !text.chars().any(|c| c.is_control() && c != '\n')
}

fn is_address(value: &Value) -> bool {
    value.as_object().is_some_and(|members| {
        !members.is_empty()
            && members
                .iter()
                .all(|(name, value)| ADDRESS.contains(&name.as_str()) && value.as_str().is_some_and(is_lines))
    })
}

fn is_birthdate(text: &str) -> bool {
    let year_only = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    // A leap year stands in for the omitted one, so that 29 February is a birthday.
    let whole = text.replacen("0000-", "2000-", 1);
    year_only || (text.len() == 10 && chrono::NaiveDate::parse_from_str(&whole, "%Y-%m-%d").is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(value: Value) -> Result<StandardClaims, ClaimsError> {
        validate(value.as_object().unwrap().clone())
    }

    #[test]
    fn core_5_1_types() {
        let good = json!({
            "name": "A B", "profile": "https://example.com/a", "birthdate": "0000-02-29", "updated_at": 5,
            "phone_number_verified": true, "address": { "formatted": "x\ny" }, "gender": "", "locale": null,
            "email": "a@b.test", "email_verified": true,
        });
        let claims = check(good).unwrap();
        assert_eq!(claims.get_str("name"), Some("A B"));
        assert!(claims.get("gender").is_none() && claims.get("locale").is_none() && claims.get("email").is_none());
        for (name, bad) in [
            ("birthdate", json!("1990-13-01")),
            ("birthdate", json!("yesterday")),
            ("updated_at", json!("now")),
            ("phone_number_verified", json!("true")),
            ("address", json!("x")),
            ("address", json!({ "planet": "x" })),
            ("name", json!(1)),
            ("picture", json!("javascript:x")),
            ("role", json!("admin")),
            ("sub", json!("x")),
        ] {
            let error = check(json!({ name: bad })).unwrap_err();
            assert!(error.0[0].starts_with(name), "{error}");
        }
    }

    #[test]
    fn a_change_replaces_adds_and_takes_away() {
        let claims = check(json!({ "name": "A B", "gender": "x", "preferred_username": "a.bee" })).unwrap();
        let changes = json!({ "name": "A C", "gender": null, "locale": "en" });
        let changed = change(&claims, changes.as_object().unwrap().clone()).unwrap();
        let expected = json!({ "name": "A C", "preferred_username": "a.bee", "locale": "en" });
        assert_eq!(changed.members(), expected.as_object().unwrap());
        let bad = json!({ "role": "admin" }).as_object().unwrap().clone();
        assert!(change(&claims, bad).is_err());
    }

    #[test]
    fn every_problem_is_named() {
        assert_eq!(check(json!({ "a": 1, "b": 2 })).unwrap_err().0.len(), 2);
    }
}
