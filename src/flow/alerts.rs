//! Mail about a sign-in from a browser that the account has not been seen with, with a link that takes it back
//! (`flow::not_me`).

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::account::phone::Held;
use super::{Device, letters};
use crate::crypto::{digest, random};
use crate::model::Timestamp;
use crate::model::device::Seen;
use crate::model::letter::{Asked, Letter, Message};
use crate::model::secret::Digest;
use crate::model::user::User;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, Tx};

/// How long the link works: people are away for a week.
pub const LINK_LIFE: TimeDelta = TimeDelta::days(7);

/// What a "this was not me" link is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Disowned {
    /// Whose account. Not called `user_id`: links with a `user_id` die with the next change of password, and whoever signed in
    /// could change it.
    pub whose: Uuid,
    /// The address that was told; it may no longer be the primary one.
    pub email: String,
    /// The moment of the sign-in.
    pub at: Timestamp,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// The phone number at that moment; links that are older than this member do not know.
    #[serde(default)]
    pub phone: Option<Held>,
}

/// An alert that is ready to be promised. Made before the unit of the sign-in, since words are not written inside.
#[derive(Clone, Debug)]
pub struct Alert {
    digest: Digest,
    payload: Disowned,
    letter: Letter,
}

impl Alert {
    /// Writes the alert about a sign-in. `at` is the moment of the session (`Session::authenticated_at`): whatever joins the
    /// account from then on goes when the person follows the link.
    pub fn prepare(state: &State, user: &User, device: &Device, locale: &str, at: Timestamp) -> Self {
        let secret = random::secret(random::prefix::LINK);
        let asked = Asked {
            user_agent: device
                .user_agent
                .chars()
                .filter(|c| !c.is_control())
                .take(300)
                .collect(),
            address: device.address.clone(),
            at,
        };
        let payload = Disowned {
            whose: user.id,
            email: user.email.clone(),
            at,
            user_agent: asked.user_agent.clone(),
            address: asked.address.clone(),
            phone: Some(Held::by(user)),
        };
        let message = Message::NewDevice {
            asked,
            link: format!("{}/not-me?token={}", state.issuer(), secret.expose()),
        };
        let locale = user.claims.get_str("locale").unwrap_or(locale);
        Self {
            digest: digest::digest(&secret),
            payload,
            letter: state.write_letter(&message, locale),
        }
    }

    /// Promises it, if there is somebody to be told: `seen` is what `devices::note_sign_in` says in the same unit.
    pub(super) async fn promise(&self, tx: &mut Tx, seen: Seen, now: Timestamp) -> Result<(), StoreError> {
        match seen {
            Seen::Known | Seen::First => return Ok(()),
            Seen::New => {}
        }
        let end = now + LINK_LIFE;
        one_time_tokens::insert(tx, Purpose::NotMe, &self.digest, &self.payload, now, end).await?;
        letters::promise(tx, &self.payload.email, &self.letter, now).await
    }
}
