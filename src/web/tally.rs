//! Counts what happens to a key within a minute, and remembers for a while that it was too much. Unlike a limit it is told
//! afterwards: only what went wrong counts. In memory, with an end.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use moka::sync::Cache;

use crate::model::Timestamp;

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// See the module.
pub struct Tally<K> {
    most: u32,
    holds: TimeDelta,
    counts: Cache<K, Arc<Mutex<Count>>>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    began: Timestamp,
    count: u32,
    over_until: Timestamp,
}

impl<K: Hash + Eq + Send + Sync + 'static> Tally<K> {
    /// More than `most` within a minute is too much, and remembered for as long as `holds`; `keys` are kept at most.
    pub fn new(most: u32, holds: TimeDelta, keys: u64) -> Self {
        let idle = (holds + MINUTE).to_std().unwrap_or_default();
        Self {
            most,
            holds,
            counts: Cache::builder().max_capacity(keys).time_to_idle(idle).build(),
        }
    }

    /// Counts once.
    pub fn note(&self, key: K, now: Timestamp) {
        self.note_up_to(key, self.most, now);
    }

    /// Counts once for a key that has a limit of its own.
    pub fn note_up_to(&self, key: K, most: u32, now: Timestamp) {
        let count = self.counts.get_with(key, Arc::default);
        let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
        if now - count.began >= MINUTE {
            (count.began, count.count) = (now, 0);
        }
        count.count = count.count.saturating_add(1);
        if count.count > most {
            count.over_until = now + self.holds;
        }
    }

    /// Until when it was too much; `None` when it is not.
    pub fn is_over(&self, key: &K, now: Timestamp) -> Option<Timestamp> {
        let count = self.counts.get(key)?;
        let until = count.lock().unwrap_or_else(PoisonError::into_inner).over_until;
        (until > now).then_some(until)
    }
}
