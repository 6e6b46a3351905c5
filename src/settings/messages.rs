//! How mail and text messages leave.

use serde::Deserialize;

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
