//! Many callers, one thing to be had: one of them gets it, whatever the engine and however many nodes.

use passgate::flow::users;
use passgate::store::Engine;
use reqwest::StatusCode;

use super::{at_once, dose, post, two_nodes};
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::database::{self, on_every_engine};
use crate::harness::relying_party::{Answer, RelyingParty};

const CALLERS: usize = 64;
const STRICT: (&str, &str) = ("PASSGATE_TOKENS__REFRESH_RETRY_SECONDS", "0");

fn rounds() -> usize {
    dose("PASSGATE_RACES", 3, 25)
}

/// The application `web`, at each node, and a browser in which Ada is signed in.
async fn cast(nodes: &[TestApp]) -> (Vec<RelyingParty>, crate::harness::browser::Browser) {
    nodes[0].user("ada@example.com").await;
    let secret = nodes[0].web_client().await;
    let parties = nodes
        .iter()
        .map(|node| RelyingParty::new(node, "web", Some(&secret)))
        .collect();
    let mut browser = nodes[0].browser();
    browser.sign_in("ada@example.com").await;
    (parties, browser)
}

/// The answers that gave something; all others must be the one refusal.
fn winners(answers: Vec<Answer>) -> Vec<Answer> {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    for answer in lost {
        assert_eq!(
            (answer.status, answer.error()),
            (StatusCode::BAD_REQUEST, "invalid_grant"),
            "{answer:?}"
        );
    }
    won
}

/// Neither token is worth anything at any node.
async fn assert_dead(parties: &[RelyingParty], tokens: &Answer) {
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert!(!access.is_empty() && !refresh.is_empty());
    for party in parties {
        assert_eq!(party.introspect(access).await.json["active"], false);
        assert_eq!(party.introspect(refresh).await.json["active"], false);
        assert_eq!(party.userinfo(access).await.status, 401);
        let refused = party.refresh(refresh).await;
        assert_eq!(
            (refused.status, refused.error()),
            (StatusCode::BAD_REQUEST, "invalid_grant")
        );
    }
}

/// RFC 6749 section 4.1.2: used once; the second use kills what the first one gave.
async fn code_is_redeemed_once(nodes: &[TestApp]) {
    let (parties, mut browser) = cast(nodes).await;
    for _ in 0..rounds() {
        let code = parties[0].code(&mut browser, "openid offline_access").await;
        let won = winners(
            at_once(&parties, CALLERS, async |party: &RelyingParty, _| {
                party.exchange(&code).await
            })
            .await,
        );
        assert_eq!(won.len(), 1);
        assert_dead(&parties, &won[0]).await;
    }
}

/// Within the window everybody gets the same successor, which is the one live generation.
async fn refresh_gives_one_successor(nodes: &[TestApp]) {
    let (parties, mut browser) = cast(nodes).await;
    for _ in 0..rounds() {
        let code = parties[0].code(&mut browser, "openid offline_access").await;
        let first = parties[0].exchange(&code).await;
        let token = first.text("refresh_token").to_owned();
        let won = winners(
            at_once(&parties, CALLERS, async |party: &RelyingParty, _| {
                party.refresh(&token).await
            })
            .await,
        );
        assert_eq!(won.len(), CALLERS);
        let successor = won[0].text("refresh_token");
        assert!(
            won.iter()
                .all(|answer| answer.text("refresh_token") == successor && successor != token)
        );
        for party in &parties {
            assert_eq!(party.introspect(won[0].text("access_token")).await.json["active"], true);
            assert_eq!(party.introspect(&token).await.json["active"], false);
        }
        let next = parties[0].refresh(successor).await;
        assert_eq!(next.status, 200);
        // The first token is two generations old now: whoever brings it has stolen it, or it was stolen from them.
        assert_eq!(winners(vec![parties[0].refresh(&token).await]).len(), 0);
        assert_dead(&parties, &next).await;
    }
}

/// Without the window one wins, and the others show that the token is in two hands.
async fn refresh_without_window_has_one_winner(nodes: &[TestApp]) {
    let (parties, mut browser) = cast(nodes).await;
    for _ in 0..rounds() {
        let code = parties[0].code(&mut browser, "openid offline_access").await;
        let first = parties[0].exchange(&code).await;
        let token = first.text("refresh_token").to_owned();
        let won = winners(
            at_once(&parties, CALLERS, async |party: &RelyingParty, _| {
                party.refresh(&token).await
            })
            .await,
        );
        assert_eq!(won.len(), 1);
        assert_dead(&parties, &won[0]).await;
        assert_dead(&parties, &first).await;
    }
}

/// A refresh that runs beside the revocation of its family leaves nothing alive.
async fn revocation_beats_every_refresh_beside_it(nodes: &[TestApp]) {
    let (parties, mut browser) = cast(nodes).await;
    for _ in 0..rounds() {
        let code = parties[0].code(&mut browser, "openid offline_access").await;
        let first = parties[0].exchange(&code).await;
        let token = first.text("refresh_token").to_owned();
        let answers = at_once(&parties, 24, async |party: &RelyingParty, at: usize| match at {
            11 => party.revoke(&token).await,
            _ => party.refresh(&token).await,
        })
        .await;
        assert_dead(&parties, &first).await;
        for answer in winners(answers).iter().filter(|answer| answer.json.is_object()) {
            assert_dead(&parties, answer).await;
        }
    }
}

