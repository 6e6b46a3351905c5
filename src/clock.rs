//! The one place that reads the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::model::Timestamp;

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
