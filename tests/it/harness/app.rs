//! A real server for a test: on a port of its own, with a clock that is moved and mail that is captured.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use passgate::app::{self, App};
use passgate::clock::Clock;
use passgate::flow::clients;
use passgate::flow::plans::{self, NewPlan};
use passgate::flow::roles::{self, NewRole};
use passgate::flow::users::{self, NewUser};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::model::secret::Secret;
use passgate::outbound::mail::{Capture, Captured};
use passgate::protocol::registration::Registration;
use passgate::settings::Settings;
use passgate::state::State;
use serde_json::{Value, json};
use std::sync::Arc;

use super::browser::Browser;
use super::port::Port;
use super::{database, keys};

/// The password of every account that a test makes.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
pub struct TestApp {
    /// Where it listens, which is also its issuer unless a test says otherwise.
    pub address: String,
    /// The issuer.
    pub issuer: String,
    /// Its time.
    pub clock: Clock,
    /// The installation, for looking at what cannot be seen from outside.
    pub state: Arc<State>,
    /// The one-time link of the first administrator.
    pub setup_link: Option<String>,
    /// Without redirects and cookies.
    pub http: reqwest::Client,
    folder: Arc<tempfile::TempDir>,
    _port: Port,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// How a server is started.
#[derive(Clone)]
pub struct Options {
    database_url: Option<String>,
    variables: Vec<(String, String)>,
    folder: Arc<tempfile::TempDir>,
    port: Port,
    clock: Clock,
}

impl Options {
    /// On an embedded database of its own unless a URL is given.
    pub fn new(database_url: Option<&str>) -> Self {
        let now: DateTime<Utc> = "2026-11-25T12:00:00Z".parse().unwrap();
        Self {
            database_url: database_url.map(str::to_owned),
            variables: Vec::new(),
            folder: Arc::new(tempfile::tempdir().unwrap()),
            port: Port::free(),
            clock: Clock::manual(now),
        }
    }

    /// Sets a variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Another node of the same installation: same folders, clock, issuer and database, another port.
    pub fn another_node(&self, first: &TestApp) -> Self {
        let mut other = self.clone().with("PASSGATE_PUBLIC_URL", &first.issuer);
        other.port = Port::free();
        other
    }

    /// The same on another port: what has not started yet may start together with it.
    pub fn elsewhere(&self) -> Self {
        let mut other = self.clone();
        other.port = Port::free();
        other
    }

    /// Starts the server.
    pub fn spawn(&self) -> TestApp {
        let address = format!("http://localhost:{}", self.port);
        let folder = self.folder.path().to_path_buf();
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut variables = vec![
            ("PASSGATE_PUBLIC_URL".to_owned(), address.clone()),
            ("PASSGATE_LISTEN".to_owned(), format!("127.0.0.1:{}", self.port)),
            ("PASSGATE_DATA_DIR".to_owned(), text(folder.join("data"))),
            ("PASSGATE_KEYS_DIR".to_owned(), text(folder.join("keys"))),
            ("PASSGATE_LIMITS__ENABLED".to_owned(), "false".to_owned()),
            // Cheap hashes: what the cost is about is tested where it is.
            ("PASSGATE_PASSWORDS__MEMORY_KIB".to_owned(), "64".to_owned()),
            ("PASSGATE_PASSWORDS__ITERATIONS".to_owned(), "1".to_owned()),
            ("PASSGATE_PASSWORDS__QUEUE".to_owned(), "1000".to_owned()),
        ];
        if let Some(url) = &self.database_url {
            variables.push(("PASSGATE_DATABASE_URL".to_owned(), url.clone()));
        }
        variables.extend(self.variables.clone());
        // What comes later wins, whatever its value.
        let variables: std::collections::BTreeMap<_, _> = variables.into_iter().collect();
        let settings = Settings::load(None, variables.into_iter()).unwrap();
        let issuer = settings.issuer().to_owned();
        let clock = self.clock.clone();
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                install(&settings, clock.now()).await;
                let started = App::build(settings, clock).await;
                let told = started
                    .as_ref()
                    .map(|app| (app.handle(), Arc::clone(&app.state), app.setup_link.clone()))
                    .map_err(ToString::to_string);
                sender.send(told).unwrap();
                if let Ok(app) = started {
                    app.run().await.unwrap();
                }
            });
        });
        let (handle, state, setup_link) = receiver.recv().unwrap().expect("the server starts");
        let http = http();
        let folder = Arc::clone(&self.folder);
        let clock = self.clock.clone();
        TestApp {
            address,
            issuer,
            clock,
            state,
            setup_link,
            http,
            folder,
            _port: self.port.clone(),
            handle,
            thread: Some(thread),
        }
    }
}

