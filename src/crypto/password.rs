//! Passwords: Argon2id (RFC 9106) on a pool of its own.
//!
//! Hashing takes tens of milliseconds of a core and many megabytes. So there are as many hashing threads as cores, each
//! with its own memory that is used again and given back after a quiet while, and a bounded queue: when it is full the
//! answer is "busy", and nothing else waits for it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;

use super::digest::constant_time_eq;
use super::random;
use crate::model::password::Cost;
use crate::model::secret::Secret;

const OUTPUT_LEN: usize = 32;
const QUIET: Duration = Duration::from_secs(5);
/// What a stored hash may cost at most: beyond that a row is damage or an attack.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_ITERATIONS: u32 = 64;

/// What comes of comparing a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the right one.
    pub matches: bool,
    /// Whether the stored hash has another cost than is set now.
    pub outdated: bool,
}

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full: answer 503 with Retry-After.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The stored hash cannot be read, or would cost more than the bounds.
    #[error("the stored password hash cannot be used")]
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
}

struct Waiting {
    tasks: VecDeque<Task>,
    closed: bool,
}

enum Next {
    Task(Task),
    Quiet,
    Closed,
}

impl Queue {
    fn push(&self, task: Task) -> Result<(), PasswordError> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.tasks.len() >= self.capacity {
            return Err(PasswordError::Busy);
        }
        waiting.tasks.push_back(task);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for a task; a worker that holds memory is woken after a quiet while to give it back.
    fn next(&self, holds_memory: bool) -> Next {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(task) = waiting.tasks.pop_front() {
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
        });
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || {
                    Worker {
                        cost,
                        memory: Vec::new(),
                    }
                    .run(&queue)
                })?;
        }
        Ok(Self { queue })
    }

    /// How many passwords were hashed or compared since the start: two answers that must not tell apart who has an account cost
    /// the same number.
    pub fn performed(&self) -> u64 {
        self.queue.performed.load(Ordering::Relaxed)
    }

    /// Hashes a password for storing, as a PHC string.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let (answer, result) = oneshot::channel();
        self.queue.push(Task::Hash(password, answer))?;
        result.await.unwrap_or(Err(PasswordError::Busy))
    }

    /// Compares a password with a stored hash. `None` costs the same as a wrong password.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict, PasswordError> {
        let (answer, result) = oneshot::channel();
        self.queue.push(Task::Verify(password, stored, answer))?;
        result.await.unwrap_or(Err(PasswordError::Busy))
    }
}

struct Worker {
    cost: Cost,
    memory: Vec<Block>,
}

impl Worker {
    fn run(mut self, queue: &Queue) {
        loop {
            match queue.next(!self.memory.is_empty()) {
                Next::Task(task) => {
                    queue.performed.fetch_add(1, Ordering::Relaxed);
                    self.perform(task);
                }
                Next::Quiet => self.memory = Vec::new(),
                Next::Closed => return,
            }
        }
    }

    /// A caller who has gone away is no failure.
    fn perform(&mut self, task: Task) {
        match task {
            Task::Hash(password, answer) if !answer.is_closed() => {
                let _gone = answer.send(self.hash(&password));
            }
            Task::Verify(password, stored, answer) if !answer.is_closed() => {
                let _gone = answer.send(self.verify(&password, stored.as_deref()));
            }
            Task::Hash(..) | Task::Verify(..) => {}
        }
    }

