//! Who may have an account, and how people come in.

use chrono::TimeDelta;
use serde::Deserialize;

/// Who may sign up by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Everybody.
    Open,
    /// Whoever has an address at an allowed domain.
    AllowList,
    /// Whoever was invited.
    Invitation,
    /// Nobody.
    Closed,
}

impl SignUp {
    /// Whether strangers find a form: whoever was invited has a link to it.
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Open | Self::AllowList)
    }
}

/// Section `accounts`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Accounts {
    pub sign_up: SignUp,
    pub allowed_domains: Vec<String>,
    pub blocked_domains: Vec<String>,
    pub block_disposable: bool,
    pub default_role: String,
    pub default_plan: String,
    pub terms_version: String,
    pub terms_uri: String,
    pub privacy_uri: String,
    pub verify_email: VerifyEmail,
    pub name: Field,
    pub username: Field,
    pub phone: Field,
    pub deletion_grace_days: u32,
}

impl Accounts {
    /// How long a deletion can be taken back.
    pub fn deletion_grace(&self) -> TimeDelta {
        TimeDelta::days(self.deletion_grace_days.into())
    }
}

/// When mail must have been shown to reach a new account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerifyEmail {
    /// At the person's leisure.
    Later,
    /// Before the account counts.
    Before,
}

/// Whether a new account has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Not asked for.
    Off,
    /// May be left empty.
    Optional,
    /// May not.
    Required,
}

/// Whether a browser stays signed in when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Remember {
    /// As the person says.
    Ask,
    /// Yes.
    Always,
    /// No.
    Never,
}

/// Section `sign_in`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct SignIn {
    pub methods: Vec<String>,
    pub remember: Remember,
    pub accounts_per_browser: usize,
}

impl SignIn {
    /// Whether a way is offered.
    pub fn offers(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known == method)
    }
}

/// Section `headless`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Headless {
    pub origins: Vec<String>,
    pub sign_in_uri: String,
    pub sign_up_uri: String,
    pub passkey_domain: String,
}

impl Headless {
    /// Whether a page of an origin may call the JSON interface.
    pub fn admits(&self, origin: &str) -> bool {
        self.origins.iter().any(|admitted| admitted == origin)
    }

    /// Whether an address is one of a page that may call.
    pub fn holds(&self, uri: &str) -> bool {
        url::Url::parse(uri).is_ok_and(|url| {
            url.username().is_empty() && url.password().is_none() && self.admits(&url.origin().ascii_serialization())
        })
    }
}