/// Gives an installation that has never been started a migrated database and keys: what an empty one does is tested with the
/// program.
async fn install(settings: &Settings, now: DateTime<Utc>) {
    if let Some(file) = app::embedded_database(settings)
        && !file.exists()
    {
        app::prepare_folder(settings).unwrap();
        std::fs::write(file, database::migrated_file()).unwrap();
    }
    let db = app::open_database(settings).unwrap();
    keys::install(&db, &settings.keys_dir, now).await;
    db.close().await;
}

impl TestApp {
    /// A server on an embedded database.
    pub fn spawn() -> Self {
        Options::new(None).spawn()
    }

    /// A server on a database.
    pub fn on(url: &str) -> Self {
        Options::new(Some(url)).spawn()
    }

    /// A path as an address.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A new browser.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// Moves the time.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(std::time::Duration::from_secs(seconds));
    }

    /// Registers a client from metadata; gives its secret.
    pub async fn client(&self, metadata: Value) -> Option<String> {
        let registration = Registration::read(metadata).unwrap();
        let registered = clients::register(&self.state, &registration, &Authority::all(), &Origin::command_line())
            .await
            .unwrap();
        registered.secret.map(|secret| secret.expose().to_owned())
    }

    /// The confidential client of most tests: `web`, every grant, consent remembered.
    pub async fn web_client(&self) -> String {
        self.client(json!({
            "client_id": "web", "client_name": "Web", "redirect_uris": [super::relying_party::REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scope": "openid profile email address phone offline_access api.read",
        }))
        .await
        .unwrap()
    }

    /// Makes an account with [`PASSWORD`]; gives its `sub`.
    pub async fn user(&self, email: &str) -> String {
        let new = NewUser {
            email: email.to_owned(),
            email_verified: true,
            password: Secret::new(PASSWORD.to_owned()).into(),
            role: None,
            plan: None,
            claims: json!({ "name": "Ada Lovelace" }).as_object().unwrap().clone(),
        };
        users::create(&self.state, new, &Authority::all(), &Origin::command_line())
            .await
            .unwrap()
            .subject()
    }

    /// Roles and plans beside those of a new installation, so that they can be given.
    pub async fn catalogue(&self, some_roles: &[&str], some_plans: &[&str]) {
        let origin = Origin::command_line();
        for name in some_roles {
            let new = NewRole {
                name: (*name).to_owned(),
                ..NewRole::default()
            };
            roles::create(&self.state, new, &Authority::all(), &origin)
                .await
                .unwrap();
        }
        for name in some_plans {
            let new = NewPlan {
                name: (*name).to_owned(),
                ..NewPlan::default()
            };
            plans::create(&self.state, new, &origin).await.unwrap();
        }
    }

    /// Every mail to an address that has been captured by now, oldest first; waits until there are `count`.
    pub async fn mails_to(&self, address: &str, count: usize) -> Vec<Captured> {
        let capture = Capture::new(self.mail_folder(), "Passgate <no-reply@localhost>".into());
        for _ in 0..200 {
            let mut mails = capture.list();
            mails.retain(|mail| mail.to == address);
            mails.reverse();
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {count} mails to {address}");
    }

    /// Every text to a number that has been captured by now, oldest first; waits until there are `count`.
    pub async fn texts_to(&self, number: &str, count: usize) -> Vec<String> {
        let capture = passgate::flow::texts::capture(&self.state.settings);
        for _ in 0..200 {
            let mut texts = capture.list();
            texts.retain(|text| text.to == number);
            texts.reverse();
            if texts.len() >= count {
                return texts.into_iter().map(|text| text.text).collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {count} texts to {number}");
    }

    /// The code of the newest text to a number, of `count` that there must be.
    pub async fn texted_code(&self, number: &str, count: usize) -> String {
        let text = self.texts_to(number, count).await.pop().unwrap();
        text.rsplit('#').next().unwrap().to_owned()
    }

    /// The link of the newest mail to an address.
    pub async fn link_to(&self, address: &str) -> String {
        let mail = self.mails_to(address, 1).await.pop().unwrap();
        let link = mail.text.split_whitespace().find(|word| word.starts_with("http"));
        link.unwrap_or_else(|| panic!("no link in {}", mail.text)).to_owned()
    }

    /// Where captured mail lies.
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("data/mail")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The server's own runtime may be the one that is dropped: the stop is sent, its end is waited for on its thread.
        let handle = self.handle.clone();
        let stopping = std::thread::spawn(move || actix_web::rt::System::new().block_on(handle.stop(false)));
        stopping.join().unwrap();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// An HTTP client that follows no redirect and keeps no cookie.
pub fn http() -> reqwest::Client {
    http_builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// The start of a client: with the cryptography of the server, as the library brings none of its own here.
pub fn http_builder() -> reqwest::ClientBuilder {
    // A second call finds what the first installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}
