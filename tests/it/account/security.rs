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
    assert!(page.text().contains("Wrong password entered"), "{}", page.text());
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
    let sub = app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    let id = uuid::Uuid::parse_str(&sub).unwrap();
    let now = app.clock.now();
    database
        .db
        .write((), move |tx, ()| {
            Box::pin(async move {
                sql!(
                    tx,
                    execute,
                    "INSERT INTO devices (user_id, digest, user_agent, address, first_seen_at, last_seen_at, trusted_until) \
                     VALUES ($1, $2, 'Mozilla/5.0 (iPhone) Safari/604.1', '203.0.113.9', $3, $3, $4)",
                    id,
                    vec![7_u8; 32],
                    now,
                    now + chrono::TimeDelta::days(30)
                )
            })
        })
        .await
        .unwrap();
    let page = ada.get("/account/security").await;
    assert!(page.text().contains("Trusted until") && page.text().contains("iPhone"), "{}", page.text());
    let device = "07".repeat(32);
    assert_eq!(send(&mut eve, "/account/security/devices/forget", &[("device", &device)]).await.status, 404);
    for bad in ["", "x", &device[1..]] {
        assert_eq!(send(&mut ada, "/account/security/devices/forget", &[("device", bad)]).await.status, 400);
    }
    let page = send(&mut ada, "/account/security/devices/forget", &[("device", &device)]).await;
    assert_eq!(done(&page).as_deref(), Some("device"));
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM devices").await, 0);
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
