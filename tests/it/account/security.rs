//! History, devices, and signing out in many places.

use scraper::{Html, Selector};

use super::*;
use crate::harness::database::on_every_engine;

on_every_engine! {
async fn the_history_is_about_one_person_and_comes_in_pages(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    for step in 0..25 {
        app.advance(1);
        send(&mut ada, "/account/profile", &[("name", &format!("Ada {step}"))]).await;
    }
    // Somebody else's wrong password for the address is told too.
    let mut stranger = app.browser();
    let page = stranger.get("/sign-in").await;
    app.advance(1);
    stranger.sign_in_on(&page, ADA, "wrong").await;
    let mut page = ada.get("/account/security").await;
    assert!(page.text().contains("Failed sign-in"), "{}", page.text());
    let count = |page: &Page| page.body.matches("Profile changed").count();
    let mut seen = count(&page);
    let older = Html::parse_document(&page.body)
        .select(&Selector::parse("a[href$='#history']").unwrap())
        .next()
        .and_then(|link| link.attr("href").map(str::to_owned))
        .expect("there is more");
    page = ada.get(&older).await;
    seen += count(&page);
    assert!(!page.has("a[href$='#history']"), "two pages hold it all");
    assert_eq!(seen, 25);
    let text = eve.get("/account/security").await.text();
    assert!(!text.contains("Profile changed") && text.contains("Signed in"), "{text}");
    for bad in ["x", "1_x", "-1_00000000-0000-0000-0000-000000000000", "99999999999999999_00000000-0000-0000-0000-000000000000"] {
        assert_eq!(ada.get(&format!("/account/security?before={bad}")).await.status, 200, "{bad}");
    }
}

async fn se_10_a_device_is_forgotten_by_its_own_person(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1";
    ada.headers.push(("user-agent".into(), agent.into()));
    ada.sign_in(ADA).await;
    let until = app.clock.now() + chrono::TimeDelta::days(30);
    database
        .db
        .write(until, |tx, until| {
            Box::pin(async move { sql!(tx, execute, "UPDATE devices SET trusted_until = $1", *until) })
        })
        .await
        .unwrap();
    let mut eve = newcomer(&app, EVE).await;
    let page = ada.get("/account/security").await;
    assert!(page.text().contains("Trusted until") && page.text().contains("iPhone"), "{}", page.text());
    let forget = page.forms().into_iter().find(|form| form.action.ends_with("/devices/forget")).unwrap();
    let device = forget.fields["device"].clone();
    assert_eq!(send(&mut eve, "/account/security/devices/forget", &[("device", &device)]).await.status, 404);
    for bad in ["", "x", &device[1..]] {
        assert_eq!(send(&mut ada, "/account/security/devices/forget", &[("device", bad)]).await.status, 400);
    }
    let page = ada.submit(&forget).await;
    assert_eq!(done(&page).as_deref(), Some("device"));
    assert!(!page.has("form[action$='/devices/forget']"));
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM devices").await, 1, "the other person's");
}

async fn one_signs_out_everywhere_else_or_everywhere(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    let (mut phone, mut tablet) = (app.browser(), app.browser());
    phone.sign_in(ADA).await;
    tablet.sign_in(ADA).await;
    let page = send(&mut ada, "/account/sessions/end-others", &[]).await;
    assert_eq!(done(&page).as_deref(), Some("sessions"));
    assert_eq!(phone.get("/account").await.url.path(), "/sign-in");
    assert_eq!(ada.get("/account").await.url.path(), "/account");
    tablet.sign_in(ADA).await;
    let page = send(&mut ada, "/account/sessions/end-all", &[]).await;
    assert_eq!(page.status, 200);
    for browser in [&mut ada, &mut tablet] {
        assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
    }
    assert_eq!(eve.get("/account").await.url.path(), "/account");
}
}
