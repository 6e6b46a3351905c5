//! Keys.

use chrono::TimeDelta;

use super::*;
use crate::flow::admin::api_keys::ApiKey;
use crate::flow::admin::signing_keys::SigningKey;
use crate::model::permission::{Permission, Resource, Verb};

fn api_key(name: &str, used: bool) -> ApiKey {
    ApiKey {
        id: Uuid::from_u128(3),
        name: name.to_owned(),
        permissions: names(&["users:read", "users:write", "clients:read"]),
        addresses: if used { names(&["192.0.2.0/24"]) } else { Vec::new() },
        created_by: "cli".to_owned(),
        created_at: now() - TimeDelta::days(2),
        expires_at: used.then(|| now() + TimeDelta::days(88)),
        last_used_at: used.then(|| now() - TimeDelta::minutes(9)),
        last_used_address: used.then(|| "192.0.2.7".to_owned()),
    }
}

fn signing_key(state: &str) -> SigningKey {
    SigningKey {
        kid: format!("key-{state}"),
        alg: "RS256".to_owned(),
        state: state.to_owned(),
        created_at: now() - TimeDelta::days(40),
        activated_at: None,
        retired_at: None,
    }
}

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    let states = ["next", "active", "retired"];
    for (name, signing, api) in [
        (
            "admin-keys",
            Some(states.map(signing_key).to_vec()),
            Some(vec![api_key("backup", true), api_key(HOSTILE, false)]),
        ),
        ("admin-keys-none", None, Some(vec![])),
    ] {
        add(
            name,
            &AdminKeys {
                page: page(lang),
                frame: frame(AdminSection::Keys),
                signing,
                api,
                paging: Paging::default(),
                now: now(),
            },
        );
    }
    let right = |resource: Resource, verb| (Permission { resource, verb }, verb != Verb::Delete, verb == Verb::Read);
    let group = |&resource: &Resource| PermissionGroup {
        resource,
        rights: Verb::ALL.iter().map(|&verb| right(resource, verb)).collect(),
    };
    add(
        "admin-key-new",
        &AdminKeyNew {
            page: page(lang),
            frame: frame(AdminSection::Keys)
                .titled("New")
                .refused(Refusal::at("permissions", HOSTILE)),
            name: HOSTILE.to_owned(),
            addresses: HOSTILE.to_owned(),
            days: "90".to_owned(),
            groups: Resource::ALL.iter().map(group).collect(),
        },
    );
    for (name, key, names) in [
        (
            "admin-key",
            ApiKey {
                created_by: ID.to_string(),
                ..api_key("backup", true)
            },
            called_so(),
        ),
        ("admin-key-unused", api_key(HOSTILE, false), Names::default()),
    ] {
        add(
            name,
            &AdminKey {
                page: page(lang),
                frame: frame(AdminSection::Keys).titled("Key"),
                key,
                names,
                now: now(),
            },
        );
    }
}
