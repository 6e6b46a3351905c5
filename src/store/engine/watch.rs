//! Which statements the units of a database run, for tests that hold the work of two requests against each other: what a
//! stranger may not learn from an answer must not show in the work for it either. Off, and then one atomic read a statement.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What has been run since somebody began to look.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Watch(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    on: AtomicBool,
    seen: Mutex<Vec<String>>,
}

impl Watch {
    /// Begins to look.
    pub fn begin(&self) {
        self.seen().clear();
        self.0.on.store(true, Ordering::Relaxed);
    }

    /// Ends it; gives what was seen, in its order.
    pub fn end(&self) -> Vec<String> {
        self.0.on.store(false, Ordering::Relaxed);
        std::mem::take(&mut *self.seen())
    }

    /// A statement is about to run.
    pub fn note(&self, text: &str) {
        if self.0.on.load(Ordering::Relaxed) {
            self.seen().push(text.to_owned());
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
