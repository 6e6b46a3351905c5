//! A unit of work whose types the engine does not know. There are hundreds of units: whatever runs them, runs them again and
//! commits them is compiled once, not once for each.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::error::StoreError;
use super::tx::Tx;

/// A unit: what it gives is put where whoever asked for it looks.
pub(in crate::store) struct Unit(Box<dyn Run>);

/// Where the result of a unit is, once it is committed.
pub(in crate::store) struct Given<T>(Arc<Mutex<Option<T>>>);

trait Run: Send + Sync {
    fn run<'t>(&'t self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>>;
}

struct Typed<I, T, U> {
    input: I,
    unit: U,
    given: Arc<Mutex<Option<T>>>,
}

impl<I, T, U> Run for Typed<I, T, U>
where
    I: Send + Sync,
    T: Send,
    U: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync,
{
    fn run<'t>(&'t self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        Box::pin(async move {
            let value = (self.unit)(tx, &self.input).await?;
            // Of a unit that runs again the last run counts.
            *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        })
    }
}

impl Unit {
    /// Makes one of a unit and its input.
    pub fn of<I, T, U>(input: I, unit: U) -> (Self, Given<T>)
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        U: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, StoreError>> + Send + Sync + 'static,
    {
        let given = Arc::default();
        let typed = Typed {
            input,
            unit,
            given: Arc::clone(&given),
        };
        (Self(Box::new(typed)), Given(given))
    }

    /// Runs it.
    pub fn run<'t>(&'t self, tx: &'t mut Tx) -> BoxFuture<'t, Result<(), StoreError>> {
        self.0.run(tx)
    }
}

impl<T> Given<T> {
    /// Takes what the unit gave.
    pub fn take(self) -> Result<T, StoreError> {
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        given.ok_or_else(|| StoreError::Other("the unit gave nothing".to_owned()))
    }
}
