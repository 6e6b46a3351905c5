//! What every request and command works with.

mod request_log;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::TimeDelta;
use moka::sync::Cache;

use crate::clock::Clock;
use crate::crypto::keyset::KeySet;
use crate::crypto::password::PasswordPool;
use crate::crypto::refresh::RefreshKey;
use crate::crypto::sealing::MasterKey;
use crate::metrics::Metrics;
use crate::model::client::{Client, LONGEST_ACCESS_TOKEN};
use crate::model::letter::{Letter, Message};
use crate::outbound::http::Http;
use crate::outbound::mail::Transport;
use crate::outbound::sms::Provider;
use crate::settings::Settings;
use crate::store::{Db, Engine};

pub use request_log::{Refusal, RequestLog};

/// How long a client may be answered for from memory. Another node's change is seen after this time at the latest; a change
/// made by this node at once.
const CLIENT_CACHE: Duration = Duration::from_secs(1);

/// For how long it is remembered that tokens are dead: none that lives now lives longer, whichever client it was issued to and
/// whatever its settings were then.
pub const TOKEN_MEMORY: TimeDelta = TimeDelta::seconds(LONGEST_ACCESS_TOKEN as i64 + 60);

/// Writes a mail in the language of a BCP 47 tag. The words live with the pages, which flows do not see.
pub type LetterWriter = fn(&Settings, &Message, &str) -> Letter;

/// The composed installation, with the settings that were in force when somebody took it: whoever answers a request decides
/// everything by the same ones. Jobs that run for long take the [`State::current`] one now and then.
pub struct State {
    /// Settings.
    pub settings: Arc<Settings>,
    shared: Arc<Shared>,
}

/// What is the same whatever the settings are.
pub struct Shared {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Seals what rests.
    pub master_key: MasterKey,
    /// Derives refresh tokens.
    pub refresh_key: RefreshKey,
    /// Hashes passwords.
    pub passwords: PasswordPool,
    /// The way that mail takes.
    pub mail: Transport,
    /// The way that text messages take.
    pub texts: Provider,
    /// The way out for every request.
    pub http: Http,
    /// Clients by id.
    pub clients: Cache<String, Option<Arc<Client>>>,
    /// Whether scripts from an origin may call.
    pub origins: Cache<String, bool>,
    /// Traces of requests that wait to be stored.
    pub request_log: RequestLog,
    /// What is counted.
    pub metrics: Metrics,
    /// Searches for people that run: the others wait in line, so that a dear one is not slowed down by all and nobody who signs
    /// in waits for them.
    pub searches: tokio::sync::Semaphore,
    draining: AtomicBool,
    keys: RwLock<Arc<KeySet>>,
    /// Held from reading keys until they are taken, so that what was read first is taken first.
    pub reloading_keys: tokio::sync::Mutex<()>,
    in_force: RwLock<Arc<Settings>>,
    letter_writer: LetterWriter,
}

impl std::ops::Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// Searches that run at once, on each node.
const SEARCHES: usize = 4;

/// What [`State::new`] is made of.
pub struct Parts {
    /// Settings.
    pub settings: Settings,
    /// The database, migrated.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The master key.
    pub master_key: MasterKey,
    /// The signing keys.
    pub keys: KeySet,
    /// The hashing pool.
    pub passwords: PasswordPool,
    /// The way that mail takes.
    pub mail: Transport,
    /// The way that text messages take.
    pub texts: Provider,
    /// The guarded client.
    pub http: Http,
    /// Writes mail.
    pub letter_writer: LetterWriter,
}

impl State {
    /// Composes.
    pub fn new(parts: Parts) -> Self {
        let engine = match parts.db.engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let started = parts.clock.now().timestamp();
        let metrics = Metrics::new(parts.db.meter(), parts.passwords.meter(), engine, started);
        let settings = Arc::new(parts.settings);
        let shared = Shared {
            metrics,
            draining: AtomicBool::new(false),
            refresh_key: RefreshKey::new(parts.master_key.derive("refresh tokens")),
            in_force: RwLock::new(Arc::clone(&settings)),
            db: parts.db,
            clock: parts.clock,
            master_key: parts.master_key,
            passwords: parts.passwords,
            mail: parts.mail,
            texts: parts.texts,
            http: parts.http,
            clients: Cache::builder().max_capacity(10_000).time_to_live(CLIENT_CACHE).build(),
            request_log: RequestLog::default(),
            origins: Cache::builder().max_capacity(1_000).time_to_live(CLIENT_CACHE).build(),
            keys: RwLock::new(Arc::new(parts.keys)),
            searches: tokio::sync::Semaphore::new(SEARCHES),
            reloading_keys: tokio::sync::Mutex::new(()),
            letter_writer: parts.letter_writer,
        };
        Self {
            settings,
            shared: Arc::new(shared),
        }
    }

    /// The same installation with the settings that are in force now.
    pub fn current(&self) -> Self {
        Self {
            settings: Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner)),
            shared: Arc::clone(&self.shared),
        }
    }

    /// Writes a mail in the language of a BCP 47 tag, or the one that comes nearest.
    pub fn write_letter(&self, message: &Message, locale: &str) -> Letter {
        (self.letter_writer)(&self.settings, message, locale)
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        self.settings.issuer()
    }
}

impl Shared {
    /// Puts settings in force, for whoever takes the installation from now on, unless later ones are already.
    pub fn take_settings(&self, settings: Arc<Settings>) {
        let mut in_force = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        if settings.changes.revision > in_force.changes.revision {
            *in_force = settings;
        }
    }

    /// The signing keys as they are now.
    pub fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a new set after a rotation.
    pub fn set_keys(&self, keys: KeySet) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// From now on this node says that it is not ready: nothing new should be sent here.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether it is about to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }
}
