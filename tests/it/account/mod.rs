//! The account pages: what people change about themselves, and what nobody else can.

mod data;
mod deletion;
mod emails;
mod fresh;
mod password;
mod phone;
mod picture;
mod profile;
mod security;

use passgate::flow::users;
use passgate::model::user::User;
use passgate::sql;
use passgate::store::Db;

use crate::harness::app::TestApp;
use crate::harness::browser::{Browser, Form, Page};

const ADA: &str = "ada@example.com";
const EVE: &str = "eve@example.com";

/// Something that is HTML, a template and a script at once.
const HOSTILE: &str = r#""><svg onload=alert(1)>'{{7*7}}${7*7}{% raw %}</script><script>alert(1)</script>"#;

/// A browser in which somebody is signed in who has an account since now.
async fn newcomer(app: &TestApp, email: &str) -> Browser {
    app.user(email).await;
    let mut browser = app.browser();
    browser.sign_in(email).await;
    browser
}

/// Fills in a form as one of our pages would have it.
async fn form(browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Form {
    let csrf = browser.get("/account").await.form().fields["csrf"].clone();
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    Form {
        action: action.to_owned(),
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    }
}

/// Sends it.
async fn send(browser: &mut Browser, action: &str, fields: &[(&str, &str)]) -> Page {
    let form = form(browser, action, fields).await;
    browser.submit(&form).await
}

/// What the page says was done.
fn done(page: &Page) -> Option<String> {
    page.parameter("done")
}

/// The account of an address, as it is stored.
async fn stored(app: &TestApp, sub: &str) -> User {
    let all = users::list(&app.state, None, 100).await.unwrap();
    all.into_iter().find(|user| user.subject() == sub).expect("the account")
}

/// A single number.
async fn number(db: &Db, statement: &'static str) -> i64 {
    db.read(statement, |tx, statement| {
        Box::pin(async move { sql!(tx, scalar i64, *statement) })
    })
    .await
    .unwrap()
}

/// The code in the newest mail to an address, of `count` that there must be.
async fn mailed_code(app: &TestApp, address: &str, count: usize) -> String {
    let mail = app.mails_to(address, count).await.pop().unwrap();
    let (_, rest) = mail
        .text
        .split_once("code=")
        .unwrap_or_else(|| panic!("no code in {}", mail.text));
    rest.chars().take(6).collect()
}

/// Adds an address and confirms it with the code of its first mail.
async fn add_email(app: &TestApp, browser: &mut Browser, address: &str) {
    let page = send(browser, "/account/emails", &[("email", address)]).await;
    assert_eq!(done(&page).as_deref(), Some("email-sent"), "{}", page.text());
    let code = mailed_code(app, address, 1).await;
    let id = waiting_id(&page);
    let page = send(browser, "/account/emails/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(done(&page).as_deref(), Some("email-added"), "{}", page.text());
}

/// The id of the first address or number that waits for its code.
fn waiting_id(page: &Page) -> String {
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/confirm"));
    form.unwrap_or_else(|| panic!("nothing waits: {}", page.text())).fields["id"].clone()
}
