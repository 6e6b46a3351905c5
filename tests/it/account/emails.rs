//! E-mail addresses: several for each account, each for one account.

use futures_util::future::join;
use passgate::flow::account::emails as flow;

use super::*;
use crate::harness::app::PASSWORD;
use crate::harness::database::on_every_engine;

const WORK: &str = "work@example.com";

async fn signs_in(app: &TestApp, address: &str) -> bool {
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.sign_in_on(&page, address, PASSWORD).await;
    page.url.path() == "/account"
}

on_every_engine! {
async fn an_address_joins_when_its_code_comes_back(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let page = send(&mut ada, "/account/emails", &[("email", " Work@Example.com ")]).await;
    assert_eq!(done(&page).as_deref(), Some("email-sent"));
    assert!(!signs_in(&app, WORK).await, "not before it is confirmed");
    let address = "Work@example.com";
    let code = mailed_code(&app, address, 1).await;
    let id = waiting_id(&page);
    let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(done(&page).as_deref(), Some("email-added"), "{}", page.text());
    assert!(page.text().contains(address));
    // The address that was there before is told.
    app.mails_to(ADA, 1).await;
    assert!(signs_in(&app, WORK).await && signs_in(&app, ADA).await);
    // Used up.
    let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410);
    let page = send(&mut ada, "/account/emails", &[("email", "WORK@example.com")]).await;
    assert_eq!(page.status, 400, "it is there already");
}

async fn ev_06_the_link_works_for_the_account_that_asked_and_only_when_its_person_says_so(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    send(&mut ada, "/account/emails", &[("email", WORK)]).await;
    let mail = app.mails_to(WORK, 1).await.pop().unwrap();
    let start = mail.text.find(&format!("{}/account/emails/confirm?", app.issuer)).expect("a link");
    let link: String = mail.text[start..]
        .chars()
        .take_while(|c| !c.is_whitespace() && *c != '"' && *c != ',')
        .collect();
    // A scanner, a stranger and another account see a page without the account, and change nothing.
    let mut stranger = app.browser();
    let page = stranger.get(&link).await;
    assert_eq!(page.status, 200);
    assert!(!page.has("form") && !page.text().contains(ADA), "{}", page.text());
    let page = eve.get(&link).await;
    assert_eq!(page.status, 410);
    assert!(!page.text().contains(ADA) && !page.text().contains(WORK));
    let (id, code) = (
        url::Url::parse(&link).unwrap().query_pairs().find(|(n, _)| n == "id").unwrap().1.into_owned(),
        mailed_code(&app, WORK, 1).await,
    );
    let page = send(&mut eve, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410, "{}", page.text());
    // The account that asked is named, and asked.
    let page = ada.get(&link).await;
    assert!(page.text().contains(ADA) && page.text().contains(WORK));
    assert!(!signs_in(&app, WORK).await);
    let page = ada.submit(&page.form()).await;
    assert_eq!(done(&page).as_deref(), Some("email-added"));
    assert!(signs_in(&app, WORK).await);
}

async fn a_code_survives_five_tries_and_ten_minutes(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let page = send(&mut ada, "/account/emails", &[("email", WORK)]).await;
    let (id, code) = (waiting_id(&page), mailed_code(&app, WORK, 1).await);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", wrong)]).await;
        assert_eq!(page.status, 400);
        assert!(page.has("[aria-invalid]"));
    }
    let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410);
    // A new one works, until it is too old.
    app.advance(1);
    let page = send(&mut ada, "/account/emails", &[("email", WORK)]).await;
    let (id, code) = (waiting_id(&page), mailed_code(&app, WORK, 2).await);
    app.advance(601);
    let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410);
    assert!(!signs_in(&app, WORK).await);
}

async fn ev_09_ue_07_an_address_of_somebody_else_gets_the_same_answer(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    app.user(EVE).await;
    let mut seen = Vec::new();
    for address in [WORK, EVE] {
        let form = form(&mut ada, "/account/emails", &[("email", address)]).await;
        let answer = ada
            .request(reqwest::Method::POST, &form.action, Some(&form.fields))
            .await;
        assert_eq!(answer.status, 303);
        let location = answer.headers["location"].to_str().unwrap().to_owned();
        let page = ada.get(&location).await;
        let body = page.body.replace(&waiting_id(&page), "ID").replace(address, "ADDRESS");
        seen.push((location, page.status, body));
        send(&mut ada, "/account/emails/cancel", &[("email", address)]).await;
    }
    assert_eq!(seen[0], seen[1]);
    // The owner hears of it, and gets nothing that could be used.
    let mail = app.mails_to(EVE, 1).await.pop().unwrap();
    assert!(!mail.text.contains("code=") && !mail.text.contains(ADA), "{}", mail.text);
    let page = send(&mut ada, "/account/emails", &[("email", EVE)]).await;
    let id = waiting_id(&page);
    for code in ["000000", "", "123456"] {
        let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", code)]).await;
        assert_eq!(page.status, 400);
    }
    let addresses = flow::list(&app.state, &stored_by_email(&app, ADA).await).await.unwrap();
    assert_eq!(addresses.own.len(), 1);
}

