//! Proof of work: asked for while guessing goes on, good for one try, and nobody without scripts is shut out.

use futures_util::future::join_all;
use passgate::crypto::digest;
use passgate::flow::proof_of_work;
use passgate::identity::proof_of_work::{Purpose, zero_bits};

use super::{ADDRESS, guess, is_in, try_with};
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Page;
use crate::harness::database::on_every_engine;

/// What a browser does.
fn solve(challenge: &str, difficulty: u32) -> String {
    (0_u64..)
        .map(|number| format!("{challenge}:{number}"))
        .find(|answer| zero_bits(&digest::of_text(answer)) >= difficulty)
        .unwrap()
}

/// The answer to what a page asks for, if it does.
fn answer_to(page: &Page) -> Option<String> {
    let html = scraper::Html::parse_document(&page.body);
    let field = html
        .select(&scraper::Selector::parse("input[name=pow]").unwrap())
        .next()?;
    let attribute = |name| field.value().attr(name).unwrap();
    Some(solve(
        attribute("data-challenge"),
        attribute("data-difficulty").parse().unwrap(),
    ))
}

fn options(database_url: Option<&str>) -> Options {
    Options::new(database_url)
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__PROOF_OF_WORK_BITS", "8")
        .with("PASSGATE_LIMITS__SIGN_IN_PER_MINUTE", "1000")
}

on_every_engine! {
async fn an_answer_is_spent_once_whoever_comes_at_the_same_time(database) {
    let app = options(Some(&database.url)).spawn();
    let challenge = proof_of_work::challenge(&app.state, Purpose::SignIn);
    assert_eq!(challenge.difficulty, 8);
    let answer = solve(&challenge.text, 8);
    assert!(!proof_of_work::spend(&app.state, Purpose::SignUp, &answer).await.unwrap());
    let spent = join_all((0..16).map(|_| proof_of_work::spend(&app.state, Purpose::SignIn, &answer))).await;
    assert_eq!(spent.into_iter().filter(|spent| *spent.as_ref().unwrap()).count(), 1);
    // Another number for the same challenge is no second answer.
    let (text, number) = answer.rsplit_once(':').unwrap();
    let next = (number.parse::<u64>().unwrap() + 1..)
        .map(|number| format!("{text}:{number}"))
        .find(|answer| zero_bits(&digest::of_text(answer)) >= 8)
        .unwrap();
    assert!(!proof_of_work::spend(&app.state, Purpose::SignIn, &next).await.unwrap());
    // Neither is it one after the challenge and the row that remembers it are gone.
    app.advance(601);
    passgate::store::cleaner::clean(&database.db, app.clock.now()).await.unwrap();
    assert!(!proof_of_work::spend(&app.state, Purpose::SignIn, &answer).await.unwrap());
}

async fn work_is_asked_for_while_guessing_goes_on_and_buys_one_try(database) {
    let app = options(Some(&database.url)).with("PASSGATE_LIMITS__WORK_AFTER_FAILURES", "3").spawn();
    app.user(ADDRESS).await;
    let mut browser = app.browser();
    assert!(answer_to(&browser.get("/sign-in").await).is_none(), "nothing is asked in peace");
    for n in 0..4 {
        assert_eq!(guess(&app, &format!("user{n}@example.com")).await.status, 401);
    }
    let page = browser.get("/sign-in").await;
    assert!(page.has("script[src^='/static/pow.']"));
    let answer = answer_to(&page).unwrap();
    let form = page.form().fill("identifier", "user9@example.com").fill("password", "wrong password").fill("pow", &answer);
    assert_eq!(browser.submit(&form).await.status, 401, "looked at");
    // The same answer again, nonsense, or none: two a minute.
    let mut statuses = Vec::new();
    for pow in [answer.as_str(), "x:1", ""] {
        let form = form.clone().fill("pow", pow);
        statuses.push(browser.submit(&form).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 429]);
    let page = browser.submit(&form.clone().fill("pow", "")).await;
    let wait: u64 = page.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(answer_to(&page).is_some(), "another one is asked for");
    // Without scripts: wait as long as it says.
    assert!(wait <= 60, "{wait}");
    app.advance(wait);
    let page = browser.get("/sign-in").await;
    let form = page.form().fill("identifier", ADDRESS).fill("password", PASSWORD);
    assert!(is_in(&browser.submit(&form).await));
    app.advance(301);
    assert!(answer_to(&app.browser().get("/sign-in").await).is_none(), "the attack is over");
}
}

#[actix_web::test]
async fn off_and_always_mean_it() {
    let off = options(None)
        .with("PASSGATE_LIMITS__PROOF_OF_WORK", "off")
        .with("PASSGATE_LIMITS__WORK_AFTER_FAILURES", "1")
        .spawn();
    for _ in 0..3 {
        guess(&off, ADDRESS).await;
    }
    assert!(answer_to(&off.browser().get("/sign-in").await).is_none());
    let always = options(None).with("PASSGATE_LIMITS__PROOF_OF_WORK", "always").spawn();
    always.user(ADDRESS).await;
    for path in ["/sign-in", "/sign-up"] {
        assert!(answer_to(&always.browser().get(path).await).is_some(), "{path}");
    }
    for _ in 0..2 {
        assert!(is_in(&try_with(&mut always.browser(), ADDRESS, PASSWORD).await));
    }
    assert_eq!(try_with(&mut always.browser(), ADDRESS, PASSWORD).await.status, 429);
    let mut browser = always.browser();
    let page = browser.get("/sign-in").await;
    let form = page
        .form()
        .fill("pow", &answer_to(&page).unwrap())
        .fill("identifier", ADDRESS)
        .fill("password", PASSWORD);
    assert!(is_in(&browser.submit(&form).await));
}

#[actix_web::test]
async fn where_limits_by_address_are_lifted_nothing_is_asked() {
    let app = TestApp::spawn();
    for n in 0..30 {
        guess(&app, &format!("user{n}@example.com")).await;
    }
    assert!(answer_to(&app.browser().get("/sign-in").await).is_none());
}
