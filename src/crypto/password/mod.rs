//! Passwords: Argon2id (RFC 9106) on a pool of its own. What another system hashed is verified there as well, in the forms
//! of [`form`]; one form, one file.
//!
//! Hashing takes tens of milliseconds of a core and many megabytes. So there are as many hashing threads as cores, each
//! with its own memory that is used again and given back after a quiet while, and a bounded queue: when it is full the
//! answer is "busy", and nothing else waits for it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use self::worker::Worker;
use crate::metrics::HashingMeter;
use crate::model::password::Cost;
use crate::model::secret::Secret;

mod argon2;
mod bcrypt;
mod firebase;
mod form;
mod pbkdf2;
mod scrypt;
mod text;
mod worker;

#[cfg(test)]
mod tests;

pub use firebase::Parameters as FirebaseParameters;
pub use form::{FormError, check};

const QUIET: Duration = Duration::from_secs(5);

/// What comes of comparing a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the right one.
    pub matches: bool,
    /// Whether the stored hash has another form or cost than is set now.
    pub outdated: bool,
}

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full: answer 503 with Retry-After.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The cost that is set cannot be.
    #[error("passwords cannot be hashed at the cost that is set")]
    Unusable,
}

enum Task {
    Hash(Secret, oneshot::Sender<Result<String, PasswordError>>),
    Verify(Secret, Option<String>, oneshot::Sender<Result<Verdict, PasswordError>>),
}

/// The pool. Dropping it ends its threads.
pub struct PasswordPool {
    queue: Arc<Queue>,
}

struct Queue {
    performed: AtomicU64,
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    capacity: usize,
    meter: HashingMeter,
}

struct Waiting {
    tasks: VecDeque<(Instant, Task)>,
    closed: bool,
}

enum Next {
    Task(Task),
    Quiet,
    Closed,
}

impl Queue {
    fn count(&self) {
        self.performed.fetch_add(1, Ordering::Relaxed);
    }

    fn push(&self, task: Task) -> Result<(), PasswordError> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.tasks.len() >= self.capacity {
            self.meter.refused();
            return Err(PasswordError::Busy);
        }
        waiting.tasks.push_back((Instant::now(), task));
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for a task; a worker that holds memory is woken after a quiet while to give it back.
    fn next(&self, holds_memory: bool) -> Next {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some((since, task)) = waiting.tasks.pop_front() {
                self.meter.waited(since.elapsed());
                return Next::Task(task);
            }
            if waiting.closed {
                return Next::Closed;
            }
            if holds_memory {
                let (guard, timeout) = self
                    .arrived
                    .wait_timeout(waiting, QUIET)
                    .unwrap_or_else(PoisonError::into_inner);
                waiting = guard;
                if timeout.timed_out() && waiting.tasks.is_empty() {
                    return Next::Quiet;
                }
            } else {
                waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl Drop for PasswordPool {
    fn drop(&mut self) {
        self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.queue.arrived.notify_all();
    }
}

impl PasswordPool {
    /// Starts `threads` threads; at most `queue` tasks wait.
    pub fn start(cost: Cost, threads: usize, queue: usize) -> std::io::Result<Self> {
        let queue = Arc::new(Queue {
            performed: AtomicU64::new(0),
            waiting: Mutex::new(Waiting {
                tasks: VecDeque::new(),
                closed: false,
            }),
            arrived: Condvar::new(),
            capacity: queue.max(1),
            meter: HashingMeter::default(),
        });
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || Worker::new(cost).run(&queue))?;
        }
        Ok(Self { queue })
    }

    /// How many passwords were hashed or compared since the start: two answers that must not tell apart who has an account cost
    /// the same number.
    pub fn performed(&self) -> u64 {
        self.queue.performed.load(Ordering::Relaxed)
    }

    /// What is counted.
    pub fn meter(&self) -> &HashingMeter {
        &self.queue.meter
    }

    /// How many passwords wait.
    pub fn depth(&self) -> usize {
        let waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.tasks.len()
    }

    /// Hashes a password for storing, as a PHC string.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let (answer, result) = oneshot::channel();
        self.queue.push(Task::Hash(password, answer))?;
        result.await.unwrap_or(Err(PasswordError::Busy))
    }

    /// Compares a password with a stored hash. `None` costs the same as a wrong password; so does a hash that cannot be
    /// read or would cost more than the bounds, which no password matches and the log tells of.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict, PasswordError> {
        let (answer, result) = oneshot::channel();
        self.queue.push(Task::Verify(password, stored, answer))?;
        result.await.unwrap_or(Err(PasswordError::Busy))
    }
}
