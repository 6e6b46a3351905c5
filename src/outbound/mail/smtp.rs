//! Mail to a server (RFC 5321). The conversation is held step by step, because it matters who was refused: the recipient,
//! for good, or we, until somebody mends the settings. A connection on which anything was left unsaid is never used again:
//! the answer to one mail would be taken for that to the next.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;

use super::{Envelope, Refusal, TransportError, message};
use crate::model::secret::Secret;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 section 3.3).
    Tls,
    /// Plain until STARTTLS (RFC 3207), without which nothing is sent.
    StartTls,
    /// Plain.
    None,
}

/// Who we are to the server.
#[derive(Clone, Debug)]
pub struct Login {
    /// Name.
    pub username: String,
    /// Password.
    pub password: Secret,
}

/// Where mail goes and how.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    /// Name or address of the server; its certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// Where the server wants one.
    pub login: Option<Login>,
    /// Certificates in PEM that are trusted besides the public ones.
    pub trusted: Option<PathBuf>,
    /// For one mail, from the first byte to the server's last word.
    pub timeout: Duration,
    /// The sender of every mail.
    pub from: String,
    /// What we call ourselves: a host name or an address.
    pub hello: String,
}

/// How long a connection that nobody uses counts as alive.
const TRUST_IDLE: Duration = Duration::from_secs(20);
/// Connections that are kept; more than mails are delivered at a time would never be used.
const KEPT: usize = 32;
/// Of what a server says.
const MOST_CHARS: usize = 400;

/// A mail server.
pub struct Smtp {
    options: SmtpOptions,
    tls: Option<TlsParameters>,
    hello: ClientId,
    idle: Mutex<Vec<(Instant, AsyncSmtpConnection)>>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Smtp").field(&self.options).finish()
    }
}

