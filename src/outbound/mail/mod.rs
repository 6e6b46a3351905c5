//! Mail: built by lettre, so that no header can be smuggled in, and given to the transport of the settings.

mod capture;
mod message;
mod smtp;

pub use capture::{Capture, Captured};
pub use smtp::{Login, Security, Smtp, SmtpOptions};

use crate::model::Timestamp;
use crate::model::letter::Letter;

/// One mail to one recipient.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// A UUID: the name of captured files and the left part of `Message-ID`, by which mail servers know a mail that comes
    /// twice.
    pub id: &'a str,
    /// One address.
    pub to: &'a str,
    /// What it says.
    pub letter: &'a Letter,
    /// `Date`.
    pub at: Timestamp,
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another try may go better: the server is not there, is busy, or does not know us.
    #[error("{0}")]
    ForNow(String),
    /// The recipient or the mail itself was refused, and would be again (RFC 5321 section 4.2.1).
    #[error("{0}")]
    ForGood(String),
}

/// The transport cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);

/// The way that mail takes.
#[derive(Debug)]
pub enum Transport {
    /// Into a folder: nothing leaves.
    Capture(Capture),
    /// To a mail server.
    Smtp(Box<Smtp>),
}

impl Transport {
    /// Delivers a mail and gives what the other side said of it.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn deliver(&self, envelope: Envelope<'_>) -> Result<String, Refusal> {
        match self {
            Self::Capture(capture) => capture.deliver(envelope),
            Self::Smtp(smtp) => smtp.deliver(envelope).await,
        }
    }

    /// Asks whether mail would be taken, without sending any, and gives what the other side said.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn probe(&self) -> Result<String, Refusal> {
        match self {
            Self::Capture(capture) => Ok(format!("captured in {}: none leaves", capture.folder().display())),
            Self::Smtp(smtp) => smtp.probe().await,
        }
    }
}
