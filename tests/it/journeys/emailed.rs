//! Links and codes that are mailed, and whoever made an account with somebody else's address.

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;
use crate::harness::raw::exchange;
use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

const BOB: &str = "bob@example.com";
const NEW: &str = "another fine pass phrase";

async fn ask_reset(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/forgot-password").await;
    browser.submit(&page.form().fill("identifier", email)).await
}

/// The newest of `count` links to an address that do what a code does, whatever else was mailed there.
async fn link_of(app: &TestApp, email: &str, count: usize) -> String {
    let mut mails = 0;
    loop {
        mails += 1;
        let links: Vec<String> = app
            .mails_to(email, mails)
            .await
            .iter()
            .filter_map(|mail| mail.text.split_whitespace().find(|word| word.contains("/link?token=")))
            .map(str::to_owned)
            .collect();
        if links.len() >= count {
            return links[count - 1].clone();
        }
    }
}

async fn signs_in(app: &TestApp, email: &str, password: &str) -> bool {
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, email, password).await.url.path() == "/account"
}

/// An account that somebody makes with an address that they cannot read.
async fn planted(app: &TestApp, email: &str) -> Browser {
    let mut attacker = app.browser();
    let page = attacker.get("/sign-up").await;
    let form = page
        .form()
        .fill("name", "Ada")
        .fill("identifier", email)
        .fill("password", PASSWORD);
    assert_eq!(attacker.submit(&form).await.url.path(), "/account");
    app.mails_to(email, 1).await;
    app.advance(1);
    attacker
}

