//! Mail as administrators see it: what waits, what will not leave and why.

use chrono::TimeDelta;
use uuid::Uuid;

use super::Fault;
use super::outbox::MOST_TRIES;
use crate::crypto::random;
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::letter::Message;
use crate::model::user::User;
use crate::outbound::mail::{Envelope, Refusal};
use crate::state::State;
use crate::store::outbox_mails::{self, Counts, MailRow};
use crate::store::{Db, StoreError};

/// Most mails that a list shows.
const MOST_ROWS: i64 = 1000;
/// How old a mail may be before it counts as late.
const LATE: TimeDelta = TimeDelta::hours(1);

/// Which mails are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Everything that has not left.
    All,
    /// What will not leave.
    Failed,
}

/// Mails that have not left, oldest first; a thousand at most. What they say is not shown: it may be a secret.
pub async fn list(state: &State, which: Which) -> Result<Vec<MailRow>, Fault> {
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            match which {
                Which::All => outbox_mails::list(tx, MOST_ROWS).await,
                Which::Failed => outbox_mails::list_failed(tx, MOST_ROWS).await,
            }
        })
    });
    Ok(found.await?)
}

/// Mails to any address of a person that will not leave.
pub async fn failed_to(state: &State, user: &User) -> Result<Vec<MailRow>, Fault> {
    let id = user.id;
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(outbox_mails::failed_to(tx, id, MOST_ROWS)));
    Ok(found.await?)
}

/// Tries a mail anew, as if it had just been promised; false where there is none.
pub async fn retry(state: &State, id: Uuid) -> Result<bool, Fault> {
    let now = state.clock.now();
    let revived = state
        .db
        .write_one((), move |tx, ()| Box::pin(outbox_mails::revive(tx, id, now)));
    Ok(revived.await?)
}

/// The same for every mail that failed; gives their number.
pub async fn retry_failed(state: &State) -> Result<u64, Fault> {
    let now = state.clock.now();
    let revived = state
        .db
        .write_one((), move |tx, ()| Box::pin(outbox_mails::revive_failed(tx, now)));
    Ok(revived.await?)
}

/// Why a test mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// Not an address.
    #[error("not an e-mail address")]
    Address,
    /// What the other side said.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Sends a mail at once, past the outbox, and gives what the other side said of it.
pub async fn test(state: &State, address: &str, locale: &str) -> Result<String, TestError> {
    let address = email::parse(address).map_err(|_| TestError::Address)?;
    let letter = state.write_letter(&Message::Test, locale);
    let now = state.clock.now();
    let envelope = Envelope {
        id: &random::uuid_at(now).to_string(),
        to: address.address(),
        letter: &letter,
        at: now,
    };
    Ok(state.mail.deliver(envelope).await?)
}

/// How the outbox stands.
pub(super) async fn counts(db: &Db, now: Timestamp) -> Result<Counts, StoreError> {
    db.read((), move |tx, ()| {
        Box::pin(outbox_mails::counts(tx, MOST_TRIES, now - LATE))
    })
    .await
}
