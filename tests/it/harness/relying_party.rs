//! An application: it asks, exchanges and uses tokens, and knows the server by HTTP alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::Value;

use super::app::TestApp;
use super::browser::{Browser, Page};

/// Where answers to the application go.
pub const REDIRECT_URI: &str = "https://app.example/cb";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636 appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An application.
#[derive(Clone)]
pub struct RelyingParty {
    http: reqwest::Client,
    /// Where the server is.
    pub address: String,
    /// Its `client_id`.
    pub client_id: String,
    /// Its secret; `None` for a public client.
    pub secret: Option<String>,
}

/// What an endpoint answered.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// JSON, or null.
    pub json: Value,
}

impl Answer {
    /// A member that is text.
    pub fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_default()
    }

    /// `error`.
    pub fn error(&self) -> &str {
        self.text("error")
    }

    /// Takes a response in.
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self {
            status,
            headers,
            json: response.json().await.unwrap_or_default(),
        }
    }
}

impl RelyingParty {
    /// The application behind a registered client.
    pub fn new(app: &TestApp, client_id: &str, secret: Option<&str>) -> Self {
        Self {
            http: app.http.clone(),
            address: app.address.clone(),
            client_id: client_id.to_owned(),
            secret: secret.map(str::to_owned),
        }
    }

    /// The application behind a public client, at a server of which only the address is known.
    pub fn at(address: &str, client_id: &str) -> Self {
        Self {
            http: super::app::http(),
            address: address.to_owned(),
            client_id: client_id.to_owned(),
            secret: None,
        }
    }

    /// The address of an authorization request with PKCE; `extra` adds or replaces parameters, an empty value removes one.
    pub fn request(&self, scope: &str, extra: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", REDIRECT_URI),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in extra {
            parameters.retain(|(known, _)| known != name);
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("/oauth2/authorize?{query}")
    }

    /// Asks a signed-in browser for a code, answering the consent page where it comes.
    pub async fn code(&self, browser: &mut Browser, scope: &str) -> String {
        let page = browser.get(&self.request(scope, &[])).await;
        let page = if page.has("[name=decision]") {
            browser.decide(&page, "allow").await
        } else {
            page
        };
        self.code_of(&page)
    }

    /// The code that a browser came back with.
    pub fn code_of(&self, page: &Page) -> String {
        page.parameter("code")
            .unwrap_or_else(|| panic!("no code at {}: {}", page.url, page.text()))
    }

    /// A request to an endpoint, authenticated with HTTP Basic, or by `client_id` alone for a public client.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.try_post(path, form).await.unwrap()
    }

    /// The same, to a server that may be gone before it has answered.
    pub async fn try_post(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
        let mut form = form.to_vec();
        let mut request = self.http.post(format!("{}{path}", self.address));
        match &self.secret {
            Some(secret) => request = request.basic_auth(&self.client_id, Some(secret)),
            None => form.push(("client_id", &self.client_id)),
        }
        let response = request.form(&form).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await?;
        Ok(Answer {
            status,
            headers,
            json: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    /// Exchanges a code with the verifier.
    pub async fn exchange(&self, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    /// A token request.
    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.post("/oauth2/token", form).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// Asks what a token is.
    pub async fn introspect(&self, token: &str) -> Answer {
        self.post("/oauth2/introspect", &[("token", token)]).await
    }

    /// Revokes a token.
    pub async fn revoke(&self, token: &str) -> Answer {
        self.post("/oauth2/revoke", &[("token", token)]).await
    }

    /// Asks who a token is about.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let request = self
            .http
            .get(format!("{}/oauth2/userinfo", self.address))
            .bearer_auth(token);
        Answer::read(request.send().await.unwrap()).await
    }
}

/// The claims of a JWT, unverified.
pub fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The header of a JWT.
pub fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}
