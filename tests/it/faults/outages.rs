//! A database that goes away and comes back: 503 in between and never anything worse, nothing acknowledged is lost, and
//! nobody has to restart a node.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use passgate::store::Engine;
use reqwest::{Method, StatusCode};
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{Dice, dose};
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Browser;
use crate::harness::cluster::Cluster;
use crate::harness::database::{self, own_cluster};
use crate::harness::relying_party::{Answer, RelyingParty};

/// Longer than any answer may take while the database is away; a request that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(8);

/// Clients that go on working whatever happens to the database.
struct World<'a> {
    app: &'a TestApp,
    party: RelyingParty,
    browser: Browser,
    stop: AtomicBool,
}

/// What a client did, and what it was told.
#[derive(Default)]
struct Told {
    signed_up: Vec<String>,
    /// The next refresh token of each grant.
    refreshed: Vec<String>,
    revoked: Vec<String>,
    unavailable: usize,
}

impl<'a> World<'a> {
    async fn new(app: &'a TestApp) -> Self {
        app.user("ada@example.com").await;
        let party = RelyingParty::new(app, "web", Some(&app.web_client().await));
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        party.code(&mut browser, "openid offline_access").await;
        Self {
            app,
            party,
            browser,
            stop: AtomicBool::new(false),
        }
    }