impl Smtp {
    /// Takes the options; nothing is asked of the server yet.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn new(options: SmtpOptions) -> Result<Self, TransportError> {
        let tls = match options.security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(tls(&options)?),
        };
        let hello = match options.hello.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(options.hello.clone()),
        };
        Ok(Self {
            options,
            tls,
            hello,
            idle: Mutex::default(),
        })
    }

    /// Delivers a mail; gives the server's last word.
    ///
    /// # Errors
    /// [`Refusal::ForGood`] where the server refused the recipient or the mail with a 5yz reply.
    pub async fn deliver(&self, envelope: Envelope<'_>) -> Result<String, Refusal> {
        let message = message::build(&self.options.from, envelope)?;
        let (Some(from), [to]) = (message.envelope().from(), message.envelope().to()) else {
            return Err(Refusal::ForGood("the mail has no sender".into()));
        };
        let bytes = message.formatted();
        self.in_time(async {
            let mut connection = self.connection().await?;
            let outcome = converse(&mut connection, from, to, &bytes).await;
            // Whatever the server refused, it has answered, and RSET clears the table.
            let answered = match &outcome {
                Ok(_) => true,
                Err(trouble) => trouble.error.as_ref().is_some_and(is_plain_refusal),
            };
            if answered {
                self.keep(connection);
            }
            outcome.map_err(Trouble::refusal)
        })
        .await
    }

    /// Connects and signs in, without sending anything.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn probe(&self) -> Result<String, Refusal> {
        self.in_time(async {
            let connection = self.connection().await?;
            let protected = if connection.is_encrypted() {
                "with TLS"
            } else {
                "without TLS"
            };
            self.keep(connection);
            let SmtpOptions { host, port, login, .. } = &self.options;
            let login = match login {
                Some(login) => format!(", signed in as {}", login.username),
                None => String::new(),
            };
            Ok(format!("{host}:{port} answers {protected}{login}"))
        })
        .await
    }

    async fn in_time(&self, work: impl Future<Output = Result<String, Refusal>>) -> Result<String, Refusal> {
        let limit = self.options.timeout;
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let SmtpOptions { host, port, .. } = &self.options;
            Err(Refusal::ForNow(format!(
                "{host}:{port} did not answer within {} s",
                limit.as_secs()
            )))
        })
    }

    /// A connection that was kept and still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Refusal> {
        while let Some((since, mut connection)) = self.take() {
            if since.elapsed() < TRUST_IDLE && connection.command(Rset).await.is_ok() {
                return Ok(connection);
            }
        }
        self.connect()
            .await
            .map_err(|(step, error)| Refusal::ForNow(format!("{step}: {}", words(&error))))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, (String, Error)> {
        let SmtpOptions {
            host,
            port,
            security,
            login,
            timeout,
            ..
        } = &self.options;
        let at = |step: &str| format!("{step} {host}:{port}");
        let (first, later) = match security {
            Security::Tls => (self.tls.clone(), None),
            Security::StartTls => (None, self.tls.clone()),
            Security::None => (None, None),
        };
        let place = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(place, Some(*timeout), &self.hello, first, None)
            .await
            .map_err(|error| (at("no connection to"), error))?;
        if let Some(tls) = later {
            connection
                .starttls(tls, &self.hello)
                .await
                .map_err(|error| (at("no TLS with"), error))?;
        }
        if let Some(Login { username, password }) = login {
            let credentials = Credentials::new(username.clone(), password.expose().to_owned());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await
                .map_err(|error| (at("not signed in at"), error))?;
        }
        Ok(connection)
    }

    fn take(&self) -> Option<(Instant, AsyncSmtpConnection)> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT && !connection.has_broken() {
            idle.push((Instant::now(), connection));
        }
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, TransportError> {
    let mut builder = TlsParameters::builder(options.host.clone());
    if let Some(path) = &options.trusted {
        let refuse = |error: String| TransportError(format!("{}: {error}", path.display()));
        let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|_| refuse("not certificates in PEM".into()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| TransportError(error.to_string()))
}

/// What went wrong in a conversation, and whether it was about this mail.
struct Trouble {
    error: Option<Error>,
    refusal: Refusal,
}

impl Trouble {
    /// We were refused, or the way broke.
    fn ours(error: Error) -> Self {
        let refusal = Refusal::ForNow(words(&error));
        Self {
            error: Some(error),
            refusal,
        }
    }

    /// The recipient or the content was refused: for good where the reply is 5yz.
    fn of_the_mail(error: Error) -> Self {
        let refusal = match error.is_permanent() {
            true => Refusal::ForGood(words(&error)),
            false => Refusal::ForNow(words(&error)),
        };
        Self {
            error: Some(error),
            refusal,
        }
    }

    fn refusal(self) -> Refusal {
        self.refusal
    }
}

async fn converse(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    bytes: &[u8],
) -> Result<String, Trouble> {
    let mut parameters = Vec::new();
    // RFC 6531. The content itself is encoded, so nothing else needs more than ASCII.
    if !AsRef::<str>::as_ref(to).is_ascii() || !AsRef::<str>::as_ref(from).is_ascii() {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Trouble {
                error: None,
                refusal: Refusal::ForGood("the mail server takes no addresses beyond ASCII (SMTPUTF8)".into()),
            });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let sender = Mail::new(Some(from.clone()), parameters);
    connection.command(sender).await.map_err(Trouble::ours)?;
    let recipient = Rcpt::new(to.clone(), Vec::new());
    connection.command(recipient).await.map_err(Trouble::of_the_mail)?;
    connection.command(Data).await.map_err(Trouble::of_the_mail)?;
    let taken = connection.message(bytes).await.map_err(Trouble::of_the_mail)?;
    Ok(said(&taken))
}

/// A whole reply that refuses something and leaves the connection open; after 421 the server hangs up.
fn is_plain_refusal(error: &Error) -> bool {
    error.status().is_some_and(|code| code.to_string() != "421")
}

fn said(response: &Response) -> String {
    let text = response.message().collect::<Vec<_>>().join(" ");
    printable(&format!("{} {text}", response.code()))
}

/// A server's refusal as it said it, another error as the system has it.
fn words(error: &Error) -> String {
    let source = std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default();
    match error.status() {
        Some(code) => printable(&format!("{code} {source}")),
        None => printable(&error.to_string()),
    }
}

/// One line without control characters: it is stored, logged and shown on terminals.
fn printable(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_CHARS)
        .collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_08_what_a_server_says_is_one_printable_line() {
        let said = printable("550 5.1.1 no\r\nsuch\u{1b}[31m user\0");
        assert_eq!(said, "550 5.1.1 no  such [31m user");
        assert_eq!(printable(&"x".repeat(5000)).len(), MOST_CHARS);
    }
}
