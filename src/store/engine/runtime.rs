//! The store's own runtime. A web worker is a single-threaded runtime that signs and hashes; a socket opened there would stall
//! whenever it is busy, and a unit awaited there would die with its request. So sockets and units live here.

use std::future::Future;
use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::error::StoreError;

pub(in crate::store) struct StoreRuntime {
    runtime: Option<Runtime>,
}

impl StoreRuntime {
    pub fn start(threads: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .thread_name("passgate-store")
            .enable_all()
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Runs `work` here, to its end even when the caller stops waiting for it.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self.spawn(work) {
            None => Err(closed()),
            Some(task) => match task.await {
                Ok(result) => result,
                Err(error) if error.is_panic() => Err(panicked()),
                Err(_) => Err(closed()),
            },
        }
    }

    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<JoinHandle<T>> {
        self.runtime.as_ref().map(|runtime| runtime.spawn(work))
    }
}

impl Drop for StoreRuntime {
    fn drop(&mut self) {
        // A plain drop would block, which is not allowed on another runtime's thread.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(in crate::store) fn closed() -> StoreError {
    StoreError::Unavailable("the database has been closed".to_owned())
}

pub(in crate::store) fn panicked() -> StoreError {
    StoreError::Other("the unit panicked".to_owned())
}
