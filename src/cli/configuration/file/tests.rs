//! What is written is read again as it was, whatever it holds.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const SHOP: &str = r#"{
    "client_name": "Shop: \"no\" # yes \\ 'x' 中文",
    "redirect_uris": ["https://shop.example/cb", "http://127.0.0.1/cb"],
    "scope": "openid profile",
    "claim_mappings": [
        { "claim": "a.b", "from": "metadata.public.team", "tokens": ["id_token"] },
        { "claim": "answer", "from": { "value": { "deep": [1, 2.5, true, "no", "1e3", "2001-01-01", ""] } }, "tokens": ["access_token"] }
    ],
    "jwks": { "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] },
    "default_max_age": 600
}"#;

fn items() -> Vec<Item> {
    let item = |kind, name: &str, members: Value| Item {
        kind,
        name: name.to_owned(),
        members: serde_json::from_value(members).unwrap(),
    };
    vec![
        item(
            Kind::Role,
            "admin",
            json!({ "description": "", "permissions": ["passgate:*"] }),
        ),
        item(
            Kind::Plan,
            "no",
            json!({ "description": "Paid: yes.", "features": ["export", "seats:10"] }),
        ),
        item(Kind::Client, "shop", serde_json::from_str(SHOP).unwrap()),
        item(
            Kind::Client,
            "web",
            json!({ "client_name": "true", "redirect_uris": ["https://web.example/"] }),
        ),
    ]
}

fn there_and_back(items: &[Item], format: Format) -> Value {
    let text = write(items.iter(), format).unwrap();
    parse(&text, format).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn as_value(items: &[Item]) -> Value {
    let all: Vec<&Item> = items.iter().collect();
    serde_json::to_value(Sections(&all)).unwrap()
}

#[test]
fn both_forms_say_the_same() {
    for format in [Format::Toml, Format::Yaml] {
        assert_eq!(there_and_back(&items(), format), as_value(&items()), "{format:?}");
    }
}

#[test]
fn what_a_form_cannot_say_is_refused_and_not_lost() {
    let mut items = items();
    items[2].members.insert("x".into(), json!([{ "y": null }]));
    let error = write(items.iter(), Format::Toml).unwrap_err().to_string();
    assert!(error.contains("client shop") && error.contains("YAML"), "{error}");
    assert_eq!(there_and_back(&items, Format::Yaml), as_value(&items));
    for (text, format, why) in [
        ("a = 2027-01-01", Format::Toml, "in quotes"),
        ("a = inf", Format::Toml, "no number"),
        ("a = 1\na = 2", Format::Toml, "duplicate"),
        ("a: 1\na: 2", Format::Yaml, "duplicate"),
        ("a: [1", Format::Yaml, ""),
    ] {
        let error = parse(text, format).unwrap_err();
        assert!(error.to_lowercase().contains(why), "{text}: {error}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0e9..1.0e9).prop_map(Value::from),
        "[ -~\\t\\né中]{0,12}".prop_map(Value::from),
        "(no|yes|on|~|null|true|0x1f|1_000|\\.inf|2001-01-01|- a|a: b|#|&a|\\*a|!t|%|@|`|>|\\|)".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z .:#中]{0,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_thing_holds_comes_back(value in values()) {
        let mut items = items();
        items[2].members.insert("x".into(), value);
        for format in [Format::Toml, Format::Yaml] {
            prop_assert_eq!(there_and_back(&items, format), as_value(&items));
        }
    }
}
