//! Clients that go on asking while their server is killed, and remember what they were told.

use std::sync::Mutex;

use reqwest::{Method, StatusCode};
use tokio::sync::watch;

use super::Dice;
use crate::harness::app::PASSWORD;
use crate::harness::browser::{Browser, Page};
use crate::harness::relying_party::{Answer, REDIRECT_URI, RelyingParty, VERIFIER};

/// What was acknowledged.
#[derive(Default)]
pub struct History {
    /// Accounts.
    pub signed_up: Vec<String>,
    /// Codes that are used up, with the tokens of those whose answer arrived.
    pub used_codes: Vec<(String, Option<Answer>)>,
    /// Revoked access and refresh tokens.
    pub revoked: Vec<String>,
    /// Live grants: the access token of each, and the refresh token that comes next.
    pub live: Vec<(String, String)>,
    /// Calls that had no answer the first time.
    pub interrupted: usize,
}

/// Clients of a server that is killed now and then.
pub struct World {
    pub party: RelyingParty,
    pub browser: Browser,
    /// Whether the server is meant to be up.
    pub up: watch::Receiver<bool>,
    pub history: Mutex<History>,
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
    pub async fn work(&self, worker: usize, stop: &watch::Receiver<bool>) {
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
            let fate = dice.roll(7);
            match fate {
                0..=3 => {
                    let token = tokens.text(["access_token", "refresh_token"][fate % 2]).to_owned();
                    let revoked = self.call("/oauth2/revoke", &[("token", &token)]).await;
                    assert_eq!(revoked.answer.status, 200);
                    self.history.lock().unwrap().revoked.push(token);
                }
                4 | 5 => {
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

    pub async fn assert_inactive(&self, token: &str) {
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
