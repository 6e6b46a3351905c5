//! Settings: the defaults, what was changed while Passgate ran ([`live`]), a file, then the environment.
//! `config/passgate.toml` is embedded and is the schema: it names every key, its type and its default, so that a misspelt key
//! or a value of another type is found. All problems are reported at once.

mod accounts;
mod branding;
mod check;
mod check_limits;
mod check_mail;
mod colour;
mod lifetimes;
mod limits;
mod live;
mod messages;
mod proofs;
mod sources;
mod told;

pub use accounts::{Accounts, Field, Headless, Remember, SignIn, SignUp, VerifyEmail};
pub use branding::{Branding, Palette, Theme, logo_type};
pub use check::is_name;
pub use colour::Colour;
pub use lifetimes::{Clients, Pkce, Sessions, Tokens};
pub use limits::{Limits, ProofOfWork};
pub use live::{Changes, choices, is_live};
pub use messages::{Mail, MailTransport, Sms, SmsProvider, SmtpSecurity};
pub use proofs::{AdministratorFactor, BreachCheck, Passwords, SecondFactor, SecondFactorPolicy};
pub use told::{Place, Told};

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;
use serde::Deserialize;

use crate::model::password::PasswordPolicy;

/// Every key with its default and a line about it.
pub const DEFAULTS: &str = include_str!("../../config/passgate.toml");

/// The settings of a process. Field names are those of the file.
#[derive(Clone, Debug, Deserialize)]
#[expect(
    missing_docs,
    reason = "config/passgate.toml documents each key, and a test holds it to that"
)]
pub struct Settings {
    pub public_url: String,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub keys_dir: PathBuf,
    pub trusted_proxies: Vec<IpAddr>,
    pub workers: usize,
    pub shutdown_grace_seconds: u32,
    pub database: Database,
    pub branding: Branding,
    pub accounts: Accounts,
    pub sign_in: SignIn,
    pub headless: Headless,
    pub second_factor: SecondFactor,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub tokens: Tokens,
    pub clients: Clients,
    pub limits: Limits,
    pub mail: Mail,
    pub sms: Sms,
    pub outbound: Outbound,
    pub audit: Audit,
    pub log: Log,
    pub metrics: Metrics,
    pub telemetry: Telemetry,
    /// All of them as administrators are told of them.
    #[serde(skip)]
    pub told: Vec<Told>,
    /// What was changed while Passgate ran.
    #[serde(skip)]
    pub changes: Changes,
    #[serde(skip)]
    base: Arc<live::Base>,
}

/// Section `database`.
#[derive(Clone, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Database {
    pub url: String,
    pub max_connections: u32,
}

impl std::fmt::Debug for Database {
    // The URL may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// Section `outbound`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Outbound {
    pub allow_private_addresses: Vec<String>,
    pub allow_http: Vec<String>,
    pub allow_ports: Vec<String>,
}

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Section `audit`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Audit {
    pub retention_days: u32,
}

impl Audit {
    /// How long events are kept; `None` for ever.
    pub fn retention(&self) -> Option<TimeDelta> {
        (self.retention_days > 0).then(|| TimeDelta::days(i64::from(self.retention_days)))
    }
}

/// Section `log`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

/// Section `metrics`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Metrics {
    pub listen: String,
}

impl Metrics {
    /// The address, where there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }
}

/// Section `telemetry`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Telemetry {
    pub otlp_endpoint: String,
    pub sample_percent: u32,
    pub service_name: String,
}

/// Everything that is wrong, each with where it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "the settings have {} problem(s):", self.0.len())?;
        self.0
            .iter()
            .enumerate()
            .try_for_each(|(at, problem)| writeln!(f, "  {}. {problem}", at + 1))
    }
}

impl std::error::Error for Problems {}

impl Settings {
    /// Reads the file (`config/passgate.toml` where it exists and none is named), then the environment.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut places = told::Places::new();
        let table = sources::merge(file, environment, &mut places, &mut problems);
        let all = told::all(&table, &places);
        let Some(mut settings) = sources::read(table.clone(), &mut problems) else {
            return Err(Problems(problems));
        };
        settings.told = all;
        settings.base = Arc::new(live::Base { table, places });
        check::check(&settings, &mut problems);
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(Problems(problems))
        }
    }

    /// The issuer of tokens, and the base of every link: `public_url` without a slash at its end.
    pub fn issuer(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }

    /// Whether this is an installation for trying things: reached through a loopback address only.
    pub fn is_development(&self) -> bool {
        url::Url::parse(&self.public_url).is_ok_and(|url| check::is_loopback(&url))
    }

    /// Whether people reach it through TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Fewest characters of a new password. Only where everybody has a second factor does nobody sign in with a password
    /// alone: whoever has one today may give it up tomorrow, and the password stays.
    pub fn password_min_length(&self) -> usize {
        let passwords = &self.passwords;
        match self.second_factor.policy {
            SecondFactorPolicy::Required => passwords.min_length,
            SecondFactorPolicy::Off | SecondFactorPolicy::Optional => {
                passwords.min_length.max(passwords.min_length_single_factor)
            }
        }
    }

    /// What a new password must be.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy {
            min_length: self.password_min_length(),
            max_length: self.passwords.max_length,
            min_strength: self.passwords.min_strength,
        }
    }

    /// The database, the embedded one where none is named.
    pub fn database_url(&self) -> String {
        match self.database.url.as_str() {
            "" => format!("sqlite://{}", self.data_dir.join("passgate.db").display()),
            url => url.to_owned(),
        }
    }

    /// Where captured mail lies.
    pub fn mail_dir(&self) -> PathBuf {
        self.data_dir.join("mail")
    }
}

#[cfg(test)]
mod tests;
