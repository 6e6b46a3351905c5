//! UE: two answers that must not tell apart who has an account are the same in everything that a stranger sees: status, body,
//! headers, cookies, where the browser is sent, and the number of passwords that were hashed for them.

use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Page};
use crate::harness::database::on_every_engine;

/// What a stranger sees of an answer, without what differs from one request to the next.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    status: u16,
    location: String,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: String,
    hashes: u64,
}

/// Headers that differ from one request to the next; `content-length` with what was typed and is shown again.
const REDACTED_HEADERS: [&str; 5] = ["x-request-id", "date", "content-length", "set-cookie", "location"];

/// Sends the form of a page with these fields, and tells what is seen of the answer. What was typed, ids of journeys and the
/// tokens of forms are redacted, each under its name.
pub async fn seen(app: &TestApp, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Seen {
    let page = browser.get(path).await;
    let mut form = page.form();
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    let before = app.state.passwords.performed();
    let answer = browser.submit(&form).await;
    let hashes = app.state.passwords.performed() - before;
    let mut secrets = vec![("CSRF", form.fields["csrf"].clone())];
    secrets.extend(fields.iter().map(|(_, value)| ("TYPED", (*value).to_owned())));
    for name in ["csrf", "journey"] {
        secrets.extend(
            answer
                .forms()
                .into_iter()
                .filter_map(|form| Some((name, form.fields.get(name)?.clone()))),
        );
    }
    secrets.extend(answer.parameter("journey").map(|id| ("JOURNEY", id)));
    let redact = |text: &str| {
        secrets
            .iter()
            .filter(|(_, secret)| !secret.is_empty())
            .fold(text.to_owned(), |text, (name, secret)| {
                text.replace(&escaped(secret), name).replace(secret.as_str(), name)
            })
    };
    Seen {
        status: answer.status.as_u16(),
        location: redact(answer.url.as_str()),
        headers: headers(&answer),
        cookies: cookies(&answer),
        body: redact(&answer.body),
        hashes,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
}

fn headers(page: &Page) -> Vec<(String, String)> {
    let mut headers: Vec<_> = page
        .headers
        .iter()
        .filter(|(name, _)| !REDACTED_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

/// The names of cookies that are set, with everything but their values.
fn cookies(page: &Page) -> Vec<String> {
    let mut cookies: Vec<_> = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            format!(
                "{name}={}",
                rest.split_once(';').map_or("", |(_, attributes)| attributes)
            )
        })
        .collect();
    cookies.sort();
    cookies
}

/// Accounts of every kind that a sign-in with a wrong password must not tell apart, and addresses without one.
async fn people(app: &TestApp) -> [&'static str; 4] {
    for name in ["known@example.com", "disabled@example.com"] {
        app.user(name).await;
    }
    users::change(
        &app.state,
        "disabled@example.com",
        Change::Disable,
        &Origin::command_line(),
    )
    .await
    .unwrap();
    let without = "without-password@example.com";
    app.user(without).await;
    app.state
        .db
        .write((), move |tx, ()| {
            Box::pin(async move {
                let user = passgate::store::users::find_by_email(tx, without).await?.unwrap();
                passgate::sql!(
                    tx,
                    execute,
                    "DELETE FROM password_credentials WHERE user_id = $1",
                    user.id
                )
                .map(drop)
            })
        })
        .await
        .unwrap();
    ["disabled@example.com", without, "nobody@example.com", "not an address"]
}

on_every_engine! {
async fn ue_01_a_sign_in_does_not_tell_who_has_an_account(database) {
    let app = TestApp::on(&database.url);
    let others = people(&app).await;
    let fields = |who| [("identifier", who), ("password", "wrong password")];
    let expected = seen(&app, &mut app.browser(), "/sign-in", &fields("known@example.com")).await;
    assert_eq!((expected.status, expected.hashes), (401, 1));
    for other in others {
        assert_eq!(seen(&app, &mut app.browser(), "/sign-in", &fields(other)).await, expected, "{other}");
    }
    // UE-01 for the right password of an account that is switched off.
    let disabled = [("identifier", "disabled@example.com"), ("password", PASSWORD)];
    assert_eq!(seen(&app, &mut app.browser(), "/sign-in", &disabled).await, expected);
    // The same when all of them have to wait: nothing is hashed then.
    let mut waiting = Vec::new();
    for who in ["known@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            seen(&app, &mut app.browser(), "/sign-in", &fields(who)).await;
        }
        waiting.push(seen(&app, &mut app.browser(), "/sign-in", &fields(who)).await);
    }
    assert_eq!((waiting[0].status, waiting[0].hashes), (429, 0));
    assert_eq!(waiting[0], waiting[1]);
}

async fn ue_06_who_is_named_first_is_asked_the_same(database) {
    let app = TestApp::on(&database.url);
    let others = people(&app).await;
    let expected = seen(&app, &mut app.browser(), "/sign-in", &[("identifier", "known@example.com")]).await;
    for other in others {
        assert_eq!(seen(&app, &mut app.browser(), "/sign-in", &[("identifier", other)]).await, expected, "{other}");
    }
}

async fn ue_05_a_code_by_mail_is_sent_to_everybody_as_far_as_a_stranger_sees(database) {
    let app = TestApp::on(&database.url);
    people(&app).await;
    let mut answers = Vec::new();
    for who in ["known@example.com", "nobody@example.com"] {
        let mut browser = app.browser();
        let fields = [("identifier", who), ("method", "email")];
        answers.push(seen(&app, &mut browser, "/sign-in", &fields).await);
    }
    assert_eq!(answers[0], answers[1]);
}
}
