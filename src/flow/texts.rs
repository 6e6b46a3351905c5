//! Text messages that a unit of work promises, and the job that keeps the promises. Nothing waits for a text. One is claimed
//! for a minute, delivered, and removed: a node that dies in between leaves it to be claimed again, so that a text may come
//! twice and is never lost. It holds a code that lives for minutes, so after minutes nobody tries any more.

use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use uuid::Uuid;

use super::Fault;
use super::limits::{self, Limit, Verdict};
use crate::crypto::random;
use crate::metrics::Outbox;
use crate::model::Timestamp;
use crate::model::secret::Secret;
use crate::outbound::sms::{Capture, Hook, Provider, Refusal, Text, Twilio};
use crate::settings::{Settings, SmsProvider};
use crate::state::State;
use crate::store::outbox_texts::{self, OutboxText, TextRow};
use crate::store::{StoreError, Tx};

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one node may take to deliver before another tries.
const CLAIM: TimeDelta = TimeDelta::minutes(1);
/// Texts that are on their way at once.
const AT_ONCE: i64 = 8;
/// Seconds between one try and the next: eight minutes in all, of the ten that a code lives.
const WAITS: [i64; 5] = [5, 15, 45, 120, 300];

/// Promises a text in the transaction of what it tells of. `to` is a number in the form of E.164.
pub(super) async fn promise(tx: &mut Tx, to: &str, text: &str, now: Timestamp) -> Result<(), StoreError> {
    outbox_texts::insert(tx, random::uuid_at(now), to, text, now).await
}

/// Texts that have not left, oldest first; a thousand at most. `failed` are those that will not leave. What they say is not
/// shown.
pub async fn list(state: &State, failed: bool) -> Result<Vec<TextRow>, Fault> {
    const MOST: i64 = 1000;
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(outbox_texts::list(tx, failed, MOST)));
    Ok(found.await?)
}

/// What a code says, the same in every language: the service, the code, and the line by which browsers offer it to our pages
/// alone (WICG "Origin-bound one-time codes delivered via SMS").
pub(super) fn code(state: &State, code: &Secret) -> String {
    let host = url::Url::parse(state.issuer())
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    let code = code.expose();
    format!("{}: {code}\n\n@{host} #{code}", state.settings.branding.name)
}

/// Counts a text to a number that a person has typed, unless there were too many: to the number, by whomever, or by the person,
/// who could make us pay for texts to anybody. The number is in the form of E.164.
pub(super) async fn may_ask(state: &State, user_id: Uuid, number: &str) -> Result<Verdict, Fault> {
    match limits::count(state, Limit::TextsOf(user_id)).await? {
        Verdict::Within => limits::count(state, Limit::CodeTo(number)).await,
        over => Ok(over),
    }
}

/// Whether texts reach people: a provider is set, or this is where things are tried and texts are read in the folder.
pub fn is_available(state: &State) -> bool {
    can_leave(&state.settings)
}

/// The same of settings alone.
pub fn can_leave(settings: &Settings) -> bool {
    settings.is_development() || settings.sms.provider != SmsProvider::Capture
}

/// The folder that captures the texts of an installation.
pub fn capture(settings: &Settings) -> Capture {
    Capture::new(settings.data_dir.join("sms"))
}

/// The way that texts take by the settings. Nothing is asked of a provider yet.
///
/// # Errors
/// A sentence about a secret that cannot be read or used.
pub fn provider(settings: &Settings) -> Result<Provider, String> {
    let sms = &settings.sms;
    let secret = || match sms.secret_file.as_str() {
        "" => Ok(Secret::new(sms.secret.clone())),
        path => std::fs::read_to_string(path)
            .map(|text| Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
            .map_err(|error| format!("{path}: {error}")),
    };
    Ok(match sms.provider {
        SmsProvider::Capture => Provider::Capture(capture(settings)),
        SmsProvider::Http => Provider::Hook(
            Hook::new(sms.url.clone(), &secret()?)
                .map(Box::new)
                .map_err(|error| error.to_string())?,
        ),
        SmsProvider::Twilio => Provider::Twilio(Twilio::new(&sms.url, &sms.account, &secret()?, sms.sender.clone())),
    })
}

/// Delivers what is due, until the installation is gone.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(run(state));
}

async fn run(state: Weak<State>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let Some(state) = state.upgrade() else { return };
        match claim(&state).await {
            Ok(texts) => drop(join_all(texts.into_iter().map(|text| deliver(&state, text))).await),
            Err(error) => tracing::warn!(%error, "the outbox of texts will be looked at again"),
        }
    }
}

async fn claim(state: &State) -> Result<Vec<OutboxText>, StoreError> {
    let now = state.clock.now();
    let due = state
        .db
        .read((), move |tx, ()| Box::pin(outbox_texts::next_due(tx, now)));
    if due.await? == 0 {
        return Ok(Vec::new());
    }
    let claimed = state.db.write_one((), move |tx, ()| {
        Box::pin(outbox_texts::claim(tx, now, now + CLAIM, AT_ONCE))
    });
    claimed.await
}

/// Delivers a text and remembers how it went.
async fn deliver(state: &State, text: OutboxText) {
    let (id, attempts) = (text.id, text.attempts);
    let outcome = state
        .texts
        .deliver(
            &state.http,
            Text {
                id: &id.to_string(),
                to: &text.recipient,
                body: &text.body,
                at: state.clock.now(),
            },
        )
        .await;
    let now = state.clock.now();
    let remembered = match outcome {
        Ok(()) => {
            state.metrics.delivery(Outbox::Text, true);
            let gone = state
                .db
                .write_one((), move |tx, ()| Box::pin(outbox_texts::delete(tx, id)));
            gone.await
        }
        Err(refusal) => {
            state.metrics.delivery(Outbox::Text, false);
            let next = next_try(&refusal, attempts);
            tracing::warn!(error = %refusal, text = %id, attempts, for_good = next.is_none(), "a text could not leave");
            let put_off = state.db.write_one(refusal.to_string(), move |tx, error| {
                Box::pin(async move {
                    match next {
                        Some(wait) => outbox_texts::retry(tx, id, now + wait, error).await,
                        None => outbox_texts::fail(tx, id, error, now).await,
                    }
                })
            });
            put_off.await
        }
    };
    if let Err(error) = remembered {
        tracing::warn!(%error, text = %id, "what became of a text is not known: it will be sent again");
    }
}

/// After how long a refused text is tried again; `None` when it is not.
fn next_try(refusal: &Refusal, attempts: i64) -> Option<TimeDelta> {
    match refusal {
        Refusal::ForGood(_) => None,
        Refusal::ForNow(_) => {
            let tried = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default();
            WAITS.get(tried).map(|seconds| TimeDelta::seconds(*seconds))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_tried_while_its_code_lives() {
        let busy = Refusal::ForNow("busy".into());
        let waits: Vec<_> = (1..20).map_while(|attempt| next_try(&busy, attempt)).collect();
        let seconds: Vec<_> = waits.iter().map(TimeDelta::num_seconds).collect();
        assert_eq!(seconds, WAITS);
        assert!(seconds.iter().sum::<i64>() < 600);
        assert_eq!(next_try(&busy, i64::MAX), None);
        assert_eq!(next_try(&Refusal::ForGood("no such number".into()), 1), None);
    }
}
