//! The composition root: opens the database, loads the keys, builds the state, binds.

mod stopping;

pub use stopping::Signals;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App as ActixApp, HttpServer};

use crate::clock::Clock;
use crate::crypto::password::PasswordPool;
use crate::crypto::sealing::MasterKey;
use crate::flow::outbox::{self, Deliveries};
use crate::flow::settings as changes;
use crate::flow::{self, audit, cleaning, keys, letters, requests, roles, setup, texts};
use crate::outbound::http::{BadEntry, Exceptions, Http};
use crate::outbound::mail::TransportError;
use crate::settings::Settings;
use crate::state::{Parts, State};
use crate::store::{Db, DbOptions, OpenError, StoreError};
use crate::web;

/// Why the process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The master key cannot be read or made.
    #[error("the master key: {0}")]
    MasterKey(String),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be migrated.
    #[error(transparent)]
    Migrate(#[from] StoreError),
    /// Mail cannot be sent as it is set up.
    #[error("mail: {0}")]
    Mail(#[from] TransportError),
    /// Text messages cannot be sent as it is set up.
    #[error("sms: {0}")]
    Texts(String),
    /// What was changed while Passgate ran does not fit the settings.
    #[error("{0}")]
    Changes(#[from] changes::LoadError),
    /// What new accounts would get is not what they may get.
    #[error(transparent)]
    Catalogue(#[from] flow::catalogue::Refused),
    /// An exception for requests that leave cannot be read.
    #[error("outbound: {0}")]
    Outbound(#[from] BadEntry),
    /// Something is wrong with what is stored.
    #[error(transparent)]
    Fault(#[from] flow::Fault),
    /// The address is taken, or a folder cannot be written.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

/// A server that is bound and ready to run.
pub struct App {
    /// Where it listens.
    pub address: SocketAddr,
    /// The one-time link that makes the first administrator, while there is none.
    pub setup_link: Option<String>,
    /// The installation.
    pub state: Arc<State>,
    /// Where `/metrics` is, if anywhere.
    pub metrics_address: Option<SocketAddr>,
    server: Server,
    metrics: Option<Server>,
    deliveries: Deliveries,
}

impl App {
    /// Composes and binds. Migrations are applied, keys made where they are missing.
    pub async fn build(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let state = Arc::new(compose(settings, clock).await?);
        let development = state.settings.is_development();
        let setup_link = setup::link(&state).await?;
        if development {
            web::register_playground(&state).await?;
        }
        keys::watch(&state);
        changes::watch(&state);
        cleaning::start(&state);
        audit::seal::start(&state);
        requests::start(&state);
        let deliveries = outbox::start(&state);
        texts::start(&state);
        let listener = std::net::TcpListener::bind(state.settings.listen)
            .map_err(|error| StartError::Io(format!("cannot listen on {}", state.settings.listen), error))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError::Io("listen".into(), error))?;
        let server = serve(Arc::clone(&state), listener, address)
            .map_err(|error| StartError::Io(format!("cannot listen on {address}"), error))?;
        let (metrics, metrics_address) = match state.settings.metrics.address() {
            None => (None, None),
            Some(wanted) => {
                let cannot = |error| StartError::Io(format!("metrics: cannot listen on {wanted}"), error);
                let listener = std::net::TcpListener::bind(wanted).map_err(cannot)?;
                let bound = listener.local_addr().map_err(cannot)?;
                (
                    Some(serve_metrics(Arc::clone(&state), listener).map_err(cannot)?),
                    Some(bound),
                )
            }
        };
        Ok(Self {
            address,
            setup_link,
            state,
            metrics_address,
            server,
            metrics,
            deliveries,
        })
    }

    /// Serves until the process is told to stop, as [`stopping`] says. The signals are those since they were listened to.
    pub async fn run_until_told(self, signals: Signals) -> std::io::Result<()> {
        let watching = actix_web::rt::spawn(stopping::stop_when_told(
            signals,
            Arc::clone(&self.state),
            self.server.handle(),
        ));
        let served = self.run().await;
        watching.abort();
        served
    }

    /// Serves until the handle stops it; requests that run are finished, and so is mail that is on its way. Whoever watches is
    /// answered to the end.
    pub async fn run(self) -> std::io::Result<()> {
        let watched = self.metrics.as_ref().map(Server::handle);
        if let Some(metrics) = self.metrics {
            actix_web::rt::spawn(metrics);
        }
        let served = self.server.await;
        self.deliveries.stop().await;
        // What the last second left is for whoever asks later; nothing hangs on it.
        let _ = requests::flush(&self.state).await;
        self.state.db.close().await;
        if let Some(watched) = watched {
            watched.stop(false).await;
        }
        served
    }

    /// What stops it from elsewhere.
    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }
}

/// Runs a command to its end. It needs no more than one thread; the server makes its own workers.
pub fn block_on<T>(command: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(command)
}

/// Opens everything that a command needs, without a listener.
pub async fn compose(settings: Settings, clock: Clock) -> Result<State, StartError> {
    let texts = texts::provider(&settings).map_err(StartError::Texts)?;
    let outbound = &settings.outbound;
    let exceptions = Exceptions::read(
        &outbound.allow_private_addresses,
        &outbound.allow_http,
        &outbound.allow_ports,
    )?;
    let master_key = master_key(&settings.keys_dir)?;
    let db = open_database(&settings)?;
    db.migrate().await?;
    let settings = changes::load(&db, settings).await?;
    roles::ensure(&db, &settings.accounts, clock.now()).await?;
    keys::check_master_key(&db, &master_key).await?;
    let key_set = keys::load_or_create(&db, &master_key, clock.now()).await?;
    let passwords = &settings.passwords;
    let pool = PasswordPool::start(passwords.cost(), cores(), passwords.queue)
        .map_err(|error| StartError::Io("password threads".into(), error))?;
    let mail = letters::transport(&settings)?;
    Ok(State::new(Parts {
        settings,
        db,
        clock,
        master_key,
        keys: key_set,
        passwords: pool,
        mail,
        texts,
        http: Http::new(exceptions),
        letter_writer: web::write_letter,
    }))
}

/// Where the embedded database of the settings would be, when there is none yet.
pub fn missing_database(settings: &Settings) -> Option<PathBuf> {
    let url = settings.database_url();
    let path = Path::new(url.strip_prefix("sqlite://")?);
    (!path.exists()).then(|| path.to_owned())
}

/// The file of the embedded database; `None` when the settings name another one.
pub fn embedded_database(settings: &Settings) -> Option<PathBuf> {
    settings.database_url().strip_prefix("sqlite://").map(PathBuf::from)
}

/// Makes the folder of the embedded database where it is missing.
pub fn prepare_folder(settings: &Settings) -> Result<(), StartError> {
    private_folder(&settings.data_dir)
}

/// Opens the database of the settings, whose folder is made for the embedded one. A server is asked at first use only.
pub fn open_database(settings: &Settings) -> Result<Db, StartError> {
    let url = settings.database_url();
    if url.starts_with("sqlite://") {
        private_folder(&settings.data_dir)?;
    }
    let options = DbOptions {
        max_connections: settings.database.max_connections,
        ..DbOptions::default()
    };
    Ok(Db::open(&url, options)?)
}

fn serve(state: Arc<State>, listener: std::net::TcpListener, address: SocketAddr) -> std::io::Result<Server> {
    let development = state.settings.is_development();
    let workers = if state.settings.workers == 0 {
        cores()
    } else {
        state.settings.workers
    };
    let fitting = Data::new(web::Fitting::new(&state));
    let documents = Data::new(web::Document::default());
    let playground = Data::new(web::Playground::new(address));
    let state = Data::from(state);
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(fitting.clone())
            .app_data(documents.clone())
            .app_data(playground.clone())
            .wrap(from_fn(web::around))
            .configure(|config| web::routes(config, development))
    })
    .workers(workers)
    .keep_alive(std::time::Duration::from_secs(75))
    .client_request_timeout(std::time::Duration::from_secs(5))
    .shutdown_timeout(25)
    // Told by [`stopping`], which lets load balancers notice first.
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// A small server of its own, so that a busy one can still be watched.
fn serve_metrics(state: Arc<State>, listener: std::net::TcpListener) -> std::io::Result<Server> {
    let state = Data::from(state);
    let server = HttpServer::new(move || ActixApp::new().app_data(state.clone()).configure(web::metrics_routes))
        .workers(1)
        .disable_signals()
        .client_request_timeout(std::time::Duration::from_secs(5))
        .listen(listener)?;
    Ok(server.run())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The master key: from the environment, from the file that it names, or from the keys folder, where it is made at the first
/// start.
pub fn master_key(folder: &Path) -> Result<MasterKey, StartError> {
    if let Some(key) = existing_master_key(folder)? {
        return Ok(key);
    }
    private_folder(folder)?;
    let key = MasterKey::generate();
    let path = folder.join("master.key");
    match write_private(&path, &key.to_text()) {
        Ok(()) => Ok(key),
        // Another process was faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => read_key(&path),
        Err(error) => Err(StartError::Io(path.display().to_string(), error)),
    }
}

/// The master key where there is one; nothing is made.
pub fn existing_master_key(folder: &Path) -> Result<Option<MasterKey>, StartError> {
    if let Some(text) = variable("PASSGATE_MASTER_KEY") {
        return MasterKey::parse(&text)
            .map(Some)
            .map_err(|error| StartError::MasterKey(error.to_string()));
    }
    if let Some(path) = variable("PASSGATE_MASTER_KEY_FILE") {
        return read_key(Path::new(&path)).map(Some);
    }
    let path = folder.join("master.key");
    if path.exists() {
        read_key(&path).map(Some)
    } else {
        Ok(None)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the master key is no setting, so that it never rests among them"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read_key(path: &Path) -> Result<MasterKey, StartError> {
    let text = std::fs::read_to_string(path).map_err(|error| StartError::Io(path.display().to_string(), error))?;
    MasterKey::parse(&text).map_err(|error| StartError::MasterKey(format!("{}: {error}", path.display())))
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    // Under its own name it appears whole or not at all: nodes that start together read it the moment that it is there.
    let part = path.with_extension(format!("{}.part", crate::crypto::random::uuid()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| std::fs::hard_link(&part, path));
    std::fs::remove_file(&part).and(placed)
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes a folder that only its owner enters.
fn private_folder(path: &Path) -> Result<(), StartError> {
    let failed = |error| StartError::Io(path.display().to_string(), error);
    if path.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}
