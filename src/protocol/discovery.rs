//! Discovery: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2. Lists exactly what works.

use serde_json::{Value, json};

use super::checks::{pkce, prompt, request_object, response_type};
use super::response::ResponseMode;
use super::{claims, scopes};
use crate::model::alg::SigningAlg;
use crate::model::client::{AuthMethod, GrantType};

/// Paths of the endpoints under the issuer. Routes are registered from the same names.
pub mod paths {
    /// OpenID Connect Discovery 1.0 section 4.
    pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
    /// RFC 8414 section 3.
    pub const OAUTH_SERVER: &str = "/.well-known/oauth-authorization-server";
    /// RFC 7517 section 5.
    pub const JWKS: &str = "/.well-known/jwks.json";
    /// RFC 6749 section 3.1.
    pub const AUTHORIZE: &str = "/oauth2/authorize";
    /// RFC 6749 section 3.2.
    pub const TOKEN: &str = "/oauth2/token";
    /// OpenID Connect Core section 5.3.
    pub const USERINFO: &str = "/oauth2/userinfo";
    /// RFC 7662 section 2.
    pub const INTROSPECT: &str = "/oauth2/introspect";
    /// RFC 7009 section 2.
    pub const REVOKE: &str = "/oauth2/revoke";
}

/// The document, the same at both addresses. `acr_values` are those that can be reached, `ui_locales` the languages of the
/// pages.
pub fn document(issuer: &str, acr_values: &[&str], ui_locales: &[&str]) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    let secret_methods: Vec<_> = AuthMethod::ALL
        .iter()
        .filter(|m| **m != AuthMethod::None)
        .map(|m| m.as_str())
        .collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": at(paths::AUTHORIZE),
        "token_endpoint": at(paths::TOKEN),
        "userinfo_endpoint": at(paths::USERINFO),
        "jwks_uri": at(paths::JWKS),
        "introspection_endpoint": at(paths::INTROSPECT),
        "revocation_endpoint": at(paths::REVOKE),
        "scopes_supported": scopes::STANDARD,
        "response_types_supported": response_type::SUPPORTED,
        "response_modes_supported": ResponseMode::ALL.map(ResponseMode::as_str),
        "grant_types_supported": GrantType::ALL.map(GrantType::as_str),
        "acr_values_supported": acr_values,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": SigningAlg::ALL.map(SigningAlg::as_str),
        "token_endpoint_auth_methods_supported": AuthMethod::ALL.map(AuthMethod::as_str),
        "introspection_endpoint_auth_methods_supported": secret_methods,
        "revocation_endpoint_auth_methods_supported": AuthMethod::ALL.map(AuthMethod::as_str),
        "claims_supported": claims::supported(),
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_object_signing_alg_values_supported": request_object::SIGNING_ALGS,
        "request_uri_parameter_supported": false,
        "code_challenge_methods_supported": [pkce::METHOD],
        "prompt_values_supported": prompt::SUPPORTED,
        "display_values_supported": ["page"],
        "ui_locales_supported": ui_locales,
        "authorization_response_iss_parameter_supported": true,
    })
}
