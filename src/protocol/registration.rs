//! Client metadata as it is handed in: RFC 7591 section 2. What a client may be is judged here, whichever way it comes.

use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde_json::Value;

use super::checks::response_type;
use super::error::{ErrorCode, OAuthError};
use super::mappings;
use super::scopes;
use crate::model::alg::SigningAlg;
use crate::model::claim_mapping::ClaimMapping;
use crate::model::client::{
    AccessTokenTyp, AuthMethod, ClientMetadata, ConsentPolicy, GrantType, LONGEST_ACCESS_TOKEN,
};
use crate::model::redirect_uri::RedirectUri;
use crate::model::scope::Scope;
use crate::model::text::is_deceptive;

/// The shortest secret that may be brought along, in bytes: it is stored as a plain digest, so it must not be guessable.
const MIN_SECRET_BYTES: usize = 24;

/// Metadata under its RFC 7591 names, and our own settings. Names that nobody here knows are ignored (section 2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// A certain `client_id` instead of a made one.
    pub client_id: Option<String>,
    /// A certain secret instead of a made one.
    pub client_secret: Option<String>,
    /// See [`ClientMetadata`] for this and all that follow.
    pub client_name: Option<String>,
    /// Redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// How it authenticates.
    pub token_endpoint_auth_method: Option<String>,
    /// Grants.
    pub grant_types: Vec<String>,
    /// Response types: only `code` is kept.
    pub response_types: Vec<String>,
    /// Scopes.
    pub scope: Option<String>,
    /// Public keys (RFC 7517).
    pub jwks: Option<Value>,
    /// Algorithm of its tokens.
    pub id_token_signed_response_alg: Option<String>,
    /// Home page.
    pub client_uri: Option<String>,
    /// Logo.
    pub logo_uri: Option<String>,
    /// Privacy policy.
    pub policy_uri: Option<String>,
    /// Terms of service.
    pub tos_uri: Option<String>,
    /// Seconds.
    pub default_max_age: Option<u32>,
    /// The assurances that would please the client.
    pub default_acr_values: Vec<String>,
    /// Ours.
    pub minimum_acr: Option<String>,
    /// Ours.
    pub consent: ConsentPolicy,
    /// Ours.
    pub strict_auth_method: bool,
    /// Ours.
    pub require_pkce: bool,
    /// Ours.
    pub slim_id_token: bool,
    /// Ours.
    pub audience: Vec<String>,
    /// Ours.
    pub introspects: Vec<String>,
    /// Ours.
    pub introspects_any: bool,
    /// Ours.
    pub claim_mappings: Vec<ClaimMapping>,
    /// Ours: 60 to 86400.
    pub access_token_seconds: Option<u32>,
    /// Ours: `at+jwt` or `JWT`.
    pub access_token_typ: Option<String>,
    /// `public` is the only subject type.
    pub subject_type: Option<String>,
}

/// A judged registration.
#[derive(Debug)]
pub struct Accepted {
    /// What the client is.
    pub metadata: ClientMetadata,
    /// What was asked for and is not had here: RFC 7591 section 3.2.1 lets the server leave it out.
    pub left_out: Vec<String>,
}

impl Registration {
    /// Reads one metadata object.
    pub fn read(value: Value) -> Result<Self, OAuthError> {
        serde_json::from_value(value).map_err(|error| invalid(format!("metadata: {error}")))
    }

