//! The page of an application, part by part.

use askama::Template;

use super::ClientValues;
use crate::flow::admin::clients::{Checked, Client, Request, Subject, Verdict};
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::i18n::{Lang, findings};
use crate::web::views::{AdminFrame, Page, Tab, paths};

/// A part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientPart {
    /// Every setting.
    Settings,
    /// Its secrets.
    Secrets,
    /// The claims that it gets.
    Claims,
    /// Why did this fail.
    Requests,
    /// What would keep people from signing in.
    Check,
    /// How it is connected.
    Setup,
    /// Switching it off, removing it.
    Danger,
}

impl ClientPart {
    /// In the order of the links.
    pub const ALL: [Self; 7] = [
        Self::Settings,
        Self::Secrets,
        Self::Claims,
        Self::Requests,
        Self::Check,
        Self::Setup,
        Self::Danger,
    ];

    const fn label(self) -> &'static str {
        match self {
            Self::Settings => "admin_client.part_settings",
            Self::Secrets => "admin_client.part_secrets",
            Self::Claims => "admin_client.part_claims",
            Self::Requests => "admin_client.part_requests",
            Self::Check => "admin_client.part_check",
            Self::Setup => "admin_client.part_setup",
            Self::Danger => "admin_client.part_danger",
        }
    }

    /// Its address. An id has no characters that would have to be escaped in one.
    pub fn href(self, id: &str) -> String {
        let below = match self {
            Self::Settings => "",
            Self::Secrets => "/secrets",
            Self::Claims => "/claims",
            Self::Requests => "/requests",
            Self::Check => "/check",
            Self::Setup => "/setup",
            Self::Danger => "/danger",
        };
        format!("{}/{id}{below}", paths::ADMIN_CLIENTS)
    }
}

/// The links between the parts.
pub fn client_tabs(id: &str, current: ClientPart) -> Vec<Tab> {
    let tab = |part: ClientPart| Tab {
        label: part.label(),
        href: part.href(id),
        current: part == current,
    };
    ClientPart::ALL.into_iter().map(tab).collect()
}

/// GET and POST: the settings.
#[derive(Debug, Template)]
#[template(path = "admin/clients/settings.html")]
pub struct AdminClientSettings<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The application.
    pub client: Client,
    /// What the fields hold.
    pub values: ClientValues,
}

/// GET and POST `do=rotate` (`overlap`), `do=end`.
#[derive(Debug, Template)]
#[template(path = "admin/clients/secrets.html")]
pub struct AdminClientSecrets<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The application.
    pub client: Client,
    /// A new secret, which is shown this once.
    pub secret: Option<String>,
    /// The moment.
    pub now: Timestamp,
}

/// What an application would get of somebody, as JSON.
#[derive(Debug, Clone)]
pub struct PreviewedClaims {
    /// Of whom.
    pub person: String,
    /// In the access token.
    pub access_token: String,
    /// In the ID token.
    pub id_token: Option<String>,
    /// From userinfo.
    pub userinfo: Option<String>,
    /// What would make a token too large.
    pub left_out: Vec<String>,
}

/// GET and POST `claim_mappings`, `user`: `do=save` keeps them, `do=preview` shows them.
#[derive(Debug, Template)]
#[template(path = "admin/clients/claims.html")]
pub struct AdminClientClaims<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The application.
    pub client: Client,
    /// The mappings, as JSON.
    pub mappings: String,
    /// For whom they are shown.
    pub person: String,
    /// What that one's tokens would say.
    pub preview: Option<PreviewedClaims>,
    /// Whether whoever administers may look at people.
    pub may_preview: bool,
}

/// GET `?failed=yes`, `?refresh=yes`: recent requests.
#[derive(Debug, Template)]
#[template(path = "admin/clients/requests.html")]
pub struct AdminClientRequests<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Newest first.
    pub requests: Vec<Request>,
    /// Whether only those are shown that failed.
    pub failed: bool,
    /// Whether the page asks for itself again.
    pub refresh: bool,
    /// This page, with none of that.
    pub here: String,
    /// The moment.
    pub now: Timestamp,
}

