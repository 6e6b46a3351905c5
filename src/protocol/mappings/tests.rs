//! What a mapping may say, and what comes of it.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::model::claims::StandardClaims;
use crate::model::metadata::Metadata;

fn mappings(value: Value) -> Vec<ClaimMapping> {
    serde_json::from_value(value).unwrap()
}

fn refused(value: Value) -> Option<&'static str> {
    judge(&mappings(value)).err().map(|error| error.why)
}

fn one(claim: &str, from: Value) -> Value {
    json!([{ "claim": claim, "from": from, "tokens": ["access_token", "id_token", "userinfo"] }])
}

fn ada() -> User {
    let claims = json!({ "name": "Ada", "phone_number": "+442079460018", "phone_number_verified": false });
    User {
        id: Uuid::nil(),
        email: "ada@example.com".into(),
        email_verified: true,
        role: "editor".into(),
        plan: "pro".into(),
        claims: StandardClaims::new(claims.as_object().unwrap().clone()),
        disabled_at: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn adas() -> Entitlements {
    let metadata = json!({
        "public": { "team": { "id": 7, "name": "Engines" }, "nothing": null, "zero": 0 },
        "private": { "crm": "c-1" }, "unsafe": { "theme": "dark" },
    });
    Entitlements {
        permissions: vec!["passgate:users:read".into(), "posts:write".into()],
        features: vec!["export".into()],
        metadata: serde_json::from_value::<Metadata>(metadata).unwrap(),
    }
}

/// What a client with these mappings is told of Ada.
fn told(given: Value, scope: &str, consent: ConsentPolicy, target: Target) -> Mapped {
    let client = ClientMetadata {
        claim_mappings: mappings(given),
        consent,
        ..ClientMetadata::default()
    };
    judge(&client.claim_mappings).unwrap();
    let (user, entitlements, scope) = (ada(), adas(), Scope::parse(scope).unwrap());
    let facts = Facts {
        client: &client,
        scope: &scope,
        person: Some((&user, &entitlements)),
    };
    facts.claims(target)
}

fn access(given: Value) -> Value {
    told(given, "openid", ConsentPolicy::Remember, Target::AccessToken)
        .claims
        .into()
}

#[test]
fn te_23_no_mapping_writes_over_the_protocol() {
    let named = "iss sub aud exp iat nbf jti cnf scope client_id azp nonce acr amr auth_time sid typ role plan at_hash c_hash \
                 s_hash act may_act active token_type username userinfo_claims authorization_details events";
    for claim in named.split(' ') {
        for from in [
            json!("metadata.public.x"),
            json!({ "value": "x" }),
            json!("permissions"),
        ] {
            assert_eq!(refused(one(claim, from)), Some("is a claim of the protocol"), "{claim}");
        }
        // Nor into it.
        assert!(
            refused(one(&format!("{claim}.x"), json!("role"))).is_some(),
            "{claim}.x"
        );
        // Elsewhere the same name is free.
        assert_eq!(
            refused(one(&format!("metadata.{claim}"), json!("role"))),
            None,
            "{claim}"
        );
    }
    for member in super::super::claims::PROTOCOL_MEMBERS {
        assert!(refused(one(member, json!({ "value": 1 }))).is_some(), "{member}");
    }
}

#[test]
fn nothing_that_services_authorise_on_comes_from_where_people_write() {
    for (claim, from) in [
        ("permissions", json!("metadata.unsafe.permissions")),
        ("permissions", json!("metadata.public.permissions")),
        ("permissions", json!({ "value": ["*"] })),
        ("permissions", json!("features")),
        ("features", json!("permissions")),
        ("features.x", json!("features")),
        ("roles", json!("metadata.unsafe.roles")),
        ("groups", json!("user.nickname")),
        ("entitlements", json!("metadata.unsafe.x")),
        ("email", json!("metadata.unsafe.email")),
        ("email", json!("metadata.public.email")),
        ("email", json!("user.name")),
        ("email_verified", json!({ "value": true })),
        ("phone_number_verified", json!("user.email_verified")),
        ("preferred_username", json!("user.name")),
        ("name", json!("metadata.unsafe.name")),
        ("address.country", json!({ "value": "GB" })),
    ] {
        assert!(refused(one(claim, from.clone())).is_some(), "{claim} from {from}");
    }
    for (claim, from) in [
        ("permissions", json!("permissions")),
        ("features", json!("features")),
        ("roles", json!("role")),
        ("groups", json!("permissions")),
        ("email", json!("user.email")),
        ("preferred_username", json!("user.email")),
        ("name", json!("metadata.public.name")),
    ] {
        assert_eq!(refused(one(claim, from.clone())), None, "{claim} from {from}");
    }
}

#[test]
fn private_metadata_is_mapped_by_those_who_say_so() {
    let mapping = |from: &str, private: bool| json!([{ "claim": "crm", "from": from, "tokens": ["userinfo"], "private": private }]);
    assert!(refused(mapping("metadata.private.crm", false)).is_some());
    assert_eq!(refused(mapping("metadata.private.crm", true)), None);
    assert!(refused(mapping("metadata.public.crm", true)).is_some());
}

#[test]
fn a_mapping_is_well_formed_and_alone_in_its_place() {
    let many = |count: usize| {
        let of = |n: usize| json!({ "claim": format!("c{n}"), "from": "role", "tokens": ["userinfo"] });
        (0..count).map(of).collect::<Value>()
    };
    assert_eq!(refused(many(MOST)), None);
    assert!(refused(many(MOST + 1)).is_some());
    for claim in [
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "a b",
        "a\"b",
        "ü",
        "__proto__",
        "a.__proto__",
        "a.b.c.d.e.f.g.h.i",
        "javascript://x",
        "https://",
        "https://a.example/<b>",
        &"x".repeat(201),
    ] {
        assert!(refused(one(claim, json!("role"))).is_some(), "{claim:?}");
    }
    for claim in [
        "a",
        "custom:role",
        "metadata.role",
        "https://app.example/claims.role",
        "https-role",
    ] {
        assert_eq!(refused(one(claim, json!("role"))), None, "{claim:?}");
    }
    for from in [
        json!({ "value": null }),
        json!({ "value": "x".repeat(FIXED_BYTES) }),
        json!({ "value": { "a": "\u{0}" } }),
        json!("user.password"),
        json!("user.sub"),
        json!(format!("metadata.public.{}", "x".repeat(201))),
        json!("metadata.public.a.b.c.d.e.f.g.h.i"),
    ] {
        assert!(refused(one("a", from.clone())).is_some(), "{from}");
    }
    let pair = |one: Value, other: Value| Value::Array(vec![one, other]);
    let mapping = |claim: &str, from: &str, tokens: &[&str]| json!({ "claim": claim, "from": from, "tokens": tokens });
    for (one, other) in [
        (mapping("a", "role", &["userinfo"]), mapping("a", "plan", &["userinfo"])),
        (
            mapping("a", "role", &["userinfo"]),
            mapping("a.b", "plan", &["userinfo", "id_token"]),
        ),
        (
            mapping("a.b.c", "role", &["id_token"]),
            mapping("a.b", "plan", &["userinfo", "id_token"]),
        ),
        (
            mapping("a", "permissions", &["id_token"]),
            mapping("b", "permissions", &["id_token"]),
        ),
    ] {
        assert!(refused(pair(one.clone(), other.clone())).is_some(), "{one} {other}");
        assert!(refused(pair(other, one)).is_some());
    }
    for (one, other) in [
        (mapping("a", "role", &["userinfo"]), mapping("a", "plan", &["id_token"])),
        (
            mapping("a.b", "role", &["userinfo"]),
            mapping("a.c", "plan", &["userinfo"]),
        ),
        (
            mapping("a", "permissions", &["userinfo"]),
            mapping("b", "permissions", &["id_token"]),
        ),
    ] {
        assert_eq!(refused(pair(one, other)), None);
    }
    assert!(refused(json!([mapping("a", "role", &[])])).is_some());
    assert!(refused(json!([mapping("a", "role", &["userinfo", "userinfo"])])).is_some());
}

#[test]
fn claims_come_from_where_the_mapping_says_and_nest() {
    let all = ["access_token"];
    let given = json!([
        { "claim": "metadata.role", "from": "role", "tokens": all },
        { "claim": "metadata.plan", "from": "plan", "tokens": all },
        { "claim": "https://app.example/role", "from": "role", "tokens": all },
        { "claim": "permissions", "from": "permissions", "tokens": all },
        { "claim": "features", "from": "features", "tokens": all },
        { "claim": "team", "from": "metadata.public.team.name", "tokens": all },
        { "claim": "zero", "from": "metadata.public.zero", "tokens": all },
        { "claim": "nothing", "from": "metadata.public.nothing", "tokens": all },
        { "claim": "nowhere", "from": "metadata.public.team.name.x", "tokens": all },
        { "claim": "own", "from": "metadata.unsafe", "tokens": all },
        { "claim": "crm", "from": "metadata.private.crm", "tokens": all, "private": true },
        { "claim": "tenant.region", "from": { "value": ["eu"] }, "tokens": all },
        { "claim": "elsewhere", "from": "role", "tokens": ["userinfo"] },
    ]);
    assert_eq!(
        access(given),
        json!({
            "metadata": { "role": "editor", "plan": "pro" }, "https://app.example/role": "editor",
            "permissions": ["passgate:users:read", "posts:write"], "features": ["export"], "team": "Engines", "zero": 0,
            "own": { "theme": "dark" }, "crm": "c-1", "tenant": { "region": ["eu"] },
        })
    );
}

#[test]
fn what_a_person_allows_is_what_a_mapping_tells_of_them() {
    let given = || {
        json!([
            { "claim": "email", "from": "user.email", "tokens": ["access_token"] },
            { "claim": "email_verified", "from": "user.email_verified", "tokens": ["access_token"] },
            { "claim": "called", "from": "user.name", "tokens": ["access_token"] },
            { "claim": "nick", "from": "user.nickname", "tokens": ["access_token"] },
        ])
    };
    assert_eq!(access(given()), json!({}));
    let told = |scope, consent| Value::from(told(given(), scope, consent, Target::AccessToken).claims);
    let email = json!({ "email": "ada@example.com", "email_verified": true });
    assert_eq!(told("openid email", ConsentPolicy::Remember), email);
    let all = json!({ "email": "ada@example.com", "email_verified": true, "called": "Ada" });
    assert_eq!(told("openid email profile", ConsentPolicy::Always), all);
    assert_eq!(told("openid", ConsentPolicy::Skip), all, "nobody is asked at all");
}

#[test]
fn a_client_on_its_own_gets_what_is_always_the_same() {
    let client = ClientMetadata {
        claim_mappings: mappings(json!([
            { "claim": "tenant", "from": { "value": 5 }, "tokens": ["access_token"] },
            { "claim": "x.role", "from": "role", "tokens": ["access_token"] },
            { "claim": "permissions", "from": "permissions", "tokens": ["access_token"] },
        ])),
        ..ClientMetadata::default()
    };
    let facts = Facts {
        client: &client,
        scope: &Scope::default(),
        person: None,
    };
    assert_eq!(
        Value::from(facts.claims(Target::AccessToken).claims),
        json!({ "tenant": 5 })
    );
}

#[test]
fn te_24_a_token_stays_bounded_and_lists_are_never_cut() {
    let big = |section: &str, at: usize| json!({ "claim": format!("m{at}"), "from": format!("metadata.{section}"), "tokens": ["id_token"] });
    let client = ClientMetadata {
        claim_mappings: mappings(Value::Array(vec![
            big("public", 1),
            big("unsafe", 2),
            json!({ "claim": "permissions", "from": "permissions", "tokens": ["id_token"] }),
            json!({ "claim": "features", "from": "features", "tokens": ["id_token"] }),
        ])),
        ..ClientMetadata::default()
    };
    judge(&client.claim_mappings).unwrap();
    // As large as the catalogues and the metadata let them be.
    let texts: Vec<String> = (0..100).map(|n| format!("{n:040}")).collect();
    let object = json!({ "a": "x".repeat(8 * 1024 - 8) }).as_object().unwrap().clone();
    let entitlements = Entitlements {
        permissions: texts.clone(),
        features: texts.clone(),
        metadata: Metadata {
            public: object.clone(),
            private: object.clone(),
            own: object,
        },
    };
    let (user, scope) = (ada(), Scope::default());
    let facts = Facts {
        client: &client,
        scope: &scope,
        person: Some((&user, &entitlements)),
    };
    let mapped = facts.claims(Target::IdToken);
    assert_eq!(mapped.claims["permissions"], json!(texts));
    assert_eq!(mapped.claims["features"], json!(texts));
    assert_eq!(mapped.left_out, ["m1", "m2"]);
    assert!(Value::from(mapped.claims).to_string().len() <= TOKEN_BYTES);
}

#[test]
fn only_what_is_mapped_is_read() {
    let needed = |given| {
        need_entitlements(&ClientMetadata {
            claim_mappings: mappings(given),
            ..ClientMetadata::default()
        })
    };
    assert!(!needed(json!([])));
    assert!(!needed(one("x.role", json!("role"))));
    assert!(needed(one("permissions", json!("permissions"))));
    assert!(needed(one("x", json!("features"))));
    assert!(needed(one("x", json!("metadata.unsafe.x"))));
}
