//! A sign-in with a new browser is told by mail, and the link in it takes the sign-in back.

use super::{ADDRESS, is_in, known_browser, try_with};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Page};
use crate::harness::database::on_every_engine;

const MOBILE: &str = "Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0";

/// The owner at home, and a thief with the password; gives the link of the alert.
async fn theft(app: &TestApp) -> (Browser, Browser, String) {
    app.user(ADDRESS).await;
    theft_of_the_account(app).await
}

/// The same, of an account that is there.
async fn theft_of_the_account(app: &TestApp) -> (Browser, Browser, String) {
    let mut home = known_browser(app).await;
    assert!(is_in(&try_with(&mut home, ADDRESS, PASSWORD).await));
    app.advance(60);
    let mut thief = app.browser();
    thief.headers = vec![("user-agent".to_owned(), MOBILE.to_owned())];
    assert!(is_in(&try_with(&mut thief, ADDRESS, PASSWORD).await));
    let mails = app.mails_to(ADDRESS, 1).await;
    assert_eq!(
        mails.len(),
        1,
        "one alert, and none for the first browser or for known ones"
    );
    let text = &mails[0].text;
    assert!(text.contains("Firefox") && text.contains("127.0.0.1"), "{text}");
    (home, thief, app.link_to(ADDRESS).await)
}

async fn number(app: &TestApp, statement: &'static str) -> i64 {
    app.state
        .db
        .read(statement, |tx, statement| {
            Box::pin(async move { passgate::sql!(tx, scalar i64, *statement) })
        })
        .await
        .unwrap()
}

on_every_engine! {
async fn the_link_takes_the_sign_in_back_once_and_only_when_a_person_says_so(database) {
    let app = TestApp::on(&database.url);
    let (mut home, mut thief, link) = theft(&app).await;
    assert!(link.starts_with(&format!("{}/not-me?token=", app.issuer)), "{link}");
    // Looking changes nothing: mail scanners look too.
    let mut anybody = app.browser();
    for _ in 0..2 {
        let page = anybody.get(&link).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Firefox") && page.text().contains(ADDRESS), "{}", page.text());
    }
    assert!(is_in(&thief.get("/account").await));
    let form = anybody.get(&link).await.form();
    let forged = form.clone().fill("csrf", "x");
    assert_eq!(anybody.submit(&forged).await.status, 403);
    assert!(is_in(&thief.get("/account").await));

    assert_eq!(anybody.submit(&form).await.status, 200);
    for browser in [&mut thief, &mut home] {
        assert!(!is_in(&browser.get("/account").await), "everybody is out");
    }
    // Nobody is signed in by it, and the password that is known to somebody is worth nothing.
    assert!(!is_in(&anybody.get("/account").await));
    for browser in [&mut thief, &mut home] {
        assert_eq!(try_with(browser, ADDRESS, PASSWORD).await.status, 401);
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM devices").await, 1, "the thief's browser is a stranger again");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM audit_events WHERE kind = 'sign_in_disowned'").await, 1);
    // Once.
    assert_eq!(anybody.submit(&form).await.status, 410);
    assert_eq!(anybody.get(&link).await.status, 410);
}

async fn what_the_thief_made_to_last_goes_and_what_was_there_before_stays(database) {
    let app = TestApp::on(&database.url);
    let (_, _, link) = theft(&app).await;
    let user_id = number_of_user(&app).await;
    let now = app.clock.now();
    let before = now - chrono::TimeDelta::hours(1);
    app.state.db.write((), move |tx, ()| Box::pin(async move {
        use passgate::store::{email_addresses, users};
        for (name, at) in [("old@example.com", before), ("thief@evil.test", now)] {
            email_addresses::insert(tx, user_id, &passgate::identity::email::parse(name).unwrap(), at).await?;
        }
        // The thief makes their own address the primary one and gives the old one away.
        let theirs = passgate::identity::email::parse("thief@evil.test").unwrap();
        users::set_primary_email(tx, user_id, &theirs, now).await?;
        email_addresses::remove(tx, user_id, ADDRESS).await?;
        passgate::sql!(tx, execute, "UPDATE devices SET trusted_until = $1", now + chrono::TimeDelta::days(1))?;
        // As a change of the password does.
        passgate::store::personal_data::retire_links(tx, user_id).await
    })).await.unwrap();
    app.advance(3600);
    let mut anybody = app.browser();
    let form = anybody.get(&link).await.form();
    assert_eq!(anybody.submit(&form).await.status, 200);
    let user = app.state.db.read((), move |tx, ()| Box::pin(passgate::store::users::find(tx, user_id))).await.unwrap().unwrap();
    assert_eq!((user.email.as_str(), user.email_verified), (ADDRESS, true));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM email_addresses WHERE email_key = 'thief@evil.test'").await, 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM email_addresses").await, 2);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM devices WHERE trusted_until IS NOT NULL").await, 0);
}

