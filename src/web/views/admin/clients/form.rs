//! The settings of an application as a form: every one of them, each in a field of its own.

use std::collections::BTreeMap;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text that must be.
    Text,
    /// A text; empty for none.
    Maybe,
    /// A number; empty for none.
    Number,
    /// A list, one entry a line.
    Lines,
    /// A list, on one line.
    Words,
    /// A box that is ticked or not.
    Tick,
    /// A box for each of these.
    Ticks(&'static [&'static str]),
    /// A JSON object; empty for none.
    Json,
}

/// The grants, as boxes.
const GRANTS: &[&str] = &["authorization_code", "refresh_token", "client_credentials"];

/// Every setting, with what it is called as a key; not the claim mappings, which have a page of their own.
pub const MEMBERS: &[(&str, Kind, &str)] = &[
    ("client_name", Kind::Text, "admin_clients.name"),
    ("redirect_uris", Kind::Lines, "admin_client.redirect_uris"),
    (
        "post_logout_redirect_uris",
        Kind::Lines,
        "admin_client.post_logout_redirect_uris",
    ),
    ("token_endpoint_auth_method", Kind::Text, "admin_client.auth_method"),
    ("grant_types", Kind::Ticks(GRANTS), "admin_client.grant_types"),
    ("scope", Kind::Text, "admin_client.scope"),
    ("jwks", Kind::Json, "admin_client.jwks"),
    ("id_token_signed_response_alg", Kind::Text, "admin_client.alg"),
    ("client_uri", Kind::Maybe, "admin_client.client_uri"),
    ("logo_uri", Kind::Maybe, "admin_client.logo_uri"),
    ("policy_uri", Kind::Maybe, "admin_client.policy_uri"),
    ("tos_uri", Kind::Maybe, "admin_client.tos_uri"),
    ("default_max_age", Kind::Number, "admin_client.default_max_age"),
    ("default_acr_values", Kind::Words, "admin_client.default_acr_values"),
    ("minimum_acr", Kind::Maybe, "admin_client.minimum_acr"),
    ("consent", Kind::Text, "admin_client.consent"),
    ("strict_auth_method", Kind::Tick, "admin_client.strict_auth_method"),
    ("require_pkce", Kind::Tick, "admin_client.require_pkce"),
    ("slim_id_token", Kind::Tick, "admin_client.slim_id_token"),
    ("audience", Kind::Lines, "admin_client.audience"),
    ("introspects", Kind::Lines, "admin_client.introspects"),
    ("introspects_any", Kind::Tick, "admin_client.introspects_any"),
    (
        "access_token_seconds",
        Kind::Number,
        "admin_client.access_token_seconds",
    ),
    ("access_token_typ", Kind::Text, "admin_client.typ"),
];

/// What the fields hold, by their names; the box of a list is named `member.entry`.
#[derive(Debug, Clone, Default)]
pub struct ClientValues(pub BTreeMap<String, String>);

impl ClientValues {
    /// The text of a field.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a field holds a text.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.get(name) == text
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.is(name, "yes")
    }

    /// What one setting says.
    fn told(&self, name: &str, kind: Kind) -> String {
        let Kind::Ticks(known) = kind else {
            return self.get(name).to_owned();
        };
        let ticked = known.iter().filter(|entry| self.ticked(&format!("{name}.{entry}")));
        ticked.copied().collect::<Vec<_>>().join(" ")
    }

    /// Label, what is here and what is there, of every setting.
    pub fn beside(&self, other: &Self) -> Vec<(&'static str, String, String)> {
        let members = MEMBERS.iter();
        members
            .map(|&(name, kind, label)| (label, self.told(name, kind), other.told(name, kind)))
            .collect()
    }
}
