//! What most stories of the protocol begin with: a server, the application `web`, and Ada, signed in.

use passgate::flow::users::{self, Change, NewUser};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::model::secret::Secret;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use serde_json::{Value, json};

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Page};
use crate::harness::database::TestDatabase;
use crate::harness::relying_party::{Answer, REDIRECT_URI, RelyingParty, VERIFIER};

/// Ada's address.
pub const ADA: &str = "ada@example.com";

/// The beginning.
pub struct Scene {
    /// The server.
    pub app: TestApp,
    /// The application behind the confidential client `web`.
    pub party: RelyingParty,
    /// Ada's browser.
    pub browser: Browser,
    /// Ada's `sub`.
    pub sub: String,
}

impl Scene {
    /// On a server of its own.
    pub async fn new() -> Self {
        Self::on(TestApp::spawn()).await
    }

    /// On a server with this database.
    pub async fn at(database: &TestDatabase) -> Self {
        Self::on(TestApp::on(&database.url)).await
    }

    /// On a given server.
    pub async fn on(app: TestApp) -> Self {
        let sub = app.user(ADA).await;
        let secret = app.web_client().await;
        let party = RelyingParty::new(&app, "web", Some(&secret));
        let mut browser = app.browser();
        browser.sign_in(ADA).await;
        Self {
            app,
            party,
            browser,
            sub,
        }
    }

    /// Ada lets `web` have a scope, once and for all.
    pub async fn consented(mut self, scope: &str) -> Self {
        self.party.code(&mut self.browser, scope).await;
        self
    }

    /// Another registered application.
    pub async fn party(&self, metadata: Value) -> RelyingParty {
        let id = metadata["client_id"].as_str().unwrap().to_owned();
        let secret = self.app.client(metadata).await;
        RelyingParty::new(&self.app, &id, secret.as_deref())
    }

    /// A public client, a script in a browser.
    pub async fn spa(&self) -> RelyingParty {
        self.party(json!({
            "client_id": "spa", "redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
        }))
        .await
    }

    /// Another confidential client.
    pub async fn evil(&self) -> RelyingParty {
        self.party(json!({
            "client_id": "evil", "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        }))
        .await
    }

    /// A code for `web`.
    pub async fn code(&mut self, scope: &str) -> String {
        self.party.code(&mut self.browser, scope).await
    }

    /// Tokens for `web`.
    pub async fn tokens(&mut self, scope: &str) -> Answer {
        let code = self.code(scope).await;
        let tokens = self.party.exchange(&code).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        tokens
    }

    /// Ada signs out.
    pub async fn sign_out(&mut self) {
        let page = self.browser.get("/sign-out").await;
        self.browser.submit(&page.form().fill("logout", "yes")).await;
        assert_eq!(self.browser.get("/account").await.url.path(), "/sign-in");
    }

    /// Ada takes back what an application was allowed.
    pub async fn revoke_app(&mut self, client: &str) {
        let page = self.browser.get("/account").await;
        let form = page
            .forms()
            .into_iter()
            .find(|form| form.fields.get("client").is_some_and(|id| id == client));
        self.browser.submit(&form.unwrap()).await;
    }

    /// An administrator changes Ada's account.
    pub async fn change(&self, change: Change) {
        users::change(&self.app.state, ADA, change, &Authority::all(), &Origin::command_line())
            .await
            .unwrap();
    }
}

/// An account with every standard claim.
pub async fn person_with_every_claim(app: &TestApp) -> String {
    let claims = json!({
        "name": "Ada King Lovelace", "given_name": "Ada", "family_name": "Lovelace", "middle_name": "King",
        "nickname": "Countess", "preferred_username": "ada", "profile": "https://people.example/ada",
        "picture": "https://people.example/ada.png", "website": "https://ada.example", "gender": "female",
        "birthdate": "1815-12-10", "zoneinfo": "Europe/London", "locale": "en-GB", "updated_at": 1_700_000_000,
        "phone_number": "+44 20 7946 0000", "phone_number_verified": true,
        "address": { "formatted": "St James's Square\nLondon", "country": "GB" },
    });
    let new = NewUser {
        email: ADA.to_owned(),
        email_verified: true,
        password: Secret::new(PASSWORD.to_owned()).into(),
        role: None,
        plan: None,
        claims: claims.as_object().unwrap().clone(),
    };
    users::create(&app.state, new, &Authority::all(), &Origin::command_line())
        .await
        .unwrap()
        .subject()
}

/// A token request with a code: everything that belongs to one.
pub fn redemption(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ]
}

/// EPAGE: an error page of ours; nothing goes to the address that was sent.
#[track_caller]
pub fn assert_shown(page: &Page, what: &str) {
    assert_eq!(page.status, 400, "{what}: {}", page.url);
    assert!(!page.headers.contains_key(LOCATION), "{what}");
    assert!(
        page.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"),
        "{what}"
    );
    for scheme in ["http:", "https:", "//", "javascript:"] {
        assert!(
            !page.has(&format!("a[href^='{scheme}'], form[action^='{scheme}']")),
            "{what}"
        );
    }
}

/// ER: an error at the registered redirect URI, with state and issuer and nothing else.
#[track_caller]
pub fn assert_sent(app: &TestApp, page: &Page, error: &str) {
    assert_eq!(page.status, 303, "{error}: {}", page.text());
    assert!(page.url.as_str().starts_with(REDIRECT_URI), "{}", page.url);
    assert_eq!(page.parameter("error").as_deref(), Some(error), "{}", page.url);
    assert_eq!(page.parameter("state").as_deref(), Some("the state"), "{}", page.url);
    assert_eq!(
        page.parameter("iss").as_deref(),
        Some(app.issuer.as_str()),
        "{}",
        page.url
    );
    assert_eq!(page.url.fragment(), None);
    for (name, value) in page.url.query_pairs() {
        assert!(
            ["error", "error_description", "state", "iss"].contains(&name.as_ref()),
            "{}",
            page.url
        );
        let plain = value
            .bytes()
            .all(|byte| matches!(byte, 0x20..=0x7e) && !b"\"\\".contains(&byte));
        assert!(name != "error_description" || plain, "{value}");
    }
}

/// T400, T401: an error of the token endpoint and its siblings.
#[track_caller]
pub fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status.as_u16(), answer.error()), (status, error), "{answer:?}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json");
    let description = answer.text("error_description");
    assert!(
        description
            .bytes()
            .all(|byte| matches!(byte, 0x20..=0x7e) && !b"\"\\".contains(&byte)),
        "{description}"
    );
    // The challenge answers an Authorization header (section 5.2); whether it is there is up to the request.
    assert!(
        status == 401 || !answer.headers.contains_key("www-authenticate"),
        "{answer:?}"
    );
}
