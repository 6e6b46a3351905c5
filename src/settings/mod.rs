//! Settings: a file, then the environment. `config/passgate.toml` is embedded and is the schema: it names every key, its
//! type and its default, so that a misspelt key or a value of another type is found. All problems are reported at once.

mod branding;
mod check;
mod check_limits;
mod check_mail;
mod colour;
mod sources;

pub use branding::{Branding, Palette, Theme, logo_type};
pub use check::is_name;
pub use colour::Colour;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use serde::Deserialize;

use crate::model::password::{Cost, PasswordPolicy};

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

/// Whether there are second factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorPolicy {
    /// No.
    Off,
    /// Whoever has one is asked for it.
    Optional,
    /// Whoever has none sets one up.
    Required,
}

/// Section `second_factor`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct SecondFactor {
    pub policy: SecondFactorPolicy,
    pub required_roles: Vec<String>,
    pub methods: Vec<String>,
    pub trusted_device_days: u32,
    pub lost_wait_days: u32,
}

impl SecondFactor {
    /// Whether a factor is offered.
    pub fn offers(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known == method)
    }

    /// For which a browser may leave the second factor out.
    pub fn trust(&self) -> TimeDelta {
        TimeDelta::days(self.trusted_device_days.into())
    }

    /// Between asking to do without lost second factors and their end.
    pub fn lost_wait(&self) -> TimeDelta {
        TimeDelta::days(self.lost_wait_days.into())
    }
}

/// Whether new passwords are looked up among those that are known from breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BreachCheck {
    /// No.
    Off,
    /// By the first digits of their digest, at a range service.
    Range,
}

/// Section `passwords`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Passwords {
    pub min_length: usize,
    pub min_length_single_factor: usize,
    pub max_length: usize,
    pub min_strength: u8,
    pub breach_check: BreachCheck,
    pub breach_url: String,
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
    pub queue: usize,
}

impl Passwords {
    /// The cost of a hash.
    pub fn cost(&self) -> Cost {
        Cost {
            memory_kib: self.memory_kib,
            iterations: self.iterations,
            parallelism: self.parallelism,
        }
    }
}

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

/// Section `limits`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Limits {
    pub enabled: bool,
    pub sign_in_per_minute: u32,
    pub sign_up_per_minute: u32,
    pub code_per_minute: u32,
    pub recovery_per_minute: u32,
    pub flows_per_minute: u32,
    pub client_failures_per_minute: u32,
    pub ipv6_prefix: u8,
    pub mails_per_hour: u32,
    pub codes_per_ten_minutes: u32,
    pub recoveries_per_hour: u32,
    pub sign_ups_per_hour: u32,
    pub proof_of_work: ProofOfWork,
    pub proof_of_work_bits: u32,
    pub work_after_failures: u32,
    pub work_after_failures_of_all: u32,
    pub without_work_per_minute: u32,
}

/// When browsers are asked for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProofOfWork {
    /// Never.
    Off,
    /// While guessing goes on.
    Auto,
    /// At every try.
    Always,
}

/// The way that mail takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Into a folder.
    Capture,
    /// To a mail server.
    Smtp,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after a command, or nothing is sent.
    StartTls,
    /// Not at all.
    None,
}

impl SmtpSecurity {
    /// The registered port.
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Section `mail`.
#[derive(Clone, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Mail {
    pub from: String,
    pub transport: MailTransport,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_security: SmtpSecurity,
    pub smtp_username: String,
    pub smtp_password: String,
    pub smtp_password_file: String,
    pub smtp_trusted_file: String,
    pub smtp_timeout_seconds: u32,
    pub deliveries: usize,
}

impl Mail {
    /// The port of the mail server.
    pub fn port(&self) -> u16 {
        match self.smtp_port {
            0 => self.smtp_security.port(),
            port => port,
        }
    }
}

impl std::fmt::Debug for Mail {
    // It may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("transport", &self.transport)
            .field("smtp_host", &self.smtp_host)
            .finish_non_exhaustive()
    }
}

/// The way that text messages take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsProvider {
    /// Into a folder.
    Capture,
    /// To an address of the operator's own.
    Http,
    /// To Twilio.
    Twilio,
}

/// Section `sms`.
#[derive(Clone, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Sms {
    pub provider: SmsProvider,
    pub url: String,
    pub account: String,
    pub secret: String,
    pub secret_file: String,
    pub sender: String,
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sms")
            .field("provider", &self.provider)
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
        let table = sources::merge(file, environment, &mut problems);
        let Some(settings) = sources::read(table, &mut problems) else {
            return Err(Problems(problems));
        };
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
