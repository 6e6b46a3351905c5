//! UE: two answers that must not tell apart who has an account are the same in everything that a stranger sees: status, body,
//! headers, cookies, where the browser is sent, and in the work for them: passwords hashed and statements run. No clock is
//! asked; what is counted cannot be off by chance.

use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

use crate::harness::app::{Options, PASSWORD, TestApp};
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
    statements: Vec<String>,
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
    app.state.db.watch();
    let answer = browser.submit(&form).await;
    let statements = of_requests(app.state.db.watched());
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
        statements,
    }
}

/// The statements that requests run: not those of the jobs that keep promises, which look at what waits all the time.
const OF_AN_ADDRESS: &str = "u.id = (SELECT e.user_id FROM email_addresses e WHERE e.email_key = $1)";

fn of_requests(mut statements: Vec<String>) -> Vec<String> {
    statements.retain(|text| !text.contains("outbox_") || text.starts_with("INSERT"));
    // Nor those of the jobs that seal events and store traces.
    let jobs = ["audit_chain", "audit_checkpoints", "seq IS NULL", "request_traces"];
    statements.retain(|text| !jobs.iter().any(|job| text.contains(job)));
    // What was typed decides in which column it is looked for: an address, or a user name.
    let accounts = |text: &String| text.replace("u.username_key = $1", OF_AN_ADDRESS);
    let mut statements: Vec<String> = statements.iter().map(accounts).collect();
    // Reads of one request may pass each other.
    statements.sort();
    statements
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
        &Authority::all(),
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
    let letters = answers[0].statements.iter().filter(|text| text.starts_with("INSERT INTO outbox_mails"));
    assert_eq!(letters.count(), 1, "the statements are seen: {:?}", answers[0].statements);
    // The letter to nobody is thrown away, and nobody sees it wait.
    let listed = passgate::flow::mails::list(&app.state, passgate::flow::mails::Which::All).await.unwrap();
    assert!(listed.iter().all(|mail| !mail.recipient.is_empty()));
    app.mails_to("known@example.com", 1).await;
}

/// A wrong code, and a new one, are the same for both as well.
async fn ue_05_what_follows_a_code_by_mail_is_the_same_for_everybody(database) {
    let app = TestApp::on(&database.url);
    people(&app).await;
    let mut answers = Vec::new();
    for who in ["known@example.com", "nobody@example.com", "disabled@example.com"] {
        let mut browser = app.browser();
        let page = browser.get("/sign-in").await;
        let page = browser.submit(&page.form().fill("identifier", who).fill("method", "email")).await;
        let (path, journey) = (page.url.to_string(), page.parameter("journey").unwrap());
        let mut of_one = Vec::new();
        // One in a million is right by chance.
        for fields in [[("code", "000000")], [("again", "yes")]] {
            app.advance(1);
            let mut seen = seen(&app, &mut browser, &path, &fields).await;
            seen.body = seen.body.replace(who, "WHO");
            seen.location = seen.location.replace(&journey, "JOURNEY");
            seen.body = seen.body.replace(&journey, "JOURNEY");
            of_one.push(seen);
        }
        answers.push(of_one);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

async fn ue_05_a_reset_is_asked_for_by_everybody_alike(database) {
    let app = TestApp::on(&database.url);
    let others = people(&app).await;
    let ask = |who: &'static str| {
        let app = &app;
        async move { seen(app, &mut app.browser(), "/forgot-password", &[("identifier", who)]).await }
    };
    let expected = ask("known@example.com").await;
    assert_eq!(expected.status, 200);
    for other in others {
        assert_eq!(ask(other).await, expected, "{other}");
    }
    // PW-09: the same when it was too often.
    let mut often = Vec::new();
    for who in ["known@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            ask(who).await;
        }
        often.push(ask(who).await);
    }
    assert_eq!(often[0], often[1]);
}

/// Where mail comes first, an address that has an account is told so by mail, and nowhere else.
async fn ue_07_a_sign_up_does_not_tell_who_has_an_account_where_mail_comes_first(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "before").spawn();
    people(&app).await;
    let mut answers = Vec::new();
    for who in ["known@example.com", "nobody@example.com", "disabled@example.com"] {
        let fields = [("name", "Ada"), ("identifier", who), ("password", PASSWORD)];
        answers.push(seen(&app, &mut app.browser(), "/sign-up", &fields).await);
    }
    assert_eq!(answers[0].status, 200);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

/// Somebody who is signed in learns no more of an address that belongs to somebody else.
async fn ue_07_another_address_of_an_account_takes_the_same_work(database) {
    let app = TestApp::on(&database.url);
    people(&app).await;
    app.user("eve@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("eve@example.com").await;
    let mut statements = Vec::new();
    for address in ["known@example.com", "nobody@example.com"] {
        let page = browser.get("/account/emails").await;
        let form = page.forms().into_iter().find(|form| form.action == "/account/emails").unwrap();
        app.state.db.watch();
        let answer = browser.submit(&form.fill("email", address)).await;
        assert_eq!(answer.parameter("done").as_deref(), Some("email-sent"), "{}", answer.text());
        statements.push(of_requests(app.state.db.watched()));
        let cancel = answer.forms().into_iter().find(|form| form.action.ends_with("/cancel")).unwrap();
        browser.submit(&cancel).await;
        app.advance(1);
    }
    assert_eq!(statements[0], statements[1]);
}
}
