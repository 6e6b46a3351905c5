//! The one place that reads the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use chrono::TimeDelta;

use crate::model::Timestamp;

/// How far a clock that is kept right by small corrections may be off in a minute.
const TOLERANCE: TimeDelta = TimeDelta::seconds(10);

/// Gives the time in whole microseconds: the system's, or one that a test moves.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self(None)
    }

    /// A time that stands still until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(start.timestamp_micros()))))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        let micros = match &self.0 {
            Some(manual) => manual.load(Ordering::SeqCst),
            None => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place")]
                let now = chrono::Utc::now();
                now.timestamp_micros()
            }
        };
        chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Moves a manual clock forward; the system's is left alone.
    pub fn advance(&self, by: std::time::Duration) {
        if let Some(manual) = &self.0 {
            manual.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

/// Notices that the clock of the machine was set: the time that it shows and the time that merely passes come apart.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    shown: Timestamp,
    passed: Instant,
}

impl Steps {
    /// Begins to look.
    pub fn new(shown: Timestamp, passed: Instant) -> Self {
        Self { shown, passed }
    }

    /// How far the clock was set since the last look, forward or back; `None` when it only went on.
    pub fn look(&mut self, shown: Timestamp, passed: Instant) -> Option<TimeDelta> {
        let by_clock = shown - self.shown;
        let really = TimeDelta::from_std(passed.saturating_duration_since(self.passed)).unwrap_or(TimeDelta::MAX);
        *self = Self { shown, passed };
        let apart = by_clock - really;
        (apart.abs() > TOLERANCE).then_some(apart)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_once() {
        let (noon, began) = (Clock::manual(Timestamp::default()).now(), Instant::now());
        let mut steps = Steps::new(noon, began);
        let mut at = |shown: i64, passed: u64| {
            let step = steps.look(noon + TimeDelta::seconds(shown), began + Duration::from_secs(passed));
            step.map(|step| step.num_seconds())
        };
        assert_eq!(at(60, 60), None);
        assert_eq!(at(121, 120), None, "clocks are slewed");
        assert_eq!(at(3781, 180), Some(3600));
        assert_eq!(at(3841, 240), None);
        assert_eq!(at(301, 300), Some(-3600));
        assert_eq!(at(361, 360), None);
    }
}
