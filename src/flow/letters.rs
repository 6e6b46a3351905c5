//! Mail that a unit of work promises, and the way that it will take. [`super::outbox`] keeps the promises: nothing waits for
//! mail.

use std::path::PathBuf;
use std::time::Duration;

use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::letter::Letter;
use crate::model::secret::Secret;
use crate::outbound::mail::{Capture, Login, Security, Smtp, SmtpOptions, Transport, TransportError};
use crate::settings::{Mail, MailTransport, Settings, SmtpSecurity};
use crate::state::State;
use crate::store::outbox_mails::{self, OutboxMail};
use crate::store::{StoreError, Tx};

/// The recipient of a letter that goes nowhere: where nobody has an account the same is stored as for somebody who has one, so
/// that the work for an answer does not tell them apart. [`super::outbox`] throws it away.
pub(super) const NOBODY: &str = "";

/// Promises a letter in the transaction of what it tells of.
pub(super) async fn promise(tx: &mut Tx, to: &str, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    let mail = OutboxMail {
        id: random::uuid_at(now),
        recipient: to.to_owned(),
        subject: letter.subject.clone(),
        body_text: letter.text.clone(),
        body_html: letter.html.clone(),
        attempts: 0,
    };
    outbox_mails::insert(tx, &mail, now).await
}

/// The folder that captures the mail of an installation.
pub fn capture(state: &State) -> Capture {
    folder(&state.settings)
}

fn folder(settings: &Settings) -> Capture {
    Capture::new(settings.mail_dir(), settings.mail.from.clone())
}

/// The way that mail takes by the settings. Nothing is asked of a mail server yet.
///
/// # Errors
/// A password or certificates that cannot be read.
pub fn transport(settings: &Settings) -> Result<Transport, TransportError> {
    let mail = &settings.mail;
    if mail.transport == MailTransport::Capture {
        return Ok(Transport::Capture(folder(settings)));
    }
    let hello = url::Url::parse(settings.issuer()).ok();
    let hello = hello.as_ref().and_then(url::Url::host_str).unwrap_or("localhost");
    let trusted = Some(mail.smtp_trusted_file.as_str()).filter(|path| !path.is_empty());
    let options = SmtpOptions {
        host: mail.smtp_host.clone(),
        port: mail.port(),
        security: match mail.smtp_security {
            SmtpSecurity::Tls => Security::Tls,
            SmtpSecurity::StartTls => Security::StartTls,
            SmtpSecurity::None => Security::None,
        },
        login: login(mail)?,
        trusted: trusted.map(PathBuf::from),
        timeout: Duration::from_secs(mail.smtp_timeout_seconds.into()),
        from: mail.from.clone(),
        hello: hello.to_owned(),
    };
    Ok(Transport::Smtp(Box::new(Smtp::new(options)?)))
}

fn login(mail: &Mail) -> Result<Option<Login>, TransportError> {
    if mail.smtp_username.is_empty() {
        return Ok(None);
    }
    let password = match mail.smtp_password_file.as_str() {
        "" => mail.smtp_password.clone(),
        path => {
            let text = std::fs::read_to_string(path).map_err(|error| TransportError(format!("{path}: {error}")))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok(Some(Login {
        username: mail.smtp_username.clone(),
        password: Secret::new(password),
    }))
}
