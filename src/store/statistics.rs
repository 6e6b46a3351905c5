//! `statistics_days`: figures of each day, and what they are counted from.

use std::time::Duration;

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    FIND = "SELECT day, name, value FROM statistics_days WHERE day >= $1 AND day < $2 ORDER BY day, name";
    /// A figure only grows: another node counted later, or the events that it counts are forgotten by now.
    PUT = "INSERT INTO statistics_days (day, name, value) VALUES ($1, $2, $3) \
           ON CONFLICT (day, name) DO UPDATE SET value = excluded.value WHERE excluded.value > statistics_days.value";
    COUNT_EVENTS = "SELECT COUNT(*) FROM \
                    (SELECT 1 FROM audit_events WHERE kind = $1 AND at >= $2 AND at < $3 LIMIT $4) counted";
    COUNT_SESSIONS = "SELECT COUNT(*) FROM (SELECT 1 FROM sessions WHERE expires_at > $1 AND idle_expires_at > $1 \
                      AND ended_at IS NULL LIMIT $2) alive";
}

/// How long figures are kept.
pub const KEPT: Duration = Duration::from_secs(400 * 86_400);

/// A figure of a day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Figure {
    /// The first moment of the day, in UTC.
    pub day: Timestamp,
    /// Of what.
    pub name: String,
    /// How many.
    pub value: i64,
}

/// The figures of the days from one moment to another, oldest first.
pub async fn find(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Figure>, StoreError> {
    sql!(tx, all Figure, FIND, from, to)
}

/// Writes a figure down, if it is more than what is written.
pub async fn put(tx: &mut Tx, day: Timestamp, name: &str, value: i64) -> Result<(), StoreError> {
    sql!(tx, execute, PUT, day, name, value).map(drop)
}

/// How many events of a kind happened in a span, up to `most`.
pub async fn count_events(
    tx: &mut Tx,
    kind: &str,
    from: Timestamp,
    to: Timestamp,
    most: i64,
) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_EVENTS, kind, from, to, most)
}

/// How many browsers are signed in, up to `most`.
pub async fn count_sessions(tx: &mut Tx, now: Timestamp, most: i64) -> Result<i64, StoreError> {
    sql!(tx, scalar i64, COUNT_SESSIONS, now, most)
}
