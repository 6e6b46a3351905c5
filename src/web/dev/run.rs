//! What the playground remembers of one sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One sign-in.
#[derive(Clone, Default)]
pub struct Run {
    /// The parameters of the authorization request, in order.
    pub request: Vec<(&'static str, String)>,
    /// The PKCE verifier.
    pub verifier: String,
    /// What came of it.
    pub tokens: Option<Tokens>,
}

impl Run {
    /// A parameter of the request.
    pub fn parameter(&self, name: &str) -> &str {
        self.request
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default()
    }
}

/// What the token endpoint gave.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    /// The access token.
    pub access_token: String,
    /// The ID token, for a request with `openid`.
    pub id_token: Option<String>,
    /// The refresh token, for a request with `offline_access`.
    pub refresh_token: Option<String>,
}

impl Tokens {
    /// The claims that an API authorises on.
    pub fn role_and_plan(&self) -> Option<(String, String)> {
        let (_, claims) = decode(&self.access_token)?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        Some((claim("role")?, claim("plan")?))
    }
}

/// Header and claims of a JWT, unverified: for looking at.
pub fn decode(token: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = serde_json::from_slice(&parts.next()??).ok()?;
    let claims = serde_json::from_slice(&parts.next()??).ok()?;
    Some((header, claims))
}