on_every_engine! {
/// Nothing that a request says of hosts gets into the mail that it causes.
async fn pw_01_a_foreign_host_never_gets_into_a_reset(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = browser.get("/forgot-password").await;
    let fields = page.form().fill("identifier", ADA).fields;
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let cookie = format!("passgate_browser={}", browser.cookies["passgate_browser"]);
    let request = format!(
        "POST http://evil.test/forgot-password HTTP/1.1\r\nHost: localhost:80@evil.test\r\nX-Forwarded-Host: evil.test\r\n\
         Forwarded: host=evil.test;proto=https\r\nX-Original-URL: //evil.test/\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = exchange(&app, request.clone()).await;
    assert!(!reply.text.contains("evil"), "{}", reply.text);
    let reply = exchange(&app, request.replace("http://evil.test/f", "/f").replace("localhost:80@evil.test", "evil.test")).await;
    assert_eq!(reply.statuses(), [303], "{}", reply.text);
    assert!(!reply.text.contains("evil"), "{}", reply.text);
    for mail in app.mails_to(ADA, 1).await {
        assert!(!mail.text.contains("evil") && mail.text.contains(&app.issuer), "{}", mail.text);
    }
}

/// The token decides, whomever the form names.
async fn pw_04_a_link_is_of_the_account_that_it_was_sent_to(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let bob = app.user(BOB).await;
    ask_reset(&mut app.browser(), ADA).await;
    let link = link_of(&app, ADA, 1).await;
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    let forge = |form: crate::harness::browser::Form| {
        form.fill("user_id", &bob).fill("sub", &bob).fill("identifier", BOB).fill("email", BOB)
    };
    let page = browser.submit(&forge(page.form())).await;
    assert!(page.has("input[autocomplete=new-password]"), "{}", page.text());
    let done = browser.submit(&forge(page.form()).fill("password", NEW)).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(signs_in(&app, ADA, NEW).await && signs_in(&app, BOB, PASSWORD).await);
    assert!(!signs_in(&app, BOB, NEW).await);
}

async fn pw_05_a_newer_request_ends_the_way_back_before_it(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut first = app.browser();
    let page = ask_reset(&mut first, ADA).await;
    let (code, link) = (code_to(&app, ADA, 1).await, app.link_to(ADA).await);
    app.advance(1);
    ask_reset(&mut app.browser(), ADA).await;
    let newer = link_of(&app, ADA, 2).await;
    let late = first.submit(&page.form().fill("code", &code)).await;
    assert!(!late.has("input[autocomplete=new-password]"), "{}", late.text());
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    if page.has("form") {
        assert_eq!(browser.submit(&page.form()).await.status, 410);
    }
    let page = browser.get(&newer).await;
    assert!(browser.submit(&page.form()).await.has("input[autocomplete=new-password]"));
}

async fn pw_05_another_password_ends_every_way_in_by_mail(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    ask_reset(&mut app.browser(), ADA).await;
    let reset = link_of(&app, ADA, 1).await;
    let mut waiting = app.browser();
    let page = waiting.get("/sign-in").await;
    let page = waiting.submit(&page.form().fill("identifier", ADA).fill("method", "email")).await;
    let code = code_to(&app, ADA, 2).await;
    let form = ada.get("/account/password").await.forms().into_iter().find(|form| form.fields.contains_key("current"));
    ada.submit(&form.unwrap().fill("current", PASSWORD).fill("password", NEW)).await;
    assert!(signs_in(&app, ADA, NEW).await);
    let mut browser = app.browser();
    let gone = browser.get(&reset).await;
    if gone.has("form") {
        assert_eq!(browser.submit(&gone.form()).await.status, 410);
    }
    let late = waiting.submit(&page.form().fill("code", &code)).await;
    assert_ne!(late.url.path(), "/account");
}

async fn pw_05_an_account_that_is_switched_off_has_no_way_back(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut browser = app.browser();
    let page = ask_reset(&mut browser, ADA).await;
    let (code, link) = (code_to(&app, ADA, 1).await, app.link_to(ADA).await);
    users::change(&app.state, ADA, Change::Disable, &Authority::all(), &Origin::command_line()).await.unwrap();
    let late = browser.submit(&page.form().fill("code", &code)).await;
    assert!(!late.has("input[autocomplete=new-password]"), "{}", late.text());
    let page = browser.get(&link).await;
    if page.has("form") {
        assert_eq!(browser.submit(&page.form()).await.status, 410);
    }
}

/// Scanners and prefetching use nothing up, and the page takes nothing from elsewhere that could see its address.
async fn pw_08_pw_13_looking_at_a_link_changes_nothing_and_tells_nobody(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    ask_reset(&mut app.browser(), ADA).await;
    let link = link_of(&app, ADA, 1).await;
    for method in ["GET", "HEAD", "GET"] {
        app.browser().request(method.parse().unwrap(), &link, None).await;
    }
    let mut browser = app.browser();
    let page = browser.get(&link).await;
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
    let html = Html::parse_document(&page.body);
    let all = Selector::parse("[src], link[href], [action], [formaction]").unwrap();
    for element in html.select(&all) {
        let value = element.value();
        let leads = value.attr("src").or(value.attr("href")).or(value.attr("action")).or(value.attr("formaction"));
        assert!(leads.unwrap().starts_with('/') && !leads.unwrap().starts_with("//"), "{leads:?}");
    }
    let token = page.form().fields["token"].clone();
    let page = browser.submit(&page.form()).await;
    assert!(page.has("input[autocomplete=new-password]"), "{}", page.text());
    assert!(!page.url.as_str().contains(&token) && !page.body.contains(&token), "it is not carried on");
}

/// The classic pre-hijack: whoever waits in an account that they made with another person's address is out when that person
/// comes.
async fn ev_01_whoever_comes_by_mail_first_takes_the_account_from_whoever_made_it(database) {
    let app = TestApp::on(&database.url);
    let mut attacker = planted(&app, ADA).await;
    // A number of their own, which applications would be told is hers.
    let forms = attacker.get("/account/phone").await.forms();
    let ask = forms.into_iter().find(|form| form.action == "/account/phone").unwrap();
    let page = attacker.submit(&ask.fill("phone", "+442079460018")).await;
    let code = app.texted_code("+442079460018", 1).await;
    let confirm = page.forms().into_iter().find(|form| form.action == "/account/phone/confirm").unwrap();
    let page = attacker.submit(&confirm.fill("code", &code)).await;
    assert_eq!(page.parameter("done").as_deref(), Some("phone-added"), "{}", page.text());
    let mut ada = app.browser();
    let page = ada.get("/sign-in").await;
    let page = ada.submit(&page.form().fill("identifier", ADA).fill("method", "email")).await;
    let code = code_to(&app, ADA, 2).await;
    let page = ada.submit(&page.form().fill("code", &code)).await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
    assert_eq!(attacker.get("/account").await.url.path(), "/sign-in", "the session of before");
    assert!(!signs_in(&app, ADA, PASSWORD).await, "the password of before");
    assert_eq!(ada.get("/account").await.url.path(), "/account");
    let user = users::list(&app.state, None, 10).await.unwrap().remove(0);
    assert!(user.email_verified);
    assert_eq!(user.claims.get("phone_number_verified"), Some(&false.into()), "the number of before");
}

async fn ev_01_ev_02_a_reset_takes_everything_that_was_there_before(database) {
    let app = TestApp::on(&database.url);
    let mut attacker = planted(&app, ADA).await;
    // An address of their own beside the one that they cannot read, to come back by.
    let form = attacker.get("/account/emails").await.forms().into_iter().find(|form| form.action == "/account/emails");
    let page = attacker.submit(&form.unwrap().fill("email", "eve@example.com")).await;
    let confirm = page.forms().into_iter().find(|form| form.action.ends_with("/confirm")).unwrap();
    let mail = app.mails_to("eve@example.com", 1).await.pop().unwrap();
    let code: String = mail.text.split_once("code=").unwrap().1.chars().take(6).collect();
    let page = attacker.submit(&confirm.fill("code", &code)).await;
    assert!(page.text().contains("eve@example.com"), "{}", page.text());
    assert!(signs_in(&app, "eve@example.com", PASSWORD).await);
    let mut ada = app.browser();
    ask_reset(&mut ada, ADA).await;
    let link = link_of(&app, ADA, 1).await;
    let page = ada.get(&link).await;
    let page = ada.submit(&page.form()).await;
    ada.submit(&page.form().fill("password", NEW)).await;
    assert!(signs_in(&app, ADA, NEW).await);
    assert_eq!(attacker.get("/account").await.url.path(), "/sign-in");
    assert!(!signs_in(&app, "eve@example.com", NEW).await, "the other address belongs to nobody");
    ask_reset(&mut app.browser(), "eve@example.com").await;
    assert_eq!(app.mails_to("eve@example.com", 1).await.len(), 1, "and leads nowhere");
}

/// Who was there already keeps what is theirs.
async fn ev_01_nothing_is_taken_from_whoever_shows_the_password_or_a_session(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "later").spawn();
    let mut ada = planted(&app, ADA).await;
    app.advance(601);
    let page = ada.get("/sign-in?again=yes&return_to=/account/password").await;
    let page = ada.submit(&page.form().fill("method", "email")).await;
    let code = code_to(&app, ADA, 2).await;
    let page = ada.submit(&page.form().fill("code", &code)).await;
    assert_eq!(page.url.path(), "/account/password", "{}", page.text());
    assert!(signs_in(&app, ADA, PASSWORD).await);
}

/// A mailed link is one factor, whoever has two.
async fn mf_05_a_link_by_mail_asks_for_the_second_factor(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let (phone, _) = add_app(&app, &mut ada).await;
    app.advance(60);
    for same_browser in [true, false] {
        app.advance(3600);
        let mut browser = app.browser();
        let page = browser.get("/sign-in").await;
        browser.submit(&page.form().fill("identifier", ADA).fill("method", "email")).await;
        let link = link_of(&app, ADA, if same_browser { 1 } else { 2 }).await;
        let mut opener = if same_browser { browser } else { app.browser() };
        let page = opener.get(&link).await;
        let page = opener.submit(&page.form()).await;
        assert!(page.has("input[name=code]"), "{}", page.text());
        assert_eq!(opener.clone().get("/account").await.url.path(), "/sign-in");
        let done = opener.submit(&page.form().fill("code", &phone.code(&app))).await;
        assert_eq!(done.url.path(), "/account", "{}", done.text());
    }
}

/// What looks like an address is not the address, and mail goes to the one that is stored.
async fn un_03_a_reset_goes_to_the_stored_address_only(database) {
    let app = TestApp::on(&database.url);
    app.user("victim@gmail.com").await;
    for look_alike in ["victim@gma\u{131}l.com", "v\u{456}ctim@gmail.com", "victim@xn--gmal-nza.com"] {
        ask_reset(&mut app.browser(), look_alike).await;
    }
    app.advance(1);
    // Spellings of the same are the same, and written to as stored.
    ask_reset(&mut app.browser(), " VICTIM@Gmail.com ").await;
    assert_eq!(app.mails_to("victim@gmail.com", 1).await.len(), 1);
    let all = std::fs::read_dir(app.mail_folder()).unwrap();
    let mails = all.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "eml"));
    assert_eq!(mails.count(), 1, "nothing to anybody else");
}
}
