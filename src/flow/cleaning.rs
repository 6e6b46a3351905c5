//! Calls the cleaner every minute, removes the accounts whose day has come, and keeps the index of people.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Fault;
use super::account::deletion;
use super::audit::retention;
use super::{lost_factor, statistics};
use crate::clock::Steps;
use crate::state::State;
use crate::store::{cleaner, user_words};

const PAUSE: Duration = Duration::from_secs(60);
/// How long nothing is removed after the clock was set: time for whoever runs it to set it right.
const DOUBT: Duration = Duration::from_secs(3600);
/// How often the figures of the day are written down.
const COUNT_EVERY: Duration = Duration::from_secs(600);

/// Cleans until the database is closed. What is removed is gone, and removed for its age: while it is not certain what time it
/// is, nothing is.
pub fn start(state: &Arc<State>) {
    let (db, state) = (state.db.clone(), Arc::downgrade(state));
    db.spawn(async move {
        let mut steps = None;
        let mut doubtful_until = None;
        let mut counted: Option<Instant> = None;
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(state) = state.upgrade().map(|state| state.current()) else {
                return;
            };
            let (now, passed) = (state.clock.now(), Instant::now());
            if let Some(by) = steps.get_or_insert_with(|| Steps::new(now, passed)).look(now, passed) {
                let seconds = by.num_seconds();
                tracing::error!(
                    seconds,
                    "the clock of this machine was set: nothing is removed for an hour"
                );
                state.metrics.clock_stepped();
                doubtful_until = Some(passed + DOUBT);
            }
            if doubtful_until.is_some_and(|until| passed < until) {
                continue;
            }
            if counted.is_none_or(|at| passed - at >= COUNT_EVERY) {
                counted = Some(passed);
                if let Err(error) = statistics::gather(&state).await {
                    tracing::warn!(%error, "the figures of the day will be counted later");
                }
            }
            match deletion::run_due(&state).await {
                Ok(0) => {}
                Ok(accounts) => tracing::info!(accounts, "removed accounts whose day had come"),
                Err(error) => tracing::warn!(%error, "accounts whose day has come will be looked at again"),
            }
            if let Err(error) = lost_factor::run_due(&state).await {
                tracing::warn!(%error, "waits for lost second factors will be looked at again");
            }
            if let Err(error) = index(&state).await {
                tracing::warn!(%error, "the words by which people are found will be made later");
            }
            match retention::run(&state).await {
                Ok(0) => {}
                Ok(events) => tracing::info!(events, "removed audit events whose time was over"),
                Err(error) => tracing::error!(%error, "old audit events will be looked at again"),
            }
            match cleaner::clean(&state.db, state.clock.now()).await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(rows, "cleaned"),
                Err(error) => tracing::warn!(%error, "the cleaner will try again"),
            }
        }
    });
}

/// Makes the words of people whose words are those of an older version: after an upgrade, everybody's.
async fn index(state: &State) -> Result<(), Fault> {
    const BATCH: i64 = 100;
    loop {
        let outdated = state.db.read((), |tx, ()| Box::pin(user_words::outdated(tx, BATCH)));
        let outdated = outdated.await?;
        if outdated.is_empty() {
            return Ok(());
        }
        let made = state.db.write(outdated, |tx, people| {
            Box::pin(async move {
                for id in people {
                    user_words::renew(tx, *id).await?;
                }
                Ok(())
            })
        });
        made.await?;
    }
}
