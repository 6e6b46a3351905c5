//! What applications and browsers are given: how long it lasts, and what they must show for it.

use chrono::TimeDelta;
use serde::Deserialize;

/// Section `sessions`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Sessions {
    pub idle_minutes: u32,
    pub absolute_hours: u32,
}

impl Sessions {
    /// Without use.
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(self.idle_minutes.into())
    }

    /// In any case.
    pub fn absolute(&self) -> TimeDelta {
        TimeDelta::hours(self.absolute_hours.into())
    }
}

/// Section `tokens`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Tokens {
    pub access_token_seconds: u32,
    pub id_token_seconds: u32,
    pub code_seconds: u32,
    pub refresh_retry_seconds: u32,
    pub refresh_idle_days: u32,
    pub refresh_absolute_days: u32,
}

impl Tokens {
    /// Of an authorization code.
    pub fn code(&self) -> TimeDelta {
        TimeDelta::seconds(self.code_seconds.into())
    }

    /// Within which the last refresh token may come again.
    pub fn refresh_retry(&self) -> TimeDelta {
        TimeDelta::seconds(self.refresh_retry_seconds.into())
    }

    /// Of a refresh token without use.
    pub fn refresh_idle(&self) -> TimeDelta {
        TimeDelta::days(self.refresh_idle_days.into())
    }

    /// Of a refresh token in any case.
    pub fn refresh_absolute(&self) -> TimeDelta {
        TimeDelta::days(self.refresh_absolute_days.into())
    }
}

/// Whether confidential clients must use PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pkce {
    /// They may.
    Optional,
    /// They must.
    Required,
}

/// Section `clients`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Clients {
    pub pkce_confidential: Pkce,
}
