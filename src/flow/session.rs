//! Sessions of browsers: a new one, which sign-in, sign-up and setup share, and the one that a browser has.

use chrono::TimeDelta;

use super::Fault;
use crate::crypto::{digest, random};
use crate::model::Timestamp;
use crate::model::audit::Origin;
use crate::model::secret::{Digest, Secret};
use crate::model::session::Session;
use crate::model::user::User;
use crate::state::State;
use crate::store::sessions::LiveSession;
use crate::store::{StoreError, Tx, sessions};

/// How stale the note of a session's last use may be.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);

/// What is known of the browser that signs in.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// What it calls itself.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// The digest of its device cookie, if it has one: names a browser that people have signed in with.
    pub cookie: Option<Digest>,
}

/// Who fills in a form that ends in a session.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The session cookie that the browser has: it ends when the same person signs in again.
    pub replaced: Option<Digest>,
    /// The browser.
    pub device: Device,
    /// For the audit trail.
    pub origin: Origin,
}

/// A session that is about to be stored, and the secret for its cookie.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The cookie's value.
    pub secret: Secret,
    /// The session.
    pub session: Session,
    alone: bool,
    digest: Digest,
    idle_expires_at: Timestamp,
}

impl NewSession {
    /// Prepares a session: always with a new secret, so that one that was planted before sign-in is worth nothing.
    /// `remembered` sessions outlive the browser's closing and end at their absolute end only.
    pub fn prepare(user: &User, amr: Vec<String>, device: &Device, state: &State, remembered: bool) -> Self {
        let now = state.clock.now();
        let settings = &state.settings.sessions;
        let absolute = settings.absolute();
        // Who asked to stay signed in is not signed out for being away.
        let idle = if remembered { absolute } else { settings.idle() };
        let secret = random::secret(random::prefix::SESSION);
        let cut = |text: &str| text.chars().filter(|c| !c.is_control()).take(300).collect::<String>();
        Self {
            digest: digest::digest(&secret),
            secret,
            session: Session {
                id: random::uuid_at(now),
                user_id: user.id,
                authenticated_at: now,
                amr,
                created_at: now,
                last_seen_at: now,
                expires_at: now + absolute,
                user_agent: cut(&device.user_agent),
                address: cut(&device.address),
                remembered,
            },
            idle_expires_at: now + idle,
            alone: state.settings.sign_in.accounts_per_browser <= 1,
        }
    }

    /// Stores it, in place of the one that the browser had: another person's stays where a browser may have several.
    pub(super) async fn store(&self, tx: &mut Tx, replaced: Option<&Digest>) -> Result<(), StoreError> {
        let (user_id, now) = (self.session.user_id, self.session.created_at);
        match replaced {
            Some(digest) if self.alone => drop(sessions::end_by_digest(tx, digest, now).await?),
            Some(digest) => drop(sessions::end_of_user(tx, digest, user_id, now).await?),
            None => {}
        }
        sessions::insert(tx, &self.session, &self.digest, self.idle_expires_at).await
    }
}

/// The live session of a cookie, with what its person let one client have. Whoever asks is using it: that is noted, now and
/// then, so that the session does not end as unused.
pub(super) async fn live(
    state: &State,
    session: Option<Digest>,
    client_id: &str,
) -> Result<Option<LiveSession>, Fault> {
    let Some(digest) = session else { return Ok(None) };
    let now = state.clock.now();
    let live = state
        .db
        .read(client_id.to_owned(), move |tx, client_id| {
            Box::pin(async move { sessions::find_live(tx, &digest, client_id, now).await })
        })
        .await?;
    if let Some(live) = live
        .as_ref()
        .filter(|live| now - live.session.last_seen_at > TOUCH_EVERY)
    {
        let (id, idle) = (live.session.id, now + state.settings.sessions.idle());
        state
            .db
            .write_one((), move |tx, ()| Box::pin(sessions::touch(tx, id, now, idle)))
            .await?;
    }
    Ok(live)
}