    /// Judges it.
    pub fn judge(&self) -> Result<Accepted, OAuthError> {
        self.own_id()?;
        self.own_secret()?;
        let mut left_out = Vec::new();
        let method = match self.token_endpoint_auth_method.as_deref() {
            None => AuthMethod::ClientSecretBasic,
            Some(name) => AuthMethod::parse(name)
                .ok_or_else(|| invalid(format!("token_endpoint_auth_method {name} is not supported")))?,
        };
        let alg = match self.id_token_signed_response_alg.as_deref() {
            None => SigningAlg::default(),
            Some(name) => SigningAlg::parse(name)
                .ok_or_else(|| invalid(format!("id_token_signed_response_alg {name} is not supported")))?,
        };
        if self.subject_type.as_deref().is_some_and(|subject| subject != "public") {
            return Err(invalid("subject_type pairwise is not supported"));
        }
        let asked: Vec<&str> = match self.grant_types.as_slice() {
            [] => vec!["authorization_code"],
            named => named.iter().map(String::as_str).collect(),
        };
        let mut grant_types = Vec::new();
        for name in asked {
            match GrantType::parse(name) {
                Some(grant) if !grant_types.contains(&grant) => grant_types.push(grant),
                Some(_) => {}
                None => left_out.push(format!("grant_types: {name}")),
            }
        }
        if method == AuthMethod::None && grant_types.contains(&GrantType::ClientCredentials) {
            return Err(invalid("a public client cannot use client_credentials"));
        }
        left_out.extend(
            self.response_types
                .iter()
                .filter(|name| !response_type::SUPPORTED.contains(&name.as_str()))
                .map(|name| format!("response_types: {name}")),
        );
        if grant_types.is_empty() {
            return Err(invalid("none of the grant_types is supported"));
        }
        let redirect_uris = uris("redirect_uris", &self.redirect_uris)?;
        if grant_types.contains(&GrantType::AuthorizationCode) && redirect_uris.is_empty() {
            return Err(OAuthError::new(
                ErrorCode::InvalidRedirectUri,
                "redirect_uris: the authorization_code grant needs at least one",
            ));
        }
        mappings::judge(&self.claim_mappings).map_err(|error| invalid(error.to_string()))?;
        Ok(Accepted {
            metadata: ClientMetadata {
                client_name: self.name()?,
                redirect_uris,
                post_logout_redirect_uris: uris("post_logout_redirect_uris", &self.post_logout_redirect_uris)?,
                token_endpoint_auth_method: method,
                scope: self.scope(&grant_types)?,
                grant_types,
                jwks: self.jwks.as_ref().map(keys).transpose()?,
                id_token_signed_response_alg: alg,
                client_uri: web("client_uri", self.client_uri.as_deref())?,
                logo_uri: web("logo_uri", self.logo_uri.as_deref())?,
                policy_uri: web("policy_uri", self.policy_uri.as_deref())?,
                tos_uri: web("tos_uri", self.tos_uri.as_deref())?,
                default_max_age: self.default_max_age,
                default_acr_values: self.default_acr_values.clone(),
                minimum_acr: self.minimum_acr.clone(),
                consent: self.consent,
                strict_auth_method: self.strict_auth_method,
                require_pkce: self.require_pkce,
                slim_id_token: self.slim_id_token,
                audience: self.audience.clone(),
                introspects: self.introspects.clone(),
                introspects_any: self.introspects_any,
                claim_mappings: self.claim_mappings.clone(),
                access_token_seconds: self.access_token_seconds()?,
                access_token_typ: self.access_token_typ()?,
            },
            left_out,
        })
    }

    /// The identifier that it brings along, judged: letters, digits and `-._~`, and no UUID, which is what people have.
    pub fn own_id(&self) -> Result<Option<&str>, OAuthError> {
        match self.client_id.as_deref() {
            None => Ok(None),
            Some(id)
                if (3..=128).contains(&id.len())
                    && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
                    && uuid::Uuid::parse_str(id).is_err() =>
            {
                Ok(Some(id))
            }
            Some(_) => Err(invalid("client_id: 3 to 128 letters, digits, - . _ ~, and no UUID")),
        }
    }

    /// The secret that it brings along, judged.
    pub fn own_secret(&self) -> Result<Option<&str>, OAuthError> {
        match self.client_secret.as_deref() {
            Some(secret) if secret.len() < MIN_SECRET_BYTES => {
                Err(invalid("client_secret: at least 24 bytes, made by a machine"))
            }
            secret => Ok(secret),
        }
    }

    fn name(&self) -> Result<String, OAuthError> {
        let given = self
            .client_name
            .as_deref()
            .or(self.client_id.as_deref())
            .unwrap_or("Unnamed application")
            .trim();
        let unfit = |c: char| c.is_control() || is_deceptive(c);
        if given.is_empty() || given.chars().count() > 100 || given.chars().any(unfit) {
            return Err(invalid(
                "client_name: 1 to 100 characters on one line, none that hide or turn it",
            ));
        }
        Ok(given.to_owned())
    }

    fn access_token_seconds(&self) -> Result<Option<u32>, OAuthError> {
        match self.access_token_seconds {
            Some(seconds) if !(60..=LONGEST_ACCESS_TOKEN).contains(&seconds) => {
                Err(invalid("access_token_seconds is 60 to 86400"))
            }
            seconds => Ok(seconds),
        }
    }

    fn access_token_typ(&self) -> Result<AccessTokenTyp, OAuthError> {
        match self.access_token_typ.as_deref() {
            None => Ok(AccessTokenTyp::default()),
            Some(name) => AccessTokenTyp::parse(name).ok_or_else(|| invalid("access_token_typ is at+jwt or JWT")),
        }
    }

    fn scope(&self, grants: &[GrantType]) -> Result<Scope, OAuthError> {
        match self.scope.as_deref() {
            Some(text) => Scope::parse(text).map_err(|_| invalid("scope is malformed or too long")),
            None if grants.contains(&GrantType::AuthorizationCode) => Ok(scopes::default_for_clients()),
            None => Ok(Scope::default()),
        }
    }
}

fn invalid(why: impl Into<String>) -> OAuthError {
    // Descriptions are printable ASCII without quotes and backslashes (RFC 6749 section 5.2).
    let description: String = why
        .into()
        .chars()
        .map(|c| {
            if matches!(c, ' '..='~') && !"\"\\".contains(c) {
                c
            } else {
                '?'
            }
        })
        .collect();
    OAuthError {
        code: ErrorCode::InvalidClientMetadata,
        description: description.into(),
        finding: None,
    }
}

