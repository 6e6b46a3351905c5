//! Devices and what happened to an account.

use askama::Template;
use chrono::{DateTime, Utc};

use super::sessions::known_device;
use super::{Frame, Section};
use crate::web::views::{Method, Page, paths};

/// GET [`paths::ACCOUNT_SECURITY`], older events with `before`. Its form posts to [`paths::ACCOUNT_DEVICE_FORGET`]
/// (`device`).
#[derive(Debug, Template)]
#[template(path = "account/security.html")]
pub struct AccountSecurity<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// Passkeys and authenticator apps.
    pub factors: Vec<FactorRow>,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// What can be added, by its registered name.
    pub can_add: Vec<&'static str>,
    /// Browsers that the account was seen with.
    pub devices: Vec<DeviceRow>,
    /// What happened, newest first.
    pub events: Vec<EventRow>,
    /// The address of the next page.
    pub older: Option<String>,
    /// Now, to which times are told.
    pub now: DateTime<Utc>,
}

/// A passkey or an authenticator app.
#[derive(Debug, Clone)]
pub struct FactorRow {
    /// Which kind, by its registered name: `factor`.
    pub factor: &'static str,
    /// What [`paths::REMOVE_FACTOR`] is told as `id`.
    pub id: String,
    /// What the person calls it; may be empty.
    pub name: String,
    /// Whether they may call it something else, by [`paths::RENAME_FACTOR`].
    pub renamable: bool,
    /// Since when.
    pub added: DateTime<Utc>,
    /// When it was used last.
    pub last_used: Option<DateTime<Utc>>,
}

impl AccountSecurity<'_> {
    fn factor_title<'s>(&'s self, row: &'s FactorRow) -> &'s str {
        match (row.name.as_str(), Method::parse(row.factor)) {
            ("", Some(method)) => method.title(self.page.t),
            (name, _) => name,
        }
    }

    fn factor_icon(&self, row: &FactorRow) -> &'static str {
        Method::parse(row.factor).map_or("key", Method::icon)
    }

    fn add_words(&self, name: &str) -> &'static str {
        self.page.t.get(match name {
            "passkey" => "account_factors.add_passkey",
            "sms" => "account_factors.add_sms",
            _ => "account_factors.add_totp",
        })
    }

    fn again(&self) -> String {
        super::again_href(Section::Security)
    }
}

/// A browser.
#[derive(Debug, Clone)]
pub struct DeviceRow {
    /// What [`paths::ACCOUNT_DEVICE_FORGET`] is told.
    pub id: String,
    /// Browser and system in words; empty where nothing is known.
    pub device: String,
    /// Where it was last.
    pub address: String,
    /// When.
    pub last_used: DateTime<Utc>,
    /// Until when it needs no second factor.
    pub trusted_until: Option<DateTime<Utc>>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// The stable name of its kind.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Browser and system in words.
    pub device: String,
    /// From where.
    pub address: String,
    /// Whether somebody else did it, such as an administrator.
    pub by_other: bool,
}

impl AccountSecurity<'_> {
    fn device<'s>(&self, device: &'s str) -> &'s str {
        known_device(device, self.page.t)
    }

    fn trusted(&self, row: &DeviceRow) -> Option<DateTime<Utc>> {
        row.trusted_until.filter(|until| *until > self.now)
    }
}

impl EventRow {
    /// What happened, as a key.
    pub fn sentence(&self) -> &'static str {
        match self.kind.as_str() {
            "user_created" | "administrator_created" => "account_security.user_created",
            "user_updated" => "account_security.user_updated",
            "signed_in" => "account_security.signed_in",
            "sign_in_failed" | "sign_in_locked" => "account_security.sign_in_failed",
            "session_ended" => "account_security.session_ended",
            "consent_granted" => "account_security.consent_granted",
            "consent_revoked" => "account_security.consent_revoked",
            "consent_denied" => "account_security.consent_denied",
            "email_verified" => "account_security.email_verified",
            "profile_updated" => "account_security.profile_updated",
            "username_changed" => "account_security.username_changed",
            "email_requested" => "account_security.email_requested",
            "email_added" => "account_security.email_added",
            "email_removed" => "account_security.email_removed",
            "primary_email_changed" => "account_security.primary_email_changed",
            "phone_added" => "account_security.phone_added",
            "phone_removed" => "account_security.phone_removed",
            "password_changed" => "account_security.password_changed",
            "terms_accepted" => "account_security.terms_accepted",
            "factor_added" => "account_security.factor_added",
            "factor_removed" => "account_security.factor_removed",
            "factor_renamed" => "account_security.factor_renamed",
            "factor_reset_requested" => "account_security.factor_reset_requested",
            "factor_reset_cancelled" => "account_security.factor_reset_cancelled",
            "factors_reset" => "account_security.factors_reset",
            "sign_in_disowned" => "account_security.sign_in_disowned",
            "refresh_reused" => "account_security.refresh_reused",
            "device_forgotten" => "account_security.device_forgotten",
            "data_exported" => "account_security.data_exported",
            "deletion_scheduled" => "account_security.deletion_scheduled",
            "deletion_cancelled" => "account_security.deletion_cancelled",
            _ => "account_security.other",
        }
    }

    fn icon(&self) -> &'static str {
        let kind = self.kind.as_str();
        match kind {
            "sign_in_failed"
            | "sign_in_locked"
            | "deletion_scheduled"
            | "refresh_reused"
            | "factor_reset_requested"
            | "sign_in_disowned" => "alert",
            "signed_in" | "session_ended" | "device_forgotten" => "device",
            _ if kind.starts_with("consent") => "app",
            _ if kind.contains("email") => "mail",
            _ if kind.starts_with("phone") => "phone",
            _ if kind.starts_with("password") => "key",
            "data_exported" => "download",
            "user_created" | "profile_updated" | "username_changed" | "user_updated" => "person",
            _ => "shield",
        }
    }
}
