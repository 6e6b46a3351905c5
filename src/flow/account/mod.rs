//! What people see and change on their account pages: one file for each page.
//!
//! Who does something is an [`Actor`]. What is told by mail is promised in the unit of what it tells of, to the address that
//! the account had before.

pub mod data;
pub mod deletion;
pub mod emails;
pub mod factors;
pub mod metadata;
pub mod password;
pub mod phone;
pub mod picture;
pub mod profile;
pub mod security;
pub mod sessions;

mod proof;

use chrono::TimeDelta;

use super::session::Device;
use super::{Fault, session};
use crate::model::Timestamp;
use crate::model::audit::Origin;
use crate::model::letter::Asked;
use crate::model::secret::Digest;
use crate::model::session::Session;
use crate::model::user::User;
use crate::state::State;

pub use sessions::{Overview, end_session, overview, revoke_app};

/// How long after a sign-in a person may change what matters without proving once more who they are.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Who is signed in in a browser.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl SignedIn {
    /// Whether they proved who they are within [`FRESH`].
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now - self.session.authenticated_at <= FRESH
    }
}

/// A person who changes something about their account.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub signed_in: SignedIn,
    /// With which browser.
    pub device: Device,
    /// For the audit trail.
    pub origin: Origin,
    /// The language of the page, for mail: a BCP 47 tag.
    pub locale: String,
}

impl Actor {
    fn user(&self) -> &User {
        &self.signed_in.user
    }

    fn by(&self) -> Origin {
        self.origin.by(self.user().subject())
    }

    fn asked(&self, now: Timestamp) -> Asked {
        Asked {
            user_agent: self.device.user_agent.clone(),
            address: self.device.address.clone(),
            at: now,
        }
    }
}

/// Who is signed in, by the cookie's digest.
#[tracing::instrument(level = "trace", target = "passgate::trace", name = "flow who", skip_all)]
pub async fn who(state: &State, session: Option<Digest>) -> Result<Option<SignedIn>, Fault> {
    let live = session::live(state, session, "").await?;
    Ok(live.map(|live| SignedIn {
        user: live.user,
        session: live.session,
    }))
}