/// One consent page, sent many times: one code.
async fn consent_gives_one_code(nodes: &[TestApp]) {
    let (parties, browser) = cast(nodes).await;
    for _ in 0..rounds() {
        let mut browser = browser.clone();
        let page = browser
            .get(&parties[0].request("openid email", &[("prompt", "consent")]))
            .await;
        let form = page.form().fill("decision", "allow");
        let pages = at_once(nodes, CALLERS, async |node: &TestApp, _| {
            let mut own = node.browser();
            own.cookies.clone_from(&browser.cookies);
            post(&mut own, &form).await
        })
        .await;
        let codes = pages.iter().filter(|page| page.status == 303).count();
        assert_eq!(codes, 1);
        // The request is gone: the page says that the form is out of date.
        assert!(pages.iter().all(|page| page.status == 303 || page.status == 403));
    }
}

/// The one-time link of the first start.
async fn setup_makes_one_administrator(nodes: &[TestApp]) {
    // Each start makes the links before it worthless.
    let link = nodes.last().unwrap().setup_link.clone().unwrap();
    let path = link.strip_prefix(&nodes[0].issuer).unwrap();
    let answers = at_once(nodes, CALLERS, async |node: &TestApp, at| {
        let mut browser = node.browser();
        let page = browser.get(path).await;
        if page.status == 410 {
            return page.status;
        }
        let (form, email) = (page.form(), format!("admin{at}@example.com"));
        post(
            &mut browser,
            &form.fill("identifier", &email).fill("password", PASSWORD),
        )
        .await
        .status
    })
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == 410).count(), CALLERS - 1);
    let people = users::list(&nodes[0].state, None, 100).await.unwrap();
    assert_eq!(
        people.iter().map(|user| user.role.as_str()).collect::<Vec<_>>(),
        ["admin"]
    );
}

/// One address, many sign-ups at once: one account.
async fn sign_up_makes_one_account(nodes: &[TestApp]) {
    let answers = at_once(nodes, CALLERS, async |node: &TestApp, _| {
        let mut browser = node.browser();
        let form = browser.get("/sign-up").await.form();
        post(
            &mut browser,
            &form.fill("identifier", "ada@example.com").fill("password", PASSWORD),
        )
        .await
        .status
    })
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == 400).count(), CALLERS - 1);
    assert_eq!(users::list(&nodes[0].state, None, 100).await.unwrap().len(), 1);
}

/// The link in the mail after a sign-up.
async fn verification_link_works_once(nodes: &[TestApp]) {
    let mut browser = nodes[0].browser();
    let form = browser.get("/sign-up").await.form();
    post(
        &mut browser,
        &form.fill("identifier", "ada@example.com").fill("password", PASSWORD),
    )
    .await;
    let path = verification_path(&nodes[0]).await;
    let form = browser.get(&path).await.form();
    let answers = at_once(nodes, CALLERS, async |node: &TestApp, _| {
        let mut own = node.browser();
        own.cookies.clone_from(&browser.cookies);
        post(&mut own, &form).await.status
    })
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|status| **status == 410).count(), CALLERS - 1);
    assert!(users::list(&nodes[0].state, None, 1).await.unwrap()[0].email_verified);
}

/// Waits for the one mail and gives the path of its link.
async fn verification_path(app: &TestApp) -> String {
    for _ in 0..1000 {
        let mails = std::fs::read_dir(app.mail_folder()).into_iter().flatten().flatten();
        let note = mails
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|ending| ending == "json"));
        if let Some(note) = note {
            let mail: serde_json::Value = serde_json::from_slice(&std::fs::read(note).unwrap()).unwrap();
            let text = mail["text"].as_str().unwrap();
            let start = text.find("/verify-email?token=").unwrap();
            return text[start..].split_whitespace().next().unwrap().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("no mail came");
}

/// Each story on each engine, and on PostgreSQL through two nodes.
macro_rules! races {
    ($($story:ident($($setting:expr)?);)*) => {
        $(mod $story {
            use super::*;

            on_every_engine! {
                async fn one_node(database) {
                    let app = Options::new(Some(&database.url))$(.with($setting.0, $setting.1))?.spawn();
                    crate::faults::races::$story(&[app]).await;
                }
            }

            #[test]
            fn two_nodes_on_postgres() {
                database::run(Engine::Postgres, |database| async move {
                    crate::faults::races::$story(&two_nodes(&database.url, &[$($setting)?])).await;
                });
            }
        })*
    };
}

races! {
    code_is_redeemed_once();
    refresh_gives_one_successor();
    refresh_without_window_has_one_winner(STRICT);
    revocation_beats_every_refresh_beside_it();
    consent_gives_one_code();
    setup_makes_one_administrator();
    sign_up_makes_one_account();
    verification_link_works_once();
}