impl AdminClientRequests<'_> {
    /// Whether they are those that named no application that exists.
    fn is_unknown(&self) -> bool {
        self.here == paths::ADMIN_UNKNOWN_REQUESTS
    }

    fn lead(&self) -> &'static str {
        match self.is_unknown() {
            true => "admin_clients.unknown_lead",
            false => "admin_client.requests_lead",
        }
    }

    fn none(&self) -> &'static str {
        match self.is_unknown() {
            true => "admin_clients.unknown_none",
            false => "admin_client.no_requests_text",
        }
    }

    fn with_failed(&self) -> String {
        self.with(!self.failed, self.refresh)
    }

    fn with_refresh(&self) -> String {
        self.with(self.failed, !self.refresh)
    }

    /// This page with other choices.
    fn with(&self, failed: bool, refresh: bool) -> String {
        match (failed, refresh) {
            (false, false) => self.here.clone(),
            (true, false) => format!("{}?failed=yes", self.here),
            (false, true) => format!("{}?refresh=yes", self.here),
            (true, true) => format!("{}?failed=yes&refresh=yes", self.here),
        }
    }

    /// What a check found or suggests, and in which language that is.
    fn said(&self, sentence: &str) -> (String, &'static str) {
        match findings::said(self.page.t.lang(), sentence) {
            Some(text) => (text, self.page.t.lang().tag()),
            None => (sentence.to_owned(), Lang::En.tag()),
        }
    }

    /// Milliseconds.
    fn took(&self, request: &Request) -> String {
        format!("{:.1} ms", request.duration_micros as f64 / 1000.0)
    }

    /// The check that failed, or the last one.
    fn judged(&self, request: &Request) -> String {
        let failed = request.checks.iter().find(|check| !check.passed);
        failed.map(|check| check.check.clone()).unwrap_or_default()
    }
}

/// GET: what would keep people from signing in.
#[derive(Debug, Template)]
#[template(path = "admin/clients/check.html")]
pub struct AdminClientCheck<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What was found.
    pub checked: Checked,
    /// Its recent requests.
    pub requests: String,
    /// The moment.
    pub now: Timestamp,
}

impl AdminClientCheck<'_> {
    fn words(&self, subject: &Subject, verdict: &Verdict) -> &'static str {
        let good = *verdict == Verdict::Good;
        match (subject, good) {
            (Subject::Enabled, true) => "admin_check.enabled",
            (Subject::Enabled, false) => "admin_check.disabled",
            (Subject::RedirectUris, true) => "admin_check.redirect_safe",
            (Subject::RedirectUris, false) => "admin_check.redirect_open",
            (Subject::Loopback, true) => "admin_check.loopback_only",
            (Subject::Loopback, false) => "admin_check.loopback_mixed",
            (Subject::Credentials, true) => "admin_check.credentials",
            (Subject::Credentials, false) => "admin_check.credentials_missing",
            (Subject::PreviousSecret, _) => "admin_check.previous_secret",
            (Subject::OpenidScope, true) => "admin_check.openid",
            (Subject::OpenidScope, false) => "admin_check.openid_missing",
            (Subject::OfflineAccess, true) => "admin_check.offline",
            (Subject::OfflineAccess, false) => "admin_check.offline_half",
            (Subject::Requests, _) => match verdict {
                Verdict::Good => "admin_check.requests_good",
                Verdict::Bad => "admin_check.requests_failed",
                Verdict::Doubtful => "admin_check.requests_none",
            },
        }
    }

    fn look(&self, verdict: &Verdict) -> (&'static str, &'static str, &'static str) {
        match verdict {
            Verdict::Good => ("good", "check", "admin_check.good"),
            Verdict::Doubtful => ("warn", "alert", "admin_check.doubtful"),
            Verdict::Bad => ("danger", "cross", "admin_check.bad"),
        }
    }
}

/// GET and POST `do=disable`, `do=enable`, `do=delete` (`typed`).
#[derive(Debug, Template)]
#[template(path = "admin/clients/danger.html")]
pub struct AdminClientDanger<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The application.
    pub client: Client,
}
