//! Text messages: a number and a text, given to the provider of the settings. One provider, one file: another one is a file
//! here, a variant of [`Provider`], and its name in the settings.

mod capture;
mod hook;
mod twilio;

#[cfg(test)]
mod tests;

pub use capture::{Capture, Captured};
pub use hook::{BadSecret, Hook};
pub use twilio::Twilio;

use super::http::{Answer, Http, HttpError};
use crate::model::Timestamp;

/// One text to one number.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// A UUID, by which a provider may know a text that comes twice.
    pub id: &'a str,
    /// The number in the form of E.164.
    pub to: &'a str,
    /// What it says.
    pub body: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// Why a text did not leave. The sentences hold neither the number nor the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another try may go better: the provider is not there, is busy, or does not know us.
    #[error("{0}")]
    ForNow(String),
    /// The number or the text was refused, and would be again.
    #[error("{0}")]
    ForGood(String),
}

impl From<HttpError> for Refusal {
    fn from(error: HttpError) -> Self {
        Self::ForNow(error.to_string())
    }
}

/// The way that texts take.
#[derive(Debug)]
pub enum Provider {
    /// Into a folder: nothing leaves.
    Capture(Capture),
    /// To an address of the operator's own, signed.
    Hook(Box<Hook>),
    /// To Twilio, or to whoever speaks as it does.
    Twilio(Twilio),
}

impl Provider {
    /// Delivers a text.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn deliver(&self, http: &Http, text: Text<'_>) -> Result<(), Refusal> {
        match self {
            Self::Capture(capture) => capture.deliver(text),
            Self::Hook(hook) => hook.deliver(http, text).await,
            Self::Twilio(twilio) => twilio.deliver(http, text).await,
        }
    }
}

/// Judges an answer: what the status says of the text itself is for good, everything else may change.
fn judge(answer: &Answer, for_good: &[u16]) -> Result<(), Refusal> {
    let said = format!("the provider answered with status {}", answer.status);
    match answer.status {
        _ if answer.is_success() => Ok(()),
        status if for_good.contains(&status) => Err(Refusal::ForGood(said)),
        _ => Err(Refusal::ForNow(said)),
    }
}
