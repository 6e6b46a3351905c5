//! The link that shows that mail reaches an address.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Fault;
use super::letters;
use crate::crypto::{digest, random};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::letter::{Letter, Message};
use crate::model::secret::{Digest, Secret};
use crate::model::user::User;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, Tx, audit, users};

/// How long a verification link works.
pub const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// What a link verifies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verification {
    /// Whose address.
    pub user_id: Uuid,
    /// Which address: if the account has another one by then, nothing happens.
    pub email: String,
}

/// What a link would verify. Looking changes nothing: mail scanners look too.
pub async fn look(state: &State, token: &Secret) -> Result<Option<Verification>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { one_time_tokens::find(tx, Purpose::VerifyEmail, &digest, now).await })
    });
    Ok(found.await?)
}

/// Uses a link; `None` when it is used up, too old, or the account has another address now.
pub async fn confirm(state: &State, token: &Secret, origin: Origin) -> Result<Option<Verification>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let confirmed = state.db.write(origin, move |tx, origin| {
        Box::pin(async move {
            let found: Option<Verification> = one_time_tokens::consume(tx, Purpose::VerifyEmail, &digest, now).await?;
            let Some(found) = found else { return Ok(None) };
            if !users::set_email_verified(tx, found.user_id, &found.email, now).await? {
                return Ok(None);
            }
            let (origin, sub) = (origin.by(found.user_id.to_string()), found.user_id.to_string());
            audit::record(tx, AuditKind::EmailVerified, &origin, &sub, json!({}), now).await?;
            Ok(Some(found))
        })
    });
    Ok(confirmed.await?)
}

/// Promises another verification mail, in the language of `locale`.
pub async fn send_again(state: &State, user: &User, locale: &str) -> Result<(), Fault> {
    let link = VerificationLink::new(state, locale);
    let sent = state.db.write((link, user.clone()), |tx, (link, user)| {
        Box::pin(link.promise(tx, user))
    });
    Ok(sent.await?)
}

/// A link that verifies an address, and the letter around it.
pub(super) struct VerificationLink {
    digest: Digest,
    letter: Letter,
    now: Timestamp,
}

impl VerificationLink {
    pub(super) fn new(state: &State, locale: &str) -> Self {
        let secret = random::secret(random::prefix::LINK);
        let link = format!("{}/verify-email?token={}", state.issuer(), secret.expose());
        Self {
            digest: digest::digest(&secret),
            letter: state.write_letter(
                &Message::VerifyEmail {
                    link,
                    valid_for: LINK_LIFE.num_seconds().unsigned_abs(),
                },
                locale,
            ),
            now: state.clock.now(),
        }
    }

    pub(super) async fn promise(&self, tx: &mut Tx, user: &User) -> Result<(), StoreError> {
        let payload = Verification {
            user_id: user.id,
            email: user.email.clone(),
        };
        let end = self.now + LINK_LIFE;
        one_time_tokens::insert(tx, Purpose::VerifyEmail, &self.digest, &payload, self.now, end).await?;
        letters::promise(tx, &user.email, &self.letter, self.now).await
    }
}
