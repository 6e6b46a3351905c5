//! OAuth clients: RFC 7591 section 2 metadata as types, and the settings that are our own.

use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::alg::SigningAlg;
use super::claim_mapping::ClaimMapping;
use super::redirect_uri::RedirectUri;
use super::scope::Scope;
use super::secret::Digest;

/// How a client proves who it is at the token endpoint (RFC 7591 section 2, `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// RFC 6749 section 2.3.1, HTTP Basic.
    #[default]
    ClientSecretBasic,
    /// RFC 6749 section 2.3.1, in the body.
    ClientSecretPost,
    /// A public client (RFC 6749 section 2.1).
    None,
}

impl AuthMethod {
    /// Every method, as discovery lists them.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }

    /// Reads a registered name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }
}

/// Grants that a client may use at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 section 4.4.
    ClientCredentials,
}

impl GrantType {
    /// Every grant, as discovery lists them.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The registered name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// Reads a registered name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

/// When the person is asked whether the client may have what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// Once for each scope; the answer is remembered.
    #[default]
    Remember,
    /// At every interactive request; `prompt=none` still succeeds after an earlier answer.
    Always,
    /// Never: the operator's own application.
    Skip,
}

/// The longest that an access token may live, in seconds, whatever the settings and the client say.
pub const LONGEST_ACCESS_TOKEN: u32 = 86_400;

/// The type in the header of a client's access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum AccessTokenTyp {
    /// RFC 9068 section 2.1.
    #[default]
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// For services whose libraries insist on it.
    #[serde(rename = "JWT")]
    Jwt,
}

impl AccessTokenTyp {
    /// Every type.
    pub const ALL: [Self; 2] = [Self::AtJwt, Self::Jwt];

    /// As the header has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "JWT",
        }
    }

    /// Reads it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|typ| typ.as_str() == name)
    }
}

/// A secret that was replaced and still counts for a while, so that every instance of the application can take the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousSecret {
    /// Its digest.
    pub digest: Digest,
    /// Until when it counts.
    pub expires_at: Timestamp,
}

/// A registered client. What is stored as one JSON document, apart from the columns that queries need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// Digest of the secret; `None` for a public client.
    pub secret: Option<Digest>,
    /// The secret before it, while both count.
    pub previous_secret: Option<PreviousSecret>,
    /// Everything else.
    pub metadata: ClientMetadata,
    /// Set while the client is switched off.
    pub disabled_at: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Counts the changes, from 1.
    pub revision: i64,
}

/// Client metadata under its RFC 7591 names, and our own settings after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// What people see.
    pub client_name: String,
    /// See [`RedirectUri`].
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a person may be sent after sign-out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// See [`AuthMethod`].
    #[serde(default)]
    pub token_endpoint_auth_method: AuthMethod,
    /// See [`GrantType`].
    #[serde(default)]
    pub grant_types: Vec<GrantType>,
    /// The scopes it may ask for.
    #[serde(default)]
    pub scope: Scope,
    /// Public keys that sign its request objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<JwkSet>,
    /// Algorithm of its ID tokens and of the access tokens that it gets.
    #[serde(default)]
    pub id_token_signed_response_alg: SigningAlg,
    /// Home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Shown on the sign-in and consent pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Linked from the sign-in and consent pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Linked from the sign-in and consent pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// `default_max_age`, seconds (OpenID Connect Registration section 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    /// `default_acr_values` (OpenID Connect Registration section 2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_acr_values: Vec<String>,
    /// Ours: the assurance below which it gets no code: its people need a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_acr: Option<String>,
    /// Ours: see [`ConsentPolicy`].
    #[serde(default)]
    pub consent: ConsentPolicy,
    /// Ours: only the registered authentication method is taken, not the other way of sending the same secret.
    #[serde(default)]
    pub strict_auth_method: bool,
    /// Ours: PKCE is demanded even of this confidential client.
    #[serde(default)]
    pub require_pkce: bool,
    /// Ours: ID tokens without role, plan, profile and e-mail claims, which then come from userinfo alone.
    #[serde(default)]
    pub slim_id_token: bool,
    /// Ours: the `aud` of its access tokens; the issuer when empty.
    #[serde(default)]
    pub audience: Vec<String>,
    /// Ours: may introspect tokens that were issued to other clients for these audiences.
    #[serde(default)]
    pub introspects: Vec<String>,
    /// Ours: may introspect any token of this issuer.
    #[serde(default)]
    pub introspects_any: bool,
    /// Ours: claims beside the usual ones. `protocol::mappings` judged them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claim_mappings: Vec<ClaimMapping>,
    /// Ours: seconds that its access tokens live; the setting where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_seconds: Option<u32>,
    /// Ours: see [`AccessTokenTyp`].
    #[serde(default)]
    pub access_token_typ: AccessTokenTyp,
}

impl Client {
    /// Whether it cannot keep a secret (RFC 6749 section 2.1).
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether it may use the grant.
    pub fn may(&self, grant: GrantType) -> bool {
        self.metadata.grant_types.contains(&grant)
    }

    /// The registered redirect URI that the requested one is, if any.
    pub fn redirect_uri(&self, requested: &str) -> Option<&RedirectUri> {
        self.metadata.redirect_uris.iter().find(|uri| uri.accepts(requested))
    }
}
