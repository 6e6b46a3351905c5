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

/// Every setting but the claim mappings, which have a page of their own.
pub const MEMBERS: &[(&str, Kind)] = &[
    ("client_name", Kind::Text),
    ("redirect_uris", Kind::Lines),
    ("post_logout_redirect_uris", Kind::Lines),
    ("token_endpoint_auth_method", Kind::Text),
    ("grant_types", Kind::Ticks(GRANTS)),
    ("scope", Kind::Text),
    ("jwks", Kind::Json),
    ("id_token_signed_response_alg", Kind::Text),
    ("client_uri", Kind::Maybe),
    ("logo_uri", Kind::Maybe),
    ("policy_uri", Kind::Maybe),
    ("tos_uri", Kind::Maybe),
    ("default_max_age", Kind::Number),
    ("default_acr_values", Kind::Words),
    ("minimum_acr", Kind::Maybe),
    ("consent", Kind::Text),
    ("strict_auth_method", Kind::Tick),
    ("require_pkce", Kind::Tick),
    ("slim_id_token", Kind::Tick),
    ("audience", Kind::Lines),
    ("introspects", Kind::Lines),
    ("introspects_any", Kind::Tick),
    ("access_token_seconds", Kind::Number),
    ("access_token_typ", Kind::Text),
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
}
