//! The job that keeps the promises of [`super::letters`]. A mail is claimed for a minute, delivered, and removed: a node that
//! dies in between leaves it to be claimed again, so that a mail may come twice and is never lost.

use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::letters;
use crate::metrics::Outbox;
use crate::model::letter::Letter;
use crate::outbound::mail::{Envelope, Refusal};
use crate::state::State;
use crate::store::StoreError;
use crate::store::outbox_mails::{self, OutboxMail};

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one node may take to deliver before another tries; longer than `mail.smtp_timeout_seconds` may be.
const CLAIM: TimeDelta = TimeDelta::minutes(1);
/// How long a stop waits for mail that is on its way.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a mail is tried, over some sixteen hours.
pub(super) const MOST_TRIES: i64 = 12;
/// The longest pause between two tries, in minutes.
const LONGEST_WAIT: i64 = 240;

/// The running job.
pub struct Deliveries {
    stop: watch::Sender<bool>,
    done: oneshot::Receiver<()>,
}

impl Deliveries {
    /// Claims no more and waits until the mail that is on its way has arrived and is removed from the outbox. What takes too
    /// long comes again at the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(PATIENCE, self.done).await.is_err() {
            tracing::warn!("mail that was on its way will be sent again");
        }
    }
}

/// Delivers what is due, until it is stopped or the installation is gone.
pub fn start(state: &Arc<State>) -> Deliveries {
    let (stop, stopped) = watch::channel(false);
    let (sender, done) = oneshot::channel();
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        run(state, stopped).await;
        // Nobody may be waiting.
        let _ = sender.send(());
    });
    Deliveries { stop, done }
}

async fn run(state: Weak<State>, mut stopped: watch::Receiver<bool>) {
    let mut under_way = FuturesUnordered::new();
    while !*stopped.borrow() {
        let Some(state) = state.upgrade() else { break };
        let room = state.settings.mail.deliveries.saturating_sub(under_way.len());
        match claim(&state, room).await {
            Ok(mails) => under_way.extend(mails.into_iter().map(|mail| deliver(Arc::clone(&state), mail))),
            Err(error) => tracing::warn!(%error, "the outbox will be looked at again"),
        }
        drop(state);
        tokio::select! {
            Some(()) = under_way.next() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

/// Claims what is due, as much as there is room for.
async fn claim(state: &State, room: usize) -> Result<Vec<OutboxMail>, StoreError> {
    let (now, room) = (state.clock.now(), i64::try_from(room).unwrap_or(0));
    let nothing_due = room == 0
        || state
            .db
            .read((), move |tx, ()| Box::pin(outbox_mails::next_due(tx, now)))
            .await?
            == 0;
    if nothing_due {
        return Ok(Vec::new());
    }
    state
        .db
        .write_one((), move |tx, ()| {
            Box::pin(outbox_mails::claim(tx, now, now + CLAIM, room))
        })
        .await
}

/// Delivers a mail and remembers how it went.
async fn deliver(state: Arc<State>, mail: OutboxMail) {
    let (id, attempts) = (mail.id, mail.attempts);
    let letter = Letter {
        subject: mail.subject,
        text: mail.body_text,
        html: mail.body_html,
    };
    let envelope = Envelope {
        id: &id.to_string(),
        to: &mail.recipient,
        letter: &letter,
        at: state.clock.now(),
    };
    if mail.recipient == letters::NOBODY {
        return forget(&state, id).await;
    }
    let outcome = state.mail.deliver(envelope).await;
    let now = state.clock.now();
    let remembered = match outcome {
        Ok(said) => {
            state.metrics.delivery(Outbox::Mail, true);
            tracing::debug!(mail = %id, said, "a mail has left");
            return forget(&state, id).await;
        }
        Err(refusal) => {
            state.metrics.delivery(Outbox::Mail, false);
            let next = next_try(&refusal, attempts);
            tracing::warn!(error = %refusal, mail = %id, attempts, for_good = next.is_none(), "a mail could not leave");
            let error = refusal.to_string();
            let put_off = state.db.write_one(error, move |tx, error| {
                Box::pin(async move {
                    match next {
                        Some(wait) => outbox_mails::retry(tx, id, now + wait, error).await,
                        None => outbox_mails::fail(tx, id, error, now).await,
                    }
                })
            });
            put_off.await
        }
    };
    note_trouble(id, remembered);
}

/// Removes what need not be sent any more.
async fn forget(state: &State, id: Uuid) {
    let gone = state
        .db
        .write_one((), move |tx, ()| Box::pin(outbox_mails::delete(tx, id)));
    note_trouble(id, gone.await);
}

fn note_trouble(id: Uuid, remembered: Result<(), StoreError>) {
    if let Err(error) = remembered {
        tracing::warn!(%error, mail = %id, "what became of a mail is not known: it will be sent again");
    }
}

/// After how long a refused mail is tried again: 1, 2, 4 … minutes, four hours at most. `None` when it is not.
fn next_try(refusal: &Refusal, attempts: i64) -> Option<TimeDelta> {
    match refusal {
        Refusal::ForGood(_) => None,
        Refusal::ForNow(_) if attempts >= MOST_TRIES => None,
        Refusal::ForNow(_) => {
            let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
            Some(TimeDelta::minutes((1_i64 << doublings).min(LONGEST_WAIT)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_for_some_sixteen_hours_ever_more_rarely() {
        let busy = Refusal::ForNow("busy".into());
        let waits: Vec<_> = (1..=MOST_TRIES).map_while(|try_| next_try(&busy, try_)).collect();
        let minutes: Vec<_> = waits.iter().map(TimeDelta::num_minutes).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]);
        assert_eq!(next_try(&busy, MOST_TRIES), None);
        assert_eq!(next_try(&busy, i64::MAX), None);
        assert_eq!(next_try(&busy, 0), Some(TimeDelta::minutes(1)));
    }

    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        assert_eq!(next_try(&Refusal::ForGood("no such user".into()), 1), None);
    }
}