async fn ev_09_of_two_who_want_an_address_one_gets_it(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for round in 0..3 {
        let address = format!("wanted{round}@example.com");
        let page = send(&mut ada, "/account/emails", &[("email", &address)]).await;
        let (id, code) = (waiting_id(&page), mailed_code(&app, &address, 1).await);
        let confirm = form(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
        let (mut racer, mut other) = (ada.clone(), app.browser());
        let sign_up = other.get("/sign-up").await.form();
        let sign_up = sign_up.fill("identifier", &address).fill("password", PASSWORD);
        let (confirmed, signed_up) = join(racer.submit(&confirm), other.submit(&sign_up)).await;
        let (confirmed, signed_up) = (done(&confirmed).is_some(), signed_up.url.path() == "/account");
        assert!(confirmed != signed_up, "{confirmed} {signed_up}");
    }
}

async fn ev_10_another_primary_address_is_told_to_the_old_one_which_stays(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    add_email(&app, &mut ada, WORK).await;
    app.mails_to(ADA, 1).await;
    let page = send(&mut ada, "/account/emails/primary", &[("email", WORK)]).await;
    assert_eq!(done(&page).as_deref(), Some("email-primary"));
    app.mails_to(ADA, 2).await;
    let user = stored_by_email(&app, WORK).await;
    assert!(user.email_verified);
    assert!(signs_in(&app, ADA).await && signs_in(&app, WORK).await);
    // The primary one cannot go; the other one can, and both are told.
    let page = send(&mut ada, "/account/emails/remove", &[("email", WORK)]).await;
    assert_eq!(page.status, 404);
    let page = send(&mut ada, "/account/emails/remove", &[("email", ADA)]).await;
    assert_eq!(done(&page).as_deref(), Some("email-removed"));
    app.mails_to(ADA, 3).await;
    app.mails_to(WORK, 2).await;
    assert!(!signs_in(&app, ADA).await && signs_in(&app, WORK).await);
    // Somebody else may have it now.
    app.user(ADA).await;
}

async fn pw_11_an_unconfirmed_primary_address_leaves_with_its_links(database) {
    let app = TestApp::on(&database.url);
    let mut ada = app.browser();
    let sign_up = ada.get("/sign-up").await.form();
    ada.submit(&sign_up.fill("identifier", ADA).fill("password", PASSWORD)).await;
    let link = app.link_to(ADA).await;
    add_email(&app, &mut ada, WORK).await;
    send(&mut ada, "/account/emails/primary", &[("email", WORK)]).await;
    assert_eq!(app.browser().get(&link).await.status, 410);
    assert!(!signs_in(&app, ADA).await);
    assert_eq!(app.mails_to(ADA, 1).await.len(), 1, "nobody writes to an address that was never confirmed");
}

async fn ev_04_what_waits_dies_with_a_new_password(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let page = send(&mut ada, "/account/emails", &[("email", WORK)]).await;
    let (id, code) = (waiting_id(&page), mailed_code(&app, WORK, 1).await);
    let fields = [("current", PASSWORD), ("password", "another horse battery")];
    let page = send(&mut ada, "/account/password", &fields).await;
    assert_eq!(done(&page).as_deref(), Some("password"), "{}", page.text());
    let page = send(&mut ada, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410);
}

async fn mail_to_one_address_is_limited_whoever_asks(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    for browser in [&mut ada, &mut eve] {
        send(browser, "/account/emails", &[("email", WORK)]).await;
    }
    send(&mut ada, "/account/emails", &[("email", WORK)]).await;
    let page = send(&mut eve, "/account/emails", &[("email", WORK)]).await;
    assert_eq!(page.status, 429);
    assert!(page.headers.contains_key("retry-after"));
    assert_eq!(app.mails_to(WORK, 3).await.len(), 3);
}

async fn se_10_nobody_touches_the_addresses_of_somebody_else(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    add_email(&app, &mut ada, WORK).await;
    let mut eve = newcomer(&app, EVE).await;
    for action in ["/account/emails/remove", "/account/emails/primary"] {
        for address in [WORK, ADA, "", HOSTILE] {
            let page = send(&mut eve, action, &[("email", address)]).await;
            assert_eq!(page.status, 404, "{action} {address}");
        }
    }
    assert!(signs_in(&app, WORK).await && signs_in(&app, ADA).await);
}

async fn xs_05_what_is_no_address_is_refused_and_shown_as_text(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for bad in [HOSTILE, "", "x", "a@b@c.test", "a\r\nBcc: x@example.com", "<a@example.com>", "\"a b\"@example.com"] {
        let page = send(&mut ada, "/account/emails", &[("email", bad)]).await;
        assert_eq!(page.status, 400, "{bad:?}");
        assert!(!page.body.contains("<svg onload") && !page.has("script:not([src])"));
    }
}
}

async fn stored_by_email(app: &TestApp, email: &str) -> User {
    let all = users::list(&app.state, None, 100).await.unwrap();
    all.into_iter().find(|user| user.email == email).expect("the account")
}
