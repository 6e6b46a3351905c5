//! FR-02: the first administrator.

use futures_util::future::join_all;
use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

use super::{is_signed_in, sign_up};
use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Form;
use crate::harness::database::on_every_engine;

fn filled(form: Form, email: &str) -> Form {
    form.fill("name", "The Administrator")
        .fill("identifier", email)
        .fill("password", PASSWORD)
}

async fn administrators(app: &TestApp) -> usize {
    let all = users::list(&app.state, None, 100).await.unwrap();
    all.iter().filter(|user| user.role == "admin").count()
}

on_every_engine! {
async fn fr_02_sixteen_at_once_make_exactly_one_administrator(database) {
    let app = TestApp::on(&database.url);
    let link = app.setup_link.clone().unwrap();
    let mut tries = Vec::new();
    for n in 0..16 {
        let mut browser = app.browser();
        let page = browser.get(&link).await;
        assert_eq!(page.status, 200, "looking does not use it up");
        let form = filled(page.form(), &format!("admin{n}@example.com"));
        tries.push(async move { (browser.submit(&form).await, browser) });
    }
    let (mut made, mut gone) = (0, 0);
    for (page, mut browser) in join_all(tries).await {
        if is_signed_in(&mut browser).await {
            made += 1;
        } else {
            assert_eq!(page.status, 410);
            gone += 1;
        }
    }
    assert_eq!((made, gone, administrators(&app).await), (1, 15, 1));
    assert_eq!(users::list(&app.state, None, 100).await.unwrap().len(), 1);
    assert_eq!(app.browser().get(&link).await.status, 410);
}

async fn fr_02_a_stranger_without_the_link_becomes_nothing(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    for token in [
        "",
        "pgl_",
        "x",
        "pgl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "%00",
    ] {
        assert_eq!(
            app.browser().get(&format!("/setup?token={token}")).await.status,
            410,
            "{token}"
        );
        let form = Form {
            action: "/setup".into(),
            ..filled(page.form(), "eve@example.com")
        };
        assert_eq!(browser.submit(&form.fill("token", token)).await.status, 410, "{token}");
    }
    // A link of another kind is not this one.
    sign_up(&mut browser, "Eve", "eve@example.com").await;
    let link = app.link_to("eve@example.com").await;
    let token = link.split_once("token=").unwrap().1;
    assert_eq!(app.browser().get(&format!("/setup?token={token}")).await.status, 410);
    assert_eq!(administrators(&app).await, 0);
    assert_eq!(app.browser().get(&app.setup_link.clone().unwrap()).await.status, 200);
}

async fn a_mistake_does_not_use_the_link_up(database) {
    let app = TestApp::on(&database.url);
    let mut browser = app.browser();
    let page = browser.get(&app.setup_link.clone().unwrap()).await;
    let page = browser
        .submit(&filled(page.form(), "admin@example.com").fill("password", "short"))
        .await;
    assert_eq!(page.status, 400);
    assert!(page.has("#password-error"));
    let page = browser.submit(&filled(page.form(), "admin@example.com")).await;
    assert!(page.status.is_success(), "{}", page.text());
    assert!(browser.get("/account").await.text().contains("admin"));
    let user = users::list(&app.state, None, 10).await.unwrap().pop().unwrap();
    assert!(user.email_verified, "whoever holds the server's console is believed");
}
}

#[actix_web::test]
async fn fr_02_the_link_dies_after_a_day_with_the_next_start_and_with_the_first_administrator() {
    let options = Options::new(None);
    let app = options.spawn();
    let first = app.setup_link.clone().unwrap();
    drop(app);
    let app = options.spawn();
    let second = app.setup_link.clone().unwrap();
    assert_eq!(app.browser().get(&first).await.status, 410);
    let mut browser = app.browser();
    let form = browser.get(&second).await.form();
    // An administrator made on the command line is one as well.
    app.user("ada@example.com").await;
    users::change(
        &app.state,
        "ada@example.com",
        Change::Role("admin".into()),
        &Authority::all(),
        &Origin::command_line(),
    )
    .await
    .unwrap();
    assert_eq!(app.browser().get(&second).await.status, 410);
    assert_eq!(browser.submit(&filled(form, "eve@example.com")).await.status, 410);
    assert_eq!(administrators(&app).await, 1);
    drop(app);
    assert_eq!(options.spawn().setup_link, None);
}

on_every_engine! {
async fn fr_02_the_link_dies_after_a_day(database) {
    let app = TestApp::on(&database.url);
    let link = app.setup_link.clone().unwrap();
    let mut browser = app.browser();
    let form = browser.get(&link).await.form();
    app.advance(24 * 3600 + 1);
    assert_eq!(browser.get(&link).await.status, 410);
    assert_eq!(browser.submit(&filled(form, "eve@example.com")).await.status, 410);
    assert_eq!(administrators(&app).await, 0);
}
}
