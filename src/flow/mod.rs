//! Use cases: one file each, `run(state, Input) -> Outcome`. The only place where rules meet the store; owns transactions.
//!
//! A flow reads what it needs, lets the pure rules judge, writes in one unit of work, and gives a value that whoever called
//! draws. The web, the command line and later the REST interface call the same flows.

pub mod account;
pub mod admin;
pub mod admission;
pub mod alerts;
pub mod apis;
pub mod applicants;
pub mod audit;
pub mod authorize;
pub mod bearer;
pub mod catalogue;
pub mod chooser;
pub mod cleaning;
pub mod clients;
pub mod copies;
pub mod doctor;
pub mod factors;
mod first_mail;
pub mod health;
pub mod import;
pub mod introspect;
pub mod invitations;
pub mod journey;
pub mod keys;
pub mod letters;
pub mod limits;
pub mod lost_factor;
pub mod mails;
pub mod not_me;
pub mod outbox;
pub mod passwords;
pub mod plans;
pub mod preview;
pub mod proof_of_work;
pub mod requests;
pub mod revoke;
pub mod roles;
pub mod settings;
pub mod setup;
pub mod sign_out;
pub mod statistics;
pub mod texts;
pub mod throttle;
pub mod token;
pub mod userinfo;
pub mod users;
pub mod verify_email;

mod session;

pub use applicants::NewAccount;
pub use session::{Device, NewSession, Visitor};

use crate::crypto::keys::KeyError;
use crate::crypto::password::PasswordError;
use crate::protocol::error::OAuthError;
use crate::store::StoreError;

/// A flow could not come to an answer. Nothing of it is the caller's fault.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database cannot be reached, or did not say whether it committed.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Too many passwords wait to be hashed.
    #[error("busy")]
    Busy,
    /// Somebody else has it: what must be unique is taken. Flows that can say what it is do.
    #[error("conflict")]
    Conflict,
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Ambiguous(_) => Self::Unavailable(error.to_string()),
            StoreError::Conflict => Self::Conflict,
            StoreError::ForeignKey
            | StoreError::NotFound
            | StoreError::Corrupt(_)
            | StoreError::Unreadable(_)
            | StoreError::Migration(_)
            | StoreError::Other(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<KeyError> for Fault {
    fn from(error: KeyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<PasswordError> for Fault {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Unusable => Self::Internal(error.to_string()),
        }
    }
}

/// Why an OAuth endpoint gives no answer: the client's error, or a fault.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A registered error.
    #[error(transparent)]
    OAuth(#[from] OAuthError),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Fault(error.into())
    }
}
