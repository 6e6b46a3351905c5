//! How a server stops. SIGTERM: `/readyz` says no from that moment on, requests are still taken for
//! `shutdown_grace_seconds`, so that a load balancer finds out before they fail; then nothing new is accepted, what runs is
//! finished, and the process ends well. SIGINT, the key of a person at a terminal, does without the wait. A second signal does
//! without the rest of it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;

use crate::flow::Fault;
use crate::flow::audit::running;
use crate::state::State;

/// How long a stop waits for the trail of events: a database that is away holds nobody up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The signals that tell a server to stop, from the moment on that this is made.
pub struct Signals {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// By whatever runs services.
    Terminate,
    /// By a person.
    Interrupt,
}

impl Signals {
    /// Listens to them from now on.
    ///
    /// # Errors
    /// The system does not let us.
    #[cfg(unix)]
    pub fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(not(unix))]
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.term.recv() => Told::Terminate,
            _ = self.interrupt.recv() => Told::Interrupt,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Told {
        // Where it cannot be listened to, nothing comes.
        match tokio::signal::ctrl_c().await {
            Ok(()) => Told::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Waits to be told, and stops the server; writes down that it started and was told to stop.
pub(super) async fn stop_when_told(mut signals: Signals, state: Arc<State>, server: ServerHandle) {
    noted(running::started(&state)).await;
    let told = signals.next().await;
    state.drain();
    noted(running::stopped(&state)).await;
    if told == Told::Terminate {
        let grace = Duration::from_secs(state.settings.shutdown_grace_seconds.into());
        tracing::info!(seconds = grace.as_secs(), "about to stop: not ready for new requests");
        tokio::select! {
            () = tokio::time::sleep(grace) => {}
            _ = signals.next() => {}
        }
    }
    tracing::info!("stopping: requests that run are finished");
    let finished = server.stop(true);
    tokio::select! {
        () = finished => {}
        _ = signals.next() => server.stop(false).await,
    }
}

async fn noted(writing: impl Future<Output = Result<(), Fault>>) {
    match tokio::time::timeout(PATIENCE, writing).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a start or stop could not be written down"),
        Err(_) => tracing::warn!("a start or stop could not be written down in time"),
    }
}