    /// Whether the call succeeded; if not, the answer must be an honest 503.
    fn succeeded(&self, told: &mut Told, status: StatusCode, headers: &reqwest::header::HeaderMap) -> bool {
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(headers.contains_key("retry-after"));
            told.unavailable += 1;
        }
        assert!(
            status.as_u16() < 500 || status == StatusCode::SERVICE_UNAVAILABLE,
            "{status}"
        );
        status != StatusCode::SERVICE_UNAVAILABLE
    }

    async fn call(&self, told: &mut Told, path: &str, form: &[(&str, &str)]) -> Option<Answer> {
        let answer = tokio::time::timeout(PATIENCE, self.party.post(path, form))
            .await
            .expect("an answer in time");
        self.succeeded(told, answer.status, &answer.headers).then_some(answer)
    }

    async fn open(
        &self,
        told: &mut Told,
        browser: &mut Browser,
        method: Method,
        path: &str,
        form: Option<&crate::harness::browser::Form>,
    ) -> Option<crate::harness::browser::Page> {
        let page = browser.request(method, path, form.map(|form| &form.fields));
        let page = tokio::time::timeout(PATIENCE, page).await.expect("an answer in time");
        self.succeeded(told, page.status, &page.headers).then_some(page)
    }

    async fn work(&self, worker: usize) -> Told {
        let mut told = Told::default();
        let mut turn = 0;
        while !self.stop.load(Ordering::SeqCst) {
            turn += 1;
            // A failure costs no time of ours, and a client that hammers on proves nothing more.
            tokio::time::sleep(Duration::from_millis(2)).await;
            if turn % 3 == worker % 3 {
                self.sign_up(&mut told, &format!("p{worker}-{turn}@example.com")).await;
            } else {
                self.grant(&mut told, turn).await;
            }
        }
        told
    }

    async fn sign_up(&self, told: &mut Told, email: &str) {
        let mut browser = self.app.browser();
        let Some(page) = self.open(told, &mut browser, Method::GET, "/sign-up", None).await else {
            return;
        };
        let form = page.form().fill("identifier", email).fill("password", PASSWORD);
        let mut unsure = false;
        while !self.stop.load(Ordering::SeqCst) {
            match self
                .open(told, &mut browser, Method::POST, "/sign-up", Some(&form))
                .await
            {
                None => unsure = true,
                Some(page) => {
                    assert!(
                        page.status == 303 || page.status == 400 && unsure,
                        "{}: {}",
                        page.status,
                        page.text()
                    );
                    return told.signed_up.push(email.to_owned());
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A code, its tokens, a refresh that is insisted on, and now and then a revocation.
    async fn grant(&self, told: &mut Told, turn: usize) {
        let request = self.party.request("openid offline_access", &[]);
        let Some(page) = self
            .open(told, &mut self.browser.clone(), Method::GET, &request, None)
            .await
        else {
            return;
        };
        let location = url::Url::parse(page.headers["location"].to_str().unwrap()).unwrap();
        let (_, code) = location.query_pairs().find(|(name, _)| name == "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", crate::harness::relying_party::REDIRECT_URI),
            ("code_verifier", crate::harness::relying_party::VERIFIER),
        ];
        let Some(tokens) = self.call(told, "/oauth2/token", &form).await else {
            return;
        };
        assert_eq!(tokens.status, 200, "{tokens:?}");
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens.text("refresh_token")),
        ];
        while !self.stop.load(Ordering::SeqCst) {
            // 503 may hide a commit: within the window the same token gives the same successor.
            if let Some(tokens) = self.call(told, "/oauth2/token", &form).await {
                assert_eq!(tokens.status, 200, "{tokens:?}");
                let token = tokens.text("refresh_token").to_owned();
                if turn.is_multiple_of(2) {
                    return told.refreshed.push(token);
                }
                if let Some(revoked) = self.call(told, "/oauth2/revoke", &[("token", &token)]).await {
                    assert_eq!(revoked.status, 200);
                    told.revoked.push(token);
                }
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Everything that a client was told is true.
    async fn judge(&self, told: Vec<Told>) -> String {
        let (mut signed_up, mut refreshed, mut revoked, mut unavailable) = (0, 0, 0, 0);
        for told in told {
            for email in &told.signed_up {
                self.app.browser().sign_in(email).await;
            }
            for token in &told.refreshed {
                assert_eq!(
                    self.party.refresh(token).await.status,
                    200,
                    "an acknowledged refresh was lost"
                );
            }
            for token in &told.revoked {
                assert_eq!(
                    self.party.introspect(token).await.json["active"],
                    false,
                    "a revocation was lost"
                );
                assert_eq!(self.party.refresh(token).await.status, 400);
            }
            signed_up += told.signed_up.len();
            refreshed += told.refreshed.len();
            revoked += told.revoked.len();
            unavailable += told.unavailable;
        }
        assert!(signed_up > 0 && refreshed > 0 && revoked > 0, "nothing was tried");
        assert_eq!(
            passgate::store::verify::verify(&self.app.state.db).await.unwrap(),
            Vec::<String>::new()
        );
        format!("{signed_up} sign-ups, {refreshed} refreshes, {revoked} revocations, {unavailable} times 503")
    }

    async fn until_ready(&self) {
        let begun = Instant::now();
        while self.status("/readyz").await != 200 {
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not recover");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn status(&self, path: &str) -> u16 {
        let answer = tokio::time::timeout(PATIENCE, self.app.http.get(self.app.url(path)).send()).await;
        answer.expect("an answer in time").unwrap().status().as_u16()
    }
}

async fn database_on(cluster: &Cluster) -> String {
    let mut connection = PgConnection::connect(&format!("{}postgres", cluster.base_url))
        .await
        .unwrap();
    connection.execute("CREATE DATABASE passgate").await.unwrap();
    format!("{}passgate", cluster.base_url)
}

/// DB-02 and DB-04: PostgreSQL is stopped, once in order and once on the spot, and started again under load.
#[actix_web::test]
async fn db_02_postgres_goes_away_and_comes_back() {
    let Some(mut cluster) = own_cluster() else { return };
    let app = Options::new(Some(&database_on(&cluster).await)).spawn();
    let world = World::new(&app).await;
    let breaking = async {
        for crash in [false, true] {
            tokio::time::sleep(Duration::from_millis(300)).await;
            cluster.stop(crash).await;
            for path in [
                "/healthz",
                "/.well-known/jwks.json",
                "/.well-known/openid-configuration",
            ] {
                assert_eq!(world.status(path).await, 200, "{path} needs no database");
            }
            assert_eq!(world.status("/readyz").await, 503);
            cluster.start_again();
            world.until_ready().await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.stop.store(true, Ordering::SeqCst);
    };
    let working = futures_util::future::join_all((0..6).map(|worker| world.work(worker)));
    let ((), told) = tokio::join!(breaking, working);
    assert!(
        told.iter().map(|told| told.unavailable).sum::<usize>() > 0,
        "the outage was not felt"
    );
    println!("outages: {}", world.judge(told).await);
}

/// Connections are cut at every instant, between two statements and around the commit.
#[test]
fn db_01_connections_are_cut_under_load() {
    database::run(Engine::Postgres, |database| async move {
        let app = TestApp::on(&database.url);
        let world = World::new(&app).await;
        let breaking = async {
            let mut administrator = PgConnection::connect(&database.url).await.unwrap();
            let mut dice = Dice(3);
            let mut cut = 0;
            for _ in 0..dose("PASSGATE_CUTS", 60, 1000) {
                tokio::time::sleep(Duration::from_millis(5 + dice.roll(25) as u64)).await;
                // Sometimes one connection, sometimes all.
                let which = if dice.roll(4) == 0 {
                    ""
                } else {
                    "ORDER BY random() LIMIT 1"
                };
                let ended: Vec<bool> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE \
                     datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' \
                     {which}) AS victims"
                )))
                .fetch_all(&mut administrator)
                .await
                .unwrap();
                cut += ended.len();
            }
            world.stop.store(true, Ordering::SeqCst);
            cut
        };
        let working = futures_util::future::join_all((0..6).map(|worker| world.work(worker)));
        let (cut, told) = tokio::join!(breaking, working);
        assert_eq!(world.status("/readyz").await, 200);
        println!("{cut} connections cut: {}", world.judge(told).await);
    });
}
