//! The end of an account.

use passgate::flow::account::deletion;
use passgate::flow::users::Change;
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::store::verify::verify;

use super::data::TABLES;
use super::*;
use crate::harness::app::{Options, PASSWORD};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

const DAY: u64 = 86_400;

/// Whether anything that is stored holds a text.
async fn is_anywhere(db: &Db, table: &'static str, text: &str) -> bool {
    let rows = db.read(text.to_owned(), move |tx, text| {
        Box::pin(async move {
            let statement: &'static str = match table {
                "users" => "SELECT COUNT(*) FROM users WHERE email = $1",
                "outbox" => "SELECT COUNT(*) FROM outbox_mails WHERE recipient = $1",
                "throttles" => "SELECT COUNT(*) FROM sign_in_throttles WHERE identifier_key = $1",
                "challenges" => "SELECT COUNT(*) FROM challenges WHERE recipient_key = $1",
                _ => {
                    "SELECT COUNT(*) FROM audit_events WHERE target = $1 OR CAST(details AS TEXT) LIKE '%' || $1 || '%'"
                }
            };
            sql!(tx, scalar i64, statement, text)
        })
    });
    rows.await.unwrap() > 0
}

on_every_engine! {
async fn whoever_leaves_is_out_at_once_and_can_stay_for_two_weeks(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let code = party.code(&mut ada, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    for typed in ["", EVE, "ada"] {
        let page = send(&mut ada, "/account/data/delete", &[("confirm", typed)]).await;
        assert_eq!(page.status, 400, "{typed}");
        assert!(page.has("#confirm-error"));
    }
    let page = send(&mut ada, "/account/data/delete", &[("confirm", " ADA@example.com ")]).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("9 December 2026"), "{}", page.text());
    assert_eq!(ada.get("/account").await.url.path(), "/sign-in");
    assert_eq!(party.refresh(refresh).await.error(), "invalid_grant");
    assert_eq!(party.introspect(access).await.json["active"], false);
    app.mails_to(ADA, 1).await;

    app.advance(13 * DAY);
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 0);
    let user = users::list(&app.state, None, 10).await.unwrap().pop().unwrap();
    assert!(deletion::scheduled(&app.state, &user).await.unwrap().is_some());
    assert!(deletion::cancel(&app.state, &user, &Origin::default()).await.unwrap());
    assert!(!deletion::cancel(&app.state, &user, &Origin::default()).await.unwrap());
    app.advance(30 * DAY);
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 0);
    app.browser().sign_in(ADA).await;
}

async fn after_the_grace_nothing_of_the_person_is_left(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    let mut ada = app.browser();
    let page = ada.get("/sign-in").await;
    ada.sign_in_on(&page, ADA, "wrong").await;
    ada.sign_in(ADA).await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let code = party.code(&mut ada, "openid offline_access").await;
    party.exchange(&code).await;
    add_email(&app, &mut ada, "work@example.com").await;
    send(&mut ada, "/account/emails", &[("email", "other@example.com")]).await;
    send(&mut ada, "/account/profile/username", &[("username", "countess")]).await;
    send(&mut ada, "/account/data/delete", &[("confirm", ADA)]).await;
    app.mails_to(ADA, 2).await;
    app.advance(14 * DAY);
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 1);
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 0);
    // Told once more, to the address that is nobody's now: the row leaves with the mail.
    app.mails_to(ADA, 3).await;

    let id = uuid::Uuid::parse_str(&sub).unwrap();
    for (table, _) in TABLES {
        let statement: &'static str = match table {
            "users" => "SELECT COUNT(*) FROM users WHERE id = $1",
            "audit_events" | "challenges" => continue,
            other => Box::leak(format!("SELECT COUNT(*) FROM {other} WHERE user_id = $1").into_boxed_str()),
        };
        let left = database.db.read(statement, move |tx, statement| {
            Box::pin(async move { sql!(tx, scalar i64, *statement, id) })
        });
        assert_eq!(left.await.unwrap(), 0, "{table}");
    }
    for address in [ADA, "work@example.com"] {
        for table in ["users", "throttles", "challenges", "audit"] {
            assert!(!is_anywhere(&database.db, table, address).await, "{address} in {table}");
        }
    }
    let told = number(
        &database.db,
        "SELECT COUNT(*) FROM audit_events WHERE actor NOT IN ('cli', '') AND address <> '' AND kind = 'email_added'",
    );
    assert_eq!(told.await, 0, "what tells of the person is gone from the trail");
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_events WHERE kind = 'account_deleted'").await, 1);
    assert_eq!(verify(&database.db).await.unwrap(), Vec::<String>::new());

    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    assert_eq!(browser.sign_in_on(&page, ADA, PASSWORD).await.status, 401);
    assert_eq!(eve.get("/account").await.status, 200);
    // EV-15: the next one with the address is somebody else.
    assert_ne!(app.user(ADA).await, sub);
}

async fn of_many_nodes_one_removes_and_whoever_stays_stays(database) {
    let options = Options::new(Some(&database.url));
    let app = options.spawn();
    let other = options.another_node(&app).spawn();
    let mut ada = newcomer(&app, ADA).await;
    send(&mut ada, "/account/data/delete", &[("confirm", ADA)]).await;
    app.advance(15 * DAY);
    let (one, two) = futures_util::future::join(deletion::run_due(&app.state), deletion::run_due(&other.state)).await;
    assert_eq!(one.unwrap() + two.unwrap(), 1);
}

async fn the_last_administrator_stays(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    users::change(&app.state, ADA, Change::Role("admin".into()), &Authority::all(), &Origin::command_line())
        .await
        .unwrap();
    let page = send(&mut ada, "/account/data/delete", &[("confirm", ADA)]).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("only administrator"), "{}", page.text());
    app.user(EVE).await;
    users::change(&app.state, EVE, Change::Role("admin".into()), &Authority::all(), &Origin::command_line())
        .await
        .unwrap();
    assert_eq!(send(&mut ada, "/account/data/delete", &[("confirm", ADA)]).await.status, 200);
    // The other one was switched off meanwhile: the account is not removed after all.
    app.advance(15 * DAY);
    users::change(&app.state, ADA, Change::Role("admin".into()), &Authority::all(), &Origin::command_line()).await.unwrap();
    let eve_off = users::change(&app.state, EVE, Change::Disable, &Authority::all(), &Origin::command_line()).await;
    assert!(eve_off.is_ok());
    assert_eq!(deletion::run_due(&app.state).await.unwrap(), 0);
}
}