    fn hash(&mut self, password: &Secret) -> Result<String, PasswordError> {
        let salt = random::bytes::<16>();
        let output = self.derive(password, &salt, self.cost)?;
        let unusable = |_| PasswordError::Unusable;
        let mut params = ParamsString::new();
        params
            .add_decimal("m", self.cost.memory_kib)
            .map_err(|_| PasswordError::Unusable)?;
        params
            .add_decimal("t", self.cost.iterations)
            .map_err(|_| PasswordError::Unusable)?;
        params
            .add_decimal("p", self.cost.parallelism)
            .map_err(|_| PasswordError::Unusable)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params,
            salt: Some(Salt::new(&salt).map_err(unusable)?),
            hash: Some(Output::new(&output).map_err(|_| PasswordError::Unusable)?),
        };
        Ok(hash.to_string())
    }

    fn verify(&mut self, password: &Secret, stored: Option<&str>) -> Result<Verdict, PasswordError> {
        let Some(stored) = stored else {
            self.derive(password, &[0; 16], self.cost)?;
            return Ok(Verdict {
                matches: false,
                outdated: false,
            });
        };
        let parsed = PasswordHash::new(stored).map_err(|_| PasswordError::Unusable)?;
        let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else {
            return Err(PasswordError::Unusable);
        };
        let params = Params::try_from(&parsed).map_err(|_| PasswordError::Unusable)?;
        let cost = Cost {
            memory_kib: params.m_cost(),
            iterations: params.t_cost(),
            parallelism: params.p_cost(),
        };
        let ours = parsed.algorithm == Algorithm::Argon2id.ident() && expected.as_bytes().len() == OUTPUT_LEN;
        if parsed
            .version
            .is_some_and(|version| version != u32::from(Version::V0x13))
        {
            return Err(PasswordError::Unusable);
        }
        if !ours || cost.memory_kib > MAX_MEMORY_KIB || cost.iterations > MAX_ITERATIONS {
            return Err(PasswordError::Unusable);
        }
        let output = self.derive(password, salt.as_ref(), cost)?;
        if cost.memory_kib > self.cost.memory_kib {
            // A stored hash that is larger than ours is rare: its memory is not kept.
            self.memory = Vec::new();
        }
        Ok(Verdict {
            matches: constant_time_eq(&output, expected.as_bytes()),
            outdated: cost != self.cost,
        })
    }

    fn derive(&mut self, password: &Secret, salt: &[u8], cost: Cost) -> Result<[u8; OUTPUT_LEN], PasswordError> {
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(OUTPUT_LEN))
            .map_err(|_| PasswordError::Unusable)?;
        let blocks = params.block_count();
        if self.memory.len() < blocks {
            self.memory = Vec::new();
            // Never less than 33 MiB of address space: the allocator gives larger pieces back to the system when they are
            // freed. What is not touched costs nothing.
            self.memory
                .try_reserve_exact(blocks.max(33 * 1024))
                .map_err(|_| PasswordError::Busy)?;
            self.memory.resize(blocks, Block::new());
        }
        let mut output = [0; OUTPUT_LEN];
        let memory = self.memory.get_mut(..blocks).ok_or(PasswordError::Unusable)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password.expose().as_bytes(), salt, &mut output, memory)
            .map_err(|_| PasswordError::Unusable)?;
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        iterations: 1,
        parallelism: 1,
    };

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_and_no_other() {
        let pool = PasswordPool::start(CHEAP, 2, 8).unwrap();
        let stored = pool.hash(secret("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
        let verdict = pool
            .verify(secret("correct horse"), Some(stored.clone()))
            .await
            .unwrap();
        assert_eq!(
            verdict,
            Verdict {
                matches: true,
                outdated: false
            }
        );
        assert!(
            !pool
                .verify(secret("correct house"), Some(stored))
                .await
                .unwrap()
                .matches
        );
        assert!(!pool.verify(secret("correct horse"), None).await.unwrap().matches);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_recognised_and_one_without_bounds_refused() {
        let old = PasswordPool::start(
            Cost {
                memory_kib: 32,
                ..CHEAP
            },
            1,
            8,
        )
        .unwrap();
        let stored = old.hash(secret("x")).await.unwrap();
        let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
        let verdict = pool.verify(secret("x"), Some(stored.clone())).await.unwrap();
        assert_eq!(
            verdict,
            Verdict {
                matches: true,
                outdated: true
            }
        );
        for costly in ["m=4294967295,t=1,p=1", "m=64,t=4294967295,p=1"] {
            let hostile = stored.replace("m=32,t=1,p=1", costly);
            assert_eq!(
                pool.verify(secret("x"), Some(hostile)).await,
                Err(PasswordError::Unusable)
            );
        }
        assert_eq!(
            pool.verify(secret("x"), Some("$2b$10$x".into())).await,
            Err(PasswordError::Unusable)
        );
    }

    #[tokio::test]
    async fn a_full_queue_says_busy_and_recovers() {
        let pool = PasswordPool::start(
            Cost {
                memory_kib: 4096,
                iterations: 2,
                parallelism: 1,
            },
            1,
            1,
        )
        .unwrap();
        let many = futures_util::future::join_all((0..32).map(|_| pool.verify(secret("x"), None))).await;
        assert!(many.contains(&Err(PasswordError::Busy)));
        assert!(many.iter().any(Result::is_ok));
        assert!(pool.verify(secret("x"), None).await.is_ok());
    }
}