/// Public keys that can sign: no secret halves, nothing symmetric, RSA of 2048 bits at least (JW-16).
fn keys(value: &Value) -> Result<JwkSet, OAuthError> {
    let refuse = || invalid("jwks: a set of public RSA (2048 bits and more), P-256 or Ed25519 keys");
    let members = value
        .get("keys")
        .and_then(Value::as_array)
        .filter(|keys| !keys.is_empty() && keys.len() <= 50);
    for key in members.ok_or_else(refuse)? {
        let secret = ["d", "p", "q", "dp", "dq", "qi", "k"]
            .iter()
            .any(|name| key.get(name).is_some());
        let long = |name: &str, least: usize| {
            key.get(name)
                .and_then(Value::as_str)
                .is_some_and(|text| text.len() >= least)
        };
        let fits = match key.get("kty").and_then(Value::as_str) {
            // 256 bytes in base64url.
            Some("RSA") => long("n", 342) && long("e", 2),
            Some("EC") => long("x", 43) && long("y", 43),
            Some("OKP") => long("x", 43),
            _ => false,
        };
        if secret || !fits {
            return Err(refuse());
        }
    }
    serde_json::from_value(value.clone()).map_err(|_| refuse())
}

fn uris(member: &str, texts: &[String]) -> Result<Vec<RedirectUri>, OAuthError> {
    let judge = |text: &String| {
        RedirectUri::register(text).map_err(|error| OAuthError {
            code: ErrorCode::InvalidRedirectUri,
            description: format!("{member}: {error}").into(),
            finding: None,
        })
    };
    texts.iter().map(judge).collect()
}

/// A link that people follow or a picture that their browser loads: https only (XS-04).
fn web(member: &str, text: Option<&str>) -> Result<Option<String>, OAuthError> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) if url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host()) => {
            Ok(Some(text.to_owned()))
        }
        Some(_) => Err(invalid(format!("{member}: an https address"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(value: Value) -> Result<Accepted, OAuthError> {
        Registration::read(value).and_then(|registration| registration.judge())
    }

    #[test]
    fn rfc7591_2_defaults() {
        let accepted = judge(json!({ "redirect_uris": ["https://a.example/cb"], "unknown_member": 1 })).unwrap();
        assert_eq!(
            accepted.metadata.token_endpoint_auth_method,
            AuthMethod::ClientSecretBasic
        );
        assert_eq!(accepted.metadata.grant_types, [GrantType::AuthorizationCode]);
        assert!(accepted.left_out.is_empty());
    }

    #[test]
    fn rfc7591_3_2_1_what_is_not_had_here_is_left_out_and_said() {
        let accepted = judge(json!({
            "redirect_uris": ["https://a.example/cb"],
            "grant_types": ["authorization_code", "implicit"],
            "response_types": ["code", "id_token"],
        }))
        .unwrap();
        assert_eq!(accepted.left_out, ["grant_types: implicit", "response_types: id_token"]);
    }

    #[test]
    fn rfc7591_3_2_2_what_is_refused() {
        let uris = json!(["https://a.example/cb"]);
        for (bad, code) in [
            (
                json!({ "redirect_uris": ["https://a.example/cb#x"] }),
                ErrorCode::InvalidRedirectUri,
            ),
            (json!({ "redirect_uris": [] }), ErrorCode::InvalidRedirectUri),
            (
                json!({ "redirect_uris": uris, "logo_uri": "javascript:alert(1)" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "policy_uri": "data:x" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "token_endpoint_auth_method": "magic" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "subject_type": "pairwise" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "client_name": "a\nb" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "client_name": "Goo\u{200b}gle" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "client_name": "\u{202e}elgooG" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "client_name": "x".repeat(10_000) }),
                ErrorCode::InvalidClientMetadata,
            ),
            (json!({ "grant_types": ["password"] }), ErrorCode::InvalidClientMetadata),
            (
                json!({ "grant_types": ["client_credentials"], "token_endpoint_auth_method": "none" }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "jwks": { "keys": [{ "kty": "oct", "k": "eA" }] } }),
                ErrorCode::InvalidClientMetadata,
            ),
            (
                json!({ "redirect_uris": uris, "jwks": { "keys": [] } }),
                ErrorCode::InvalidClientMetadata,
            ),
            (json!({ "redirect_uris": 5 }), ErrorCode::InvalidClientMetadata),
        ] {
            assert_eq!(judge(bad.clone()).unwrap_err().code, code, "{bad}");
        }
        let registration = |value| Registration::read(value).unwrap();
        assert!(
            registration(json!({ "client_id": "0d0b1b5e-6b5c-4a4f-8d0e-2f6a0c1d2e3f" }))
                .own_id()
                .is_err()
        );
        assert!(registration(json!({ "client_secret": "short" })).own_secret().is_err());
    }
}
