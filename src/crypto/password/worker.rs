//! A thread of the pool, with the memory that it uses again.

use super::argon2::{Argon2, Memory};
use super::form::Form;
use super::{Next, PasswordError, Queue, Task, Verdict};
use crate::crypto::random;
use crate::model::password::Cost;
use crate::model::secret::Secret;

/// Lets the threads that answer go first: a hash takes milliseconds of a core, and a token that waits for its turn would wait
/// them as well. What hashing loses while nothing else is to be done is nothing. On Linux a priority is one of a thread, and
/// only the calling one has another; elsewhere it would be the whole process's.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(STEPS_BACK) {
        tracing::debug!(%error, "passwords are hashed at the priority of everything else");
    }
}

/// By how much. Each step is about a tenth of a share of a core: against one thread of the usual priority a hash keeps a
/// quarter, so that people still get in while tokens are asked for without end.
#[cfg(target_os = "linux")]
const STEPS_BACK: i32 = 5;

pub(super) struct Worker {
    cost: Cost,
    memory: Memory,
}

impl Worker {
    pub(super) fn new(cost: Cost) -> Self {
        Self {
            cost,
            memory: Memory::default(),
        }
    }

    pub(super) fn run(mut self, queue: &Queue) {
        step_back();
        loop {
            match queue.next(!self.memory.is_empty()) {
                Next::Task(task) => {
                    queue.count();
                    self.perform(task);
                }
                Next::Quiet => self.memory.give_back(),
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
        Argon2::hash(password, &random::bytes::<16>(), self.cost, &mut self.memory)
    }

    fn verify(&mut self, password: &Secret, stored: Option<&str>) -> Result<Verdict, PasswordError> {
        let form = stored.map(Form::read).transpose().unwrap_or_else(|error| {
            tracing::error!(%error, "a stored password hash cannot be used: nobody can sign in with it");
            None
        });
        let Some(form) = form else {
            Argon2::hash(password, &[0; 16], self.cost, &mut self.memory)?;
            return Ok(Verdict {
                matches: false,
                outdated: false,
            });
        };
        let matches = form.matches(password.expose().as_bytes(), &mut self.memory)?;
        if form.memory_kib() > self.cost.memory_kib {
            // A stored hash that is larger than ours is rare: its memory is not kept.
            self.memory.give_back();
        }
        Ok(Verdict {
            matches,
            outdated: !form.is_ours(self.cost),
        })
    }
}
