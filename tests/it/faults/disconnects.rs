//! Callers that hang up in the middle: the request is done or not done, never by half, and the server is as well as before.

use std::time::{Duration, Instant};

use reqwest::header::COOKIE;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Dice, at_once, dose, post};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::Browser;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty, VERIFIER};

/// Sends a form, or a part of it, and breaks the connection some time later.
async fn hang_up(app: &TestApp, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)], dice: &mut Dice) {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(app.address.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    // Reset, not closed: the server learns of it at once.
    stream.set_zero_linger().unwrap();
    let whole = dice.roll(8) != 0;
    let sent = if whole { request.len() } else { dice.roll(request.len()) };
    stream.write_all(&request.as_bytes()[..sent]).await.unwrap();
    let patience = Duration::from_micros(10 * dice.roll(1200) as u64);
    let begun = Instant::now();
    // The runtime's own clock counts whole milliseconds: too coarse to hit what happens between two statements.
    while begun.elapsed() < patience {
        tokio::task::yield_now().await;
    }
}

/// What became of the calls that were broken off.
#[derive(Default, Debug)]
struct Tally {
    done: usize,
    undone: usize,
}

impl Tally {
    fn count(&mut self, done: bool) {
        if done { self.done += 1 } else { self.undone += 1 }
    }

    /// The instants were well spread: otherwise the test has tried nothing.
    fn assert_both(&self) {
        assert!(self.done > 0 && self.undone > 0, "{self:?}");
    }
}

async fn party(app: &TestApp) -> (RelyingParty, Browser) {
    app.user("ada@example.com").await;
    let party = RelyingParty::new(app, "web", Some(&app.web_client().await));
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    (party, browser)
}

/// As a client sends it: HTTP Basic.
fn basic(party: &RelyingParty) -> String {
    use base64::Engine as _;
    let pair = format!("{}:{}", party.client_id, party.secret.as_deref().unwrap());
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// More requests at once than there are connections, each with a transaction of its own.
async fn assert_well(app: &TestApp, party: &RelyingParty) {
    let answers = at_once(&[party], 48, async |party: &&RelyingParty, _| {
        party.introspect("unknown").await.status
    })
    .await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    let answers = at_once(&[app], 24, async |app: &&TestApp, at| {
        let mut browser = app.browser();
        let form = browser.get("/sign-up").await.form();
        let email = format!("after{at}@example.com");
        post(
            &mut browser,
            &form.fill("identifier", &email).fill("password", PASSWORD),
        )
        .await
        .status
    })
    .await;
    assert!(answers.iter().all(|status| *status == 303), "{answers:?}");
    assert_eq!(
        passgate::store::verify::verify(&app.state.db).await.unwrap(),
        Vec::<String>::new()
    );
}

on_every_engine! {
    async fn a_sign_up_that_is_broken_off_is_whole_or_nothing(database) {
        let app = TestApp::on(&database.url);
        let (party, _) = party(&app).await;
        let (mut dice, mut tally) = (Dice(1), Tally::default());
        for turn in 0..dose("PASSGATE_HANG_UPS", 60, 600) {
            let email = format!("p{turn}@example.com");
            let mut browser = app.browser();
            let form = browser.get("/sign-up").await.form().fill("identifier", &email).fill("password", PASSWORD);
            let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let jar = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
            hang_up(&app, "/sign-up", &[(COOKIE.as_str(), &jar.join("; "))], &fields, &mut dice).await;
            // Asked again: the account is made now, or it is there with everything that belongs to it.
            let again = post(&mut browser, &form).await;
            assert!(again.status == 303 || again.status == 400, "{}", again.status);
            tally.count(again.status == 400);
            app.browser().sign_in(&email).await;
        }
        tally.assert_both();
        assert_well(&app, &party).await;
    }

    async fn a_token_request_that_is_broken_off_is_whole_or_nothing(database) {
        let app = TestApp::on(&database.url);
        let (party, mut browser) = party(&app).await;
        let credentials = basic(&party);
        let headers = [("Authorization", credentials.as_str())];
        let (mut dice, mut codes) = (Dice(2), Tally::default());
        for _ in 0..dose("PASSGATE_HANG_UPS", 60, 600) {
            let code = party.code(&mut browser, "openid offline_access").await;
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ];
            hang_up(&app, "/oauth2/token", &headers, &fields, &mut dice).await;
            // Should the first request still be under way, it is the second one now, and the code dies of it.
            let tokens = party.exchange(&code).await;
            codes.count(tokens.status != 200);
            assert!(tokens.status == 200 || tokens.error() == "invalid_grant", "{tokens:?}");
        }
        for _ in 0..dose("PASSGATE_HANG_UPS", 60, 600) {
            let code = party.code(&mut browser, "openid offline_access").await;
            let old = party.exchange(&code).await.text("refresh_token").to_owned();
            let fields = [("grant_type", "refresh_token"), ("refresh_token", old.as_str())];
            hang_up(&app, "/oauth2/token", &headers, &fields, &mut dice).await;
            // A refresh whose answer was lost is repeated: one successor, whichever of them made it.
            let (first, second) = (party.refresh(&old).await, party.refresh(&old).await);
            assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{first:?} {second:?}");
            assert_eq!(first.text("refresh_token"), second.text("refresh_token"));
            assert_eq!(party.refresh(first.text("refresh_token")).await.status, 200);
        }
        codes.assert_both();
        assert_well(&app, &party).await;
    }
}
