//! `rate_limits`: counters that hold for all nodes and over restarts. What is counted, and how often it may happen, is said by
//! `flow::limits`; a key says nothing of whom it is about.

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    /// One statement, whatever the counter holds, so that many at once are counted one by one. Beyond the limit nothing
    /// moves any more: the end that the first refusal was told stays true.
    COUNT = "INSERT INTO rate_limits AS r (key, count, window_ends_at) VALUES ($1, 1, $3) \
             ON CONFLICT (key) DO UPDATE SET \
               count = CASE WHEN r.window_ends_at <= $2 THEN 1 WHEN r.count > $4 THEN r.count ELSE r.count + 1 END, \
               window_ends_at = CASE WHEN r.window_ends_at <= $2 OR ($5 AND r.count < $4) THEN $3 ELSE r.window_ends_at END \
             RETURNING count, window_ends_at";
}

/// How long what was counted counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// From the first of a series. A steady trickle is never stopped; two series may meet, so that twice the limit happens
    /// within one length.
    Fixed,
    /// From the last that went through: no window of that length, wherever it begins, holds more than the limit.
    Sliding,
}

/// Counts one event; `None` when it is within the limit, else when the counter begins anew. The end of a window that begins
/// now is `ends_at`.
pub async fn count(
    tx: &mut Tx,
    key: &str,
    most: i64,
    window: Window,
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let sliding = window == Window::Sliding;
    let (count, end) = sql!(tx, one(i64, Timestamp), COUNT, key, now, ends_at, most, sliding)?;
    Ok((count > most).then_some(end))
}