async fn a_phone_number_of_the_thief_goes(database) {
    assert_eq!(number_in_the_end(&TestApp::on(&database.url), None).await, (None, None));
}

async fn the_phone_number_from_before_comes_back(database) {
    let before = Some("+442079460018");
    let after = number_in_the_end(&TestApp::on(&database.url), before).await;
    assert_eq!(after, (before.map(str::to_owned), Some(true)));
}

async fn the_link_works_for_a_week(database) {
    let app = TestApp::on(&database.url);
    let (_, _, link) = theft(&app).await;
    app.advance(7 * 86_400 - 120);
    assert_eq!(app.browser().get(&link).await.status, 200);
    app.advance(180);
    assert_eq!(app.browser().get(&link).await.status, 410);
}
}

async fn number_of_user(app: &TestApp) -> uuid::Uuid {
    app.state
        .db
        .read((), |tx, ()| {
            Box::pin(passgate::store::users::find_by_email(tx, ADDRESS))
        })
        .await
        .unwrap()
        .unwrap()
        .id
}

async fn number_of(app: &TestApp) -> (Option<String>, Option<bool>) {
    let found = app.state.db.read((), |tx, ()| {
        Box::pin(passgate::store::users::find_by_email(tx, ADDRESS))
    });
    let claims = found.await.unwrap().unwrap().claims;
    (
        claims.get_str("phone_number").map(str::to_owned),
        claims.get("phone_number_verified").and_then(serde_json::Value::as_bool),
    )
}

/// An account has a number or none, a thief gives it theirs, and the owner takes the sign-in back: the number after that.
async fn number_in_the_end(app: &TestApp, before: Option<&str>) -> (Option<String>, Option<bool>) {
    const THEIRS: &str = "+442079460099";
    app.user(ADDRESS).await;
    if let Some(number) = before {
        let claims = serde_json::json!({ "phone_number": number, "phone_number_verified": true });
        let claims = passgate::identity::claims::validate(claims.as_object().cloned().unwrap()).unwrap();
        let (id, now) = (number_of_user(app).await, app.clock.now());
        let set = app.state.db.write(claims, move |tx, claims| {
            Box::pin(passgate::store::users::set_claims(tx, id, claims, now))
        });
        set.await.unwrap();
    }
    let (_, mut thief, link) = theft_of_the_account(app).await;
    let page = thief.get("/account/phone").await;
    let asks = |page: &Page, field: &str| page.forms().into_iter().find(|form| form.fields.contains_key(field));
    let page = thief.submit(&asks(&page, "phone").unwrap().fill("phone", THEIRS)).await;
    let code = app.texted_code(THEIRS, 1).await;
    thief.submit(&asks(&page, "code").unwrap().fill("code", &code)).await;
    assert_eq!(number_of(app).await, (Some(THEIRS.to_owned()), Some(true)));
    let mut anybody = app.browser();
    let form = anybody.get(&link).await.form();
    assert_eq!(anybody.submit(&form).await.status, 200);
    number_of(app).await
}
