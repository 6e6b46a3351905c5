//! `kill -9` under load. Whoever gets no answer asks again after the restart, as a client would; at the end everything that was
//! acknowledged must still be true, and nothing may have happened twice or by half.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use passgate::store::Engine;
use reqwest::{Method, StatusCode};
use tokio::sync::watch;

use super::{Dice, dose, post};
use crate::harness::app::PASSWORD;
use crate::harness::browser::{Browser, Page};
use crate::harness::database::on_every_engine;
use crate::harness::node::{Installation, Node};
use crate::harness::relying_party::{Answer, REDIRECT_URI, RelyingParty, VERIFIER};

const SECRET: &str = "the secret of the application web, long enough";
const WORKERS: usize = 6;

/// What was acknowledged.
#[derive(Default)]
struct History {
    /// Accounts.
    signed_up: Vec<String>,
    /// Codes that are used up, with the tokens of those whose answer arrived.
    used_codes: Vec<(String, Option<Answer>)>,
    /// Revoked access and refresh tokens.
    revoked: Vec<String>,
    /// Live grants: the access token of each, and the refresh token that comes next.
    live: Vec<(String, String)>,
    /// Calls that had no answer the first time.
    interrupted: usize,
}

/// Clients of a server that is killed now and then.
struct World {
    party: RelyingParty,
    browser: Browser,
    /// Whether the server is meant to be up.
    up: watch::Receiver<bool>,
    history: Mutex<History>,
}

/// An answer, and whether an earlier try of the same call may have had an effect.
struct Insisted<T> {
    answer: T,
    again: bool,
}

