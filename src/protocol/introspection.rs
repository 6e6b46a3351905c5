//! Introspection: RFC 7662.

use serde::Serialize;

use super::access_token::{AccessTokenClaims, Audience};
use super::mappings::Mapped;
use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::model::user::User;

/// Whether the client may know anything of a token (RFC 7662 section 4): its own, one for a service that it serves, any
/// by explicit permission.
pub fn may_see(client: &Client, token_client: &str, audience: &Audience) -> bool {
    client.metadata.introspects_any
        || token_client == client.id
        || audience
            .iter()
            .any(|aud| client.metadata.introspects.iter().any(|served| served == aud))
}

/// The answer of section 2.2. Of an inactive token nothing is told.
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    /// Whether the token may be used.
    pub active: bool,
    /// `access_token` claims.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub token: Option<AccessTokenClaims>,
    /// Of a refresh token.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RefreshIntrospection>,
    /// `Bearer` for an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Who the person is to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// What is told of a live refresh token.
#[derive(Debug, Serialize)]
pub struct RefreshIntrospection {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// To whom it was issued.
    pub client_id: String,
    /// The granted scope.
    pub scope: Scope,
    /// When it dies unless it is used.
    pub exp: i64,
    /// As it is now.
    pub role: String,
    /// As it is now.
    pub plan: String,
}

impl Introspection {
    /// The answer for everything that is not a live token of this issuer, or none of the asking client's business.
    pub fn inactive() -> Self {
        Self::default()
    }

    /// A live access token. `role`, `plan` and what the mappings of its client add are told as they are now, not as the token
    /// has them.
    pub fn access_token(mut claims: AccessTokenClaims, user: Option<&User>, mapped: Mapped) -> Self {
        claims.mapped = mapped.claims;
        if let Some(user) = user {
            claims.role = Some(user.role.clone());
            claims.plan = Some(user.plan.clone());
        }
        Self {
            active: true,
            token: Some(claims),
            refresh: None,
            token_type: Some("Bearer"),
            username: user.map(|user| user.email.clone()),
        }
    }

    /// A live refresh token.
    pub fn refresh_token(refresh: RefreshIntrospection, user: &User) -> Self {
        Self {
            active: true,
            token: None,
            refresh: Some(refresh),
            token_type: None,
            username: Some(user.email.clone()),
        }
    }
}
