//! The scopes with a meaning of their own: OpenID Connect Core sections 5.4 and 11.

use crate::model::scope::Scope;

/// Marks an OpenID Connect request (Core section 3.1.2.1).
pub const OPENID: &str = "openid";
/// Asks for a refresh token that outlives the session (Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// The scopes that every installation has, as discovery lists them.
pub const STANDARD: [&str; 6] = [OPENID, "profile", "email", "address", "phone", OFFLINE_ACCESS];

/// The claims that a scope stands for (Core section 5.4).
pub fn claims_of(scope: &str) -> &'static [&'static str] {
    match scope {
        "profile" => &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
        "email" => &["email", "email_verified"],
        "address" => &["address"],
        "phone" => &["phone_number", "phone_number_verified"],
        _ => &[],
    }
}

/// What a new client may ask for unless told otherwise.
pub fn default_for_clients() -> Scope {
    Scope::parse(&STANDARD.join(" ")).unwrap_or_default()
}