impl World {
    /// Calls until there is an answer. Only 503 and a broken connection leave open what happened.
    async fn insist<T>(&self, call: impl AsyncFn() -> Result<(StatusCode, T), reqwest::Error>) -> Insisted<T> {
        let mut again = false;
        loop {
            let mut up = self.up.clone();
            up.wait_for(|up| *up).await.unwrap();
            match call().await {
                Ok((status, answer)) if status != StatusCode::SERVICE_UNAVAILABLE => {
                    assert!(status.as_u16() < 500, "{status}");
                    return Insisted { answer, again };
                }
                _ => {
                    if !again {
                        self.history.lock().unwrap().interrupted += 1;
                    }
                    again = true;
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    async fn call(&self, path: &str, form: &[(&str, &str)]) -> Insisted<Answer> {
        self.insist(async || {
            self.party
                .try_post(path, form)
                .await
                .map(|answer| (answer.status, answer))
        })
        .await
    }

    async fn sign_up(&self, email: &str) {
        let done = self
            .insist(async || {
                let mut browser = self.browser.clone();
                browser.cookies.clear();
                let page = browser.try_request(Method::GET, "/sign-up", None).await?;
                if page.status != 200 {
                    return Ok((page.status, page));
                }
                let form = page.form().fill("identifier", email).fill("password", PASSWORD);
                let page = browser
                    .try_request(Method::POST, &form.action, Some(&form.fields))
                    .await?;
                Ok((page.status, page))
            })
            .await;
        // Taken: by the try whose answer was lost.
        let taken = done.answer.status == 400 && done.again;
        assert!(
            done.answer.status == 303 || taken,
            "{}: {}",
            done.answer.status,
            done.answer.text()
        );
        self.history.lock().unwrap().signed_up.push(email.to_owned());
    }

    async fn code(&self) -> String {
        let request = self.party.request("openid offline_access", &[]);
        let asked = self
            .insist(async || {
                let page = self.browser.clone().try_request(Method::GET, &request, None).await?;
                Ok((page.status, page))
            })
            .await;
        code_of(&asked.answer)
    }

    /// Redeems a code; `None` when an answer that was lost held the tokens.
    async fn redeem(&self, code: &str) -> Option<Answer> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        let redeemed = self.call("/oauth2/token", &form).await;
        let tokens = (redeemed.answer.status == 200).then_some(redeemed.answer);
        assert!(tokens.is_some() || redeemed.again, "an acknowledged code is gone");
        tokens
    }

    /// One client's life: sign-ups, codes, refreshes, revocations.
    async fn work(&self, worker: usize, stop: &watch::Receiver<bool>) {
        let mut dice = Dice(worker as u64 + 100);
        let mut turn = 0;
        while !*stop.borrow() {
            turn += 1;
            if dice.roll(3) == 0 {
                self.sign_up(&format!("p{worker}-{turn}@example.com")).await;
                continue;
            }
            let code = self.code().await;
            let Some(mut tokens) = self.redeem(&code).await else {
                self.history.lock().unwrap().used_codes.push((code, None));
                continue;
            };
            for _ in 0..dice.roll(2) {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", tokens.text("refresh_token")),
                ];
                // Within the window a lost answer is given once more: never a refusal.
                tokens = self.call("/oauth2/token", &form).await.answer;
                assert_eq!(tokens.status, 200, "{tokens:?}");
            }
            let fate = dice.roll(5);
            match fate {
                0 | 1 => {
                    let token = tokens.text(["access_token", "refresh_token"][fate]).to_owned();
                    let revoked = self.call("/oauth2/revoke", &[("token", &token)]).await;
                    assert_eq!(revoked.answer.status, 200);
                    self.history.lock().unwrap().revoked.push(token);
                }
                2 | 3 => {
                    let pair = (
                        tokens.text("access_token").to_owned(),
                        tokens.text("refresh_token").to_owned(),
                    );
                    self.history.lock().unwrap().live.push(pair);
                }
                _ => self.history.lock().unwrap().used_codes.push((code, Some(tokens))),
            }
        }
    }

    async fn assert_inactive(&self, token: &str) {
        let known = self.party.introspect(token).await;
        assert_eq!(
            (known.status.as_u16(), &known.json["active"]),
            (200, &false.into()),
            "a revocation was lost"
        );
    }
}

fn code_of(page: &Page) -> String {
    let answer = url::Url::parse(page.headers["location"].to_str().unwrap()).unwrap();
    let code = answer.query_pairs().find(|(name, _)| name == "code");
    code.unwrap().1.into_owned()
}

fn installation(database_url: Option<&str>) -> std::sync::Arc<Installation> {
    // No token may die of age while it is asked for.
    let installation = Installation::new(database_url, &[("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS", "3600")]);
    let client = [
        "client",
        "create",
        "--name",
        "Web",
        "--id",
        "web",
        "--secret-stdin",
        "--first-party",
    ];
    let more = ["--redirect-uri", REDIRECT_URI, "--scope", "openid offline_access"];
    let made = installation.command(&[&client[..], &more[..]].concat(), SECRET);
    assert!(made.0, "{}", made.1);
    let made = installation.command(
        &["user", "create", "--email", "ada@example.com", "--password-stdin"],
        PASSWORD,
    );
    assert!(made.0, "{}", made.1);
    installation
}

on_every_engine! {
    async fn what_was_acknowledged_survives_kill_9(database) {
        let url = (database.engine == Engine::Postgres).then_some(database.url.as_str());
        let installation = installation(url);
        let mut node = installation.node(true);
        node.start().await;
        let mut browser = node.browser();
        browser.sign_in("ada@example.com").await;
        let (switch, up) = watch::channel(true);
        let (stopping, stop) = watch::channel(false);
        let party = node.party("web", Some(SECRET));
        let world = World { party, browser, up, history: Mutex::default() };

        let killing = async {
            let mut dice = Dice(7);
            let kills = dose("PASSGATE_KILLS", 20, 200);
            let mut slowest = Duration::ZERO;
            for kill in 1..=kills {
                tokio::time::sleep(Duration::from_micros(500 * dice.roll(240) as u64)).await;
                switch.send_replace(false);
                node.kill();
                let begun = Instant::now();
                node.start().await;
                slowest = slowest.max(begun.elapsed());
                switch.send_replace(true);
                if kill % 20 == 0 || kill == kills {
                    assert_sound(&installation);
                }
            }
            stopping.send_replace(true);
            (kills, slowest)
        };
        let working = futures_util::future::join_all((0..WORKERS).map(|worker| world.work(worker, &stop)));
        let ((kills, slowest), _) = tokio::join!(killing, working);
        let counted = judge(&world, &node).await;
        assert_mail(&installation, url, &world.history.lock().unwrap().signed_up).await;
        assert_sound(&installation);
        assert!(!installation.log().contains("panicked"), "{}", installation.log());
        println!("{:?}: {kills} kills, slowest start {slowest:?}, {counted}", database.engine);
    }
}

/// Holds the history against the server.
async fn judge(world: &World, node: &Node) -> String {
    let History {
        signed_up,
        used_codes,
        revoked,
        live,
        interrupted,
    } = std::mem::take(&mut *world.history.lock().unwrap());
    for (access, _) in &live {
        assert_eq!(
            world.party.introspect(access).await.json["active"],
            true,
            "a live token died"
        );
    }
    for (_, refresh) in &live {
        let next = world.party.refresh(refresh).await;
        assert_eq!(next.status, 200, "an acknowledged refresh was lost");
    }
    for token in &revoked {
        world.assert_inactive(token).await;
    }
    for (code, tokens) in &used_codes {
        let again = world.party.exchange(code).await;
        assert_eq!(
            (again.status.as_u16(), again.error()),
            (400, "invalid_grant"),
            "a used code works again"
        );
        if let Some(tokens) = tokens {
            world.assert_inactive(tokens.text("access_token")).await;
            world.assert_inactive(tokens.text("refresh_token")).await;
        }
    }
    for email in &signed_up {
        let mut browser = node.browser();
        let form = browser.get("/sign-in").await.form();
        let page = post(&mut browser, &form.fill("identifier", email).fill("password", PASSWORD)).await;
        assert_eq!(page.status, 303, "the acknowledged sign-up of {email} was lost");
    }
    let counted = format!(
        "{interrupted} calls interrupted; survived: {} sign-ups, {} revocations, {} used codes, {} live grants",
        signed_up.len(),
        revoked.len(),
        used_codes.len(),
        live.len()
    );
    world.history.lock().unwrap().signed_up = signed_up;
    counted
}

/// Every account has its verification mail, in the outbox or delivered, and every mail its account.
async fn assert_mail(installation: &Installation, postgres: Option<&str>, signed_up: &[String]) {
    const WAITING: &str = "SELECT recipient FROM outbox_mails";
    use sqlx::Connection as _;
    // The outbox first: what leaves it meanwhile is in the folder then.
    let waiting: Vec<String> = match postgres {
        Some(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(WAITING).fetch_all(&mut connection).await.unwrap()
        }
        None => {
            let file = sqlx::sqlite::SqliteConnectOptions::new().filename(installation.database_file());
            let mut connection = sqlx::SqliteConnection::connect_with(&file).await.unwrap();
            sqlx::query_scalar(WAITING).fetch_all(&mut connection).await.unwrap()
        }
    };
    let notes = std::fs::read_dir(installation.mail_folder())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let left = notes
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let mail: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            mail["to"].as_str().unwrap().to_owned()
        });
    let mailed: BTreeSet<String> = waiting.into_iter().chain(left).collect();
    let people: BTreeSet<String> = signed_up.iter().cloned().collect();
    assert_eq!(mailed, people);
}

/// `passgate doctor` finds nothing.
fn assert_sound(installation: &Installation) {
    let (well, findings) = installation.command(&["doctor"], "");
    assert!(well, "{findings}");
}
