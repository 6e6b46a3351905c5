//! Turns settings into fields, and fields into a change.

use serde_json::{Map, Value};

use crate::flow::admin::clients::{Changes, Settings};
use crate::web::pages::OwnForm;
use crate::web::views::{CLIENT_MEMBERS, ClientFieldKind as Kind, ClientValues, Refusal};

/// What the fields hold for these settings.
pub fn values(settings: &Settings) -> ClientValues {
    let members = serde_json::to_value(settings).unwrap_or_default();
    let mut values = ClientValues::default();
    let mut set = |name: String, text: String| drop(values.0.insert(name, text));
    for (name, kind, _) in CLIENT_MEMBERS {
        let member = members.get(*name).unwrap_or(&Value::Null);
        let list = || {
            let entries = member.as_array().map(Vec::as_slice).unwrap_or_default();
            entries.iter().filter_map(Value::as_str).collect::<Vec<_>>()
        };
        match kind {
            Kind::Lines => set((*name).to_owned(), list().join("\n")),
            Kind::Words => set((*name).to_owned(), list().join(" ")),
            Kind::Tick if member == true => set((*name).to_owned(), "yes".to_owned()),
            Kind::Tick => {}
            Kind::Ticks(known) => {
                for entry in list().into_iter().filter(|entry| known.contains(entry)) {
                    set(format!("{name}.{entry}"), "yes".to_owned());
                }
            }
            Kind::Json if member.is_null() => {}
            Kind::Json => set(
                (*name).to_owned(),
                serde_json::to_string_pretty(member).unwrap_or_default(),
            ),
            Kind::Text | Kind::Maybe | Kind::Number => match member {
                Value::Null => {}
                Value::String(text) => set((*name).to_owned(), text.clone()),
                other => set((*name).to_owned(), other.to_string()),
            },
        }
    }
    values
}

/// What the fields of a form hold.
pub fn read(form: &OwnForm) -> ClientValues {
    let mut values = ClientValues::default();
    for (name, kind, _) in CLIENT_MEMBERS {
        let names = match kind {
            Kind::Ticks(known) => known.iter().map(|entry| format!("{name}.{entry}")).collect(),
            _ => vec![(*name).to_owned()],
        };
        for name in names {
            let text = form.text(&name).to_owned();
            values.0.insert(name, text);
        }
    }
    values
}

/// The change that the fields ask for.
///
/// # Errors
/// What cannot even be read.
pub fn changes(client_id: &str, values: &ClientValues) -> Result<Changes, Refusal> {
    let mut members = Map::new();
    members.insert("client_id".to_owned(), client_id.into());
    for (name, kind, _) in CLIENT_MEMBERS {
        let text = values.get(name).trim();
        let value = match kind {
            Kind::Text => text.into(),
            Kind::Maybe | Kind::Number | Kind::Json if text.is_empty() => Value::Null,
            Kind::Maybe => text.into(),
            Kind::Number => match text.parse::<u32>() {
                Ok(number) => number.into(),
                Err(_) => return Err(Refusal::at(name, "a whole number")),
            },
            Kind::Lines => lines(text).into(),
            Kind::Words => text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into(),
            Kind::Tick => values.ticked(name).into(),
            Kind::Ticks(known) => known
                .iter()
                .filter(|entry| values.ticked(&format!("{name}.{entry}")))
                .map(|entry| (*entry).to_owned())
                .collect::<Vec<_>>()
                .into(),
            Kind::Json => match serde_json::from_str::<Map<String, Value>>(text) {
                Ok(object) => object.into(),
                Err(error) => return Err(Refusal::at(name, &error.to_string())),
            },
        };
        members.insert((*name).to_owned(), value);
    }
    serde_json::from_value(members.into()).map_err(|error| Refusal::at("client_name", &error.to_string()))
}

/// The lines of a text that say something.
pub fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_setting_has_a_field_and_goes_through_it_unchanged() {
        let given = json!({
            "client_name": "App", "redirect_uris": ["https://a.example/x", "https://b.example/y"],
            "post_logout_redirect_uris": ["https://a.example/"], "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["authorization_code", "refresh_token"], "scope": "openid email", "jwks": { "keys": [{ "kty": "OKP" }] },
            "id_token_signed_response_alg": "ES256", "client_uri": "https://a.example", "logo_uri": "https://a.example/l",
            "policy_uri": "https://a.example/p", "tos_uri": "https://a.example/t", "default_max_age": 60,
            "default_acr_values": ["1", "2"], "minimum_acr": "2", "consent": "skip", "strict_auth_method": true,
            "require_pkce": true, "slim_id_token": true, "audience": ["https://api.example"], "introspects": ["x"],
            "introspects_any": true, "access_token_seconds": 120, "access_token_typ": "JWT", "claim_mappings": [],
        });
        let settings: Settings = serde_json::from_value(given.clone()).unwrap();
        // What has a field, and what has a page of its own: that is everything there is.
        let all = serde_json::to_value(&settings).unwrap();
        let mut known: Vec<&str> = CLIENT_MEMBERS.iter().map(|(name, ..)| *name).collect();
        known.push("claim_mappings");
        for name in all.as_object().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "{name} has no field");
        }
        let changes = changes("abc", &values(&settings)).ok().unwrap();
        let mut changed = serde_json::to_value(changes).unwrap();
        changed["claim_mappings"] = json!([]);
        changed.as_object_mut().unwrap().remove("client_id");
        assert_eq!(changed, given);
    }

    #[test]
    fn what_was_emptied_is_taken_away() {
        let settings: Settings = serde_json::from_value(json!({ "client_name": "App", "grant_types": [] })).unwrap();
        let changed = serde_json::to_value(changes("abc", &values(&settings)).ok().unwrap()).unwrap();
        for name in [
            "jwks",
            "client_uri",
            "default_max_age",
            "minimum_acr",
            "access_token_seconds",
        ] {
            assert!(
                changed[name].is_null() && changed.get(name).is_some(),
                "{name}: {changed}"
            );
        }
        assert_eq!(changed["strict_auth_method"], false);
    }

    #[test]
    fn what_cannot_be_read_is_said_at_its_field() {
        for (name, text) in [
            ("default_max_age", "soon"),
            ("jwks", "[]"),
            ("access_token_seconds", "-1"),
        ] {
            let mut values = ClientValues::default();
            values.0.insert(name.to_owned(), text.to_owned());
            assert!(changes("abc", &values).err().unwrap().is_at(name), "{name}");
        }
    }
}
