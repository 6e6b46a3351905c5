//! Mail that a unit of work promises, and the job that keeps the promises. Nothing waits for mail.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::crypto::random;
use crate::model::Timestamp;
use crate::model::letter::Letter;
use crate::outbound::mail::Capture;
use crate::state::State;
use crate::store::outbox_mails::{self, OutboxMail};
use crate::store::{StoreError, Tx};

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one node may take to deliver before another tries.
const CLAIM: TimeDelta = TimeDelta::minutes(1);

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
    Capture::new(state.settings.mail_dir(), state.settings.mail.from.clone())
}

/// Delivers what is due, until the database is closed.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(state) = state.upgrade() else { return };
            if let Err(error) = deliver_due(&state).await {
                tracing::warn!(%error, "the outbox will be looked at again");
            }
        }
    });
}

async fn deliver_due(state: &State) -> Result<(), StoreError> {
    let now = state.clock.now();
    if state
        .db
        .read((), move |tx, ()| Box::pin(outbox_mails::next_due(tx, now)))
        .await?
        == 0
    {
        return Ok(());
    }
    let mails = state
        .db
        .write_one((), move |tx, ()| Box::pin(outbox_mails::claim(tx, now, now + CLAIM)))
        .await?;
    let capture = capture(state);
    for mail in mails {
        let letter = Letter {
            subject: mail.subject,
            text: mail.body_text,
            html: mail.body_html,
        };
        let id = mail.id;
        match capture.deliver(&id.to_string(), &mail.recipient, &letter, now) {
            Ok(()) => {
                state
                    .db
                    .write_one((), move |tx, ()| Box::pin(outbox_mails::delete(tx, id)))
                    .await?
            }
            Err(error) => {
                // 1, 2, 4 … minutes, a day at most.
                let minutes = 1_i64
                    .checked_shl(u32::try_from(mail.attempts).unwrap_or(10).min(10))
                    .unwrap_or(1440);
                let at = now + TimeDelta::minutes(minutes.min(1440));
                tracing::warn!(%error, mail = %id, attempts = mail.attempts, "a mail could not leave");
                state
                    .db
                    .write_one((), move |tx, ()| Box::pin(outbox_mails::retry(tx, id, at)))
                    .await?;
            }
        }
    }
    Ok(())
}
