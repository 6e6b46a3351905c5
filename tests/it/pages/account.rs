//! The account page, and what an administrator does to accounts.

use futures_util::future::join_all;
use passgate::flow::users::{self, Change, Refused};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use reqwest::StatusCode;

use super::is_signed_in;
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Form, Page};
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;

fn form_to(page: &Page, action: &str) -> Form {
    page.forms()
        .into_iter()
        .find(|form| form.action == action)
        .unwrap_or_else(|| panic!("{action}: {}", page.body))
}

on_every_engine! {
async fn a_person_sees_where_they_are_signed_in_and_ends_it_there(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let (mut laptop, mut phone) = (app.browser(), app.browser());
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1";
    phone.headers.push(("user-agent".into(), agent.into()));
    laptop.sign_in("ada@example.com").await;
    phone.sign_in("ada@example.com").await;
    let page = laptop.get("/account").await;
    assert!(page.text().contains("iPhone"), "{}", page.text());
    let end = form_to(&page, "/account/sessions/end");
    assert_eq!(
        page.forms().iter().filter(|form| form.action == end.action).count(),
        1,
        "not one's own"
    );
    let page = laptop.submit(&end).await;
    assert_eq!(page.url.query(), Some("done=session"));
    assert!(!is_signed_in(&mut phone).await);
    assert!(is_signed_in(&mut laptop).await);
    assert_eq!(laptop.submit(&end).await.status, 404);
}

async fn se_10_nobody_ends_the_session_of_somebody_else(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    app.user("eve@example.com").await;
    let (mut ada, mut other) = (app.browser(), app.browser());
    ada.sign_in("ada@example.com").await;
    other.sign_in("ada@example.com").await;
    let id = form_to(&ada.get("/account").await, "/account/sessions/end").fields["session"].clone();
    let mut eve = app.browser();
    eve.sign_in("eve@example.com").await;
    let form = Form {
        action: "/account/sessions/end".into(),
        ..eve.get("/account").await.form()
    };
    assert_eq!(eve.submit(&form.clone().fill("session", &id)).await.status, 404);
    for bad in ["", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --"] {
        let status = eve.submit(&form.clone().fill("session", bad)).await.status;
        assert!(status == 404 || status == 400, "{bad}: {status}");
    }
    assert!(is_signed_in(&mut ada).await && is_signed_in(&mut other).await);
    // Nobody is signed in: the form is refused.
    let mut stranger = app.browser();
    let form = Form {
        action: "/account/sessions/end".into(),
        ..stranger.get("/sign-in").await.form()
    };
    assert_eq!(stranger.submit(&form.fill("session", &id)).await.status, 403);
}

async fn lo_11_an_application_that_is_revoked_holds_dead_tokens(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    let code = party.code(&mut browser, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    let unused = party.code(&mut browser, "openid offline_access").await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert_eq!(party.introspect(access).await.json["active"], true);

    let page = browser.get("/account").await;
    assert!(page.text().contains("Web"), "{}", page.text());
    let revoke = form_to(&page, "/account/apps/revoke");
    let page = browser.submit(&revoke).await;
    assert_eq!(page.url.query(), Some("done=app"));
    assert!(
        page.forms().iter().all(|form| form.action != revoke.action),
        "it is gone from the page"
    );

    assert_eq!(party.introspect(access).await.json["active"], false);
    assert_eq!(party.introspect(refresh).await.json["active"], false);
    assert_eq!(party.userinfo(access).await.status, 401);
    assert_eq!(party.refresh(refresh).await.error(), "invalid_grant");
    assert_eq!(
        party.exchange(&unused).await.error(),
        "invalid_grant",
        "a code that waited"
    );
    assert_eq!(browser.submit(&revoke).await.status, 404);
    let page = browser.get(&party.request("openid", &[])).await;
    assert_eq!(page.url.path(), "/consent", "it must ask again");
}

async fn an_account_that_is_switched_off_is_signed_out_everywhere(database) {
    let app = TestApp::on(&database.url);
    app.user("ada@example.com").await;
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let (mut browser, mut other) = (app.browser(), app.browser());
    browser.sign_in("ada@example.com").await;
    other.sign_in("ada@example.com").await;
    let code = party.code(&mut browser, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    let unused = party.code(&mut browser, "openid").await;
    let waiting = other.get(&party.request("openid", &[("prompt", "consent")])).await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let change = |change| {
        let (state, origin) = (app.state.clone(), Origin::command_line());
        async move { users::change(&state, "ADA@example.com", change, &Authority::all(), &origin).await.unwrap() }
    };
    let off = change(Change::Disable).await;
    assert!(off.disabled_at.is_some());
    assert!(!is_signed_in(&mut browser).await && !is_signed_in(&mut other).await);
    assert_eq!(other.decide(&waiting, "allow").await.url.path(), "/sign-in");
    assert_eq!(party.exchange(&unused).await.error(), "invalid_grant");
    assert_eq!(party.refresh(refresh).await.error(), "invalid_grant");
    assert_eq!(party.introspect(access).await.json["active"], false);
    assert_eq!(party.userinfo(access).await.status, 401);
    let page = browser.get("/sign-in").await;
    assert_eq!(
        browser.sign_in_on(&page, "ada@example.com", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );

    // Switched on again, what was ended stays ended.
    change(Change::Enable).await;
    assert!(!is_signed_in(&mut other).await);
    assert_eq!(party.refresh(refresh).await.error(), "invalid_grant");
    app.advance(60);
    browser.sign_in("ada@example.com").await;
}

async fn a_change_of_role_and_plan_shows_at_once(database) {
    let app = TestApp::on(&database.url);
    app.catalogue(&["editor"], &["gold"]).await;
    app.user("ada@example.com").await;
    let mut browser = app.browser();
    browser.sign_in("ada@example.com").await;
    for (change, shown) in [
        (Change::Plan("gold".into()), "gold"),
        (Change::Role("editor".into()), "editor"),
    ] {
        users::change(&app.state, "ada@example.com", change, &Authority::all(), &Origin::command_line())
            .await
            .unwrap();
        assert!(browser.get("/account").await.text().contains(shown));
    }
    for bad in ["", "two words", "<b>", &"x".repeat(65)] {
        for change in [Change::Plan(bad.into()), Change::Role(bad.into())] {
            let refused = users::change(&app.state, "ada@example.com", change, &Authority::all(), &Origin::command_line()).await;
            assert!(matches!(refused, Err(Refused::Name)), "{bad:?}");
        }
    }
}

async fn the_last_administrator_stays(database) {
    let app = TestApp::on(&database.url);
    let names = ["ada@example.com", "eve@example.com"];
    let change = |name, change| {
        let (state, origin) = (app.state.clone(), Origin::command_line());
        async move { users::change(&state, name, change, &Authority::all(), &origin).await }
    };
    for name in names {
        app.user(name).await;
        change(name, Change::Role("admin".into())).await.unwrap();
    }
    for _ in 0..4 {
        // Both at once: one of them stays.
        let done = join_all(names.map(|name| change(name, Change::Disable))).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        assert!(
            done.iter().any(|done| matches!(done, Err(Refused::LastAdministrator))),
            "{done:?}"
        );
        let stays = names[usize::from(done[0].is_ok())];
        assert!(matches!(
            change(stays, Change::Role("user".into())).await,
            Err(Refused::LastAdministrator)
        ));
        for name in names {
            change(name, Change::Enable).await.unwrap();
        }
    }
}
}
