//! Traces of requests, between the request and the job that stores them. A request pays for a look into a table in memory; it
//! waits for nobody, and what would be too much is not kept.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;

use crate::model::Timestamp;
use crate::model::audit::Origin;
use crate::model::request_trace::RequestTrace;

/// Traces that wait at most; the job comes every second.
const ROOM: usize = 2_000;

/// How often traces of a client are kept on this node: so many at once, then one in so many microseconds.
struct Pace {
    burst: i64,
    every: i64,
}

const FAILURES: Pace = Pace {
    burst: 50,
    every: 1_000_000,
};
const SUCCESSES: Pace = Pace {
    burst: 20,
    every: 6_000_000,
};

/// When the next trace of each sort would be on time.
#[derive(Default)]
struct Budget {
    failures: AtomicI64,
    successes: AtomicI64,
}

/// A client that did not prove who it is, from an address; the event is written once a minute for each.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The client.
    pub client_id: String,
    /// From where.
    pub origin: Origin,
    /// When.
    pub at: Timestamp,
}

/// What waits, and how much of each client is kept.
pub struct RequestLog {
    waiting: Mutex<Vec<RequestTrace>>,
    refusals: Mutex<Vec<Refusal>>,
    told: Cache<(String, String), Timestamp>,
    /// Held while what was taken is stored, so that whoever looks for it afterwards finds it.
    pub storing: tokio::sync::Mutex<()>,
    budgets: Cache<String, Arc<Budget>>,
    unknown: Budget,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            refusals: Mutex::default(),
            told: Cache::builder().max_capacity(10_000).build(),
            storing: tokio::sync::Mutex::default(),
            budgets: Cache::builder().max_capacity(10_000).build(),
            unknown: Budget::default(),
        }
    }
}

impl RequestLog {
    /// Whether a trace is to be made; `None` stands for all clients that do not exist, which share one budget.
    pub fn admits(&self, client: Option<&str>, failed: bool, now: Timestamp) -> bool {
        let judge = |budget: &Budget| match failed {
            true => FAILURES.admits(&budget.failures, now),
            false => SUCCESSES.admits(&budget.successes, now),
        };
        match client {
            None => judge(&self.unknown),
            Some(client) => match self.budgets.get(client) {
                Some(budget) => judge(&budget),
                None => judge(&self.budgets.get_with_by_ref(client, Arc::default)),
            },
        }
    }

    /// Keeps a trace until the job comes.
    pub fn push(&self, trace: RequestTrace) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < ROOM {
            waiting.push(trace);
        }
    }

    /// Notes that a client did not prove who it is, unless the same was noted in the last minute.
    pub fn refused(&self, client_id: &str, origin: &Origin, now: Timestamp) {
        let key = (client_id.to_owned(), origin.address.clone());
        if self
            .told
            .get(&key)
            .is_some_and(|told| now - told < chrono::TimeDelta::minutes(1))
        {
            return;
        }
        self.told.insert(key, now);
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if refusals.len() < ROOM {
            refusals.push(Refusal {
                client_id: client_id.to_owned(),
                origin: origin.clone(),
                at: now,
            });
        }
    }

    /// Takes the refusals that wait.
    pub fn take_refusals(&self) -> Vec<Refusal> {
        std::mem::take(&mut *self.refusals.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes everything that waits.
    pub fn take(&self) -> Vec<RequestTrace> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pace {
    fn admits(&self, next: &AtomicI64, now: Timestamp) -> bool {
        let now = now.timestamp_micros();
        let latest = now + self.burst * self.every;
        next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
            let next = next.max(now) + self.every;
            (next <= latest).then_some(next)
        })
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn so_many_at_once_then_one_in_a_while() {
        let log = RequestLog::default();
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let admitted = |failed, now| (0..1_000).filter(|_| log.admits(Some("web"), failed, now)).count();
        assert_eq!((admitted(true, now), admitted(false, now)), (50, 20));
        let later = now + TimeDelta::seconds(12);
        assert_eq!((admitted(true, later), admitted(false, later)), (12, 2));
        // Others have their own, and strangers one together.
        assert!(log.admits(Some("other"), true, now));
        assert_eq!((0..1_000).filter(|_| log.admits(None, true, now)).count(), 50);
    }
}
