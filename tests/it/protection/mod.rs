//! Protection: what slows guessing and flooding down on all nodes, what is said of a sign-in with a new browser, and who may
//! have an account.

mod admission;
mod alerts;
mod browsers;
mod clients;
mod invitations;
mod limits;
mod work;

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Page};

const ADDRESS: &str = "ada@example.com";

/// A try to sign in with a browser.
async fn try_with(browser: &mut Browser, identifier: &str, password: &str) -> Page {
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, identifier, password).await
}

/// A wrong password of somebody who has never been here.
async fn guess(app: &TestApp, identifier: &str) -> Page {
    try_with(&mut app.browser(), identifier, "wrong password").await
}

/// Whether a page is the account's: signed in.
fn is_in(page: &Page) -> bool {
    page.url.path() == "/account"
}

/// Signs in, out, and gives the browser, which the account knows from then on.
async fn known_browser(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let page = try_with(&mut browser, ADDRESS, PASSWORD).await;
    assert!(is_in(&page), "{}", page.text());
    let page = browser.get("/sign-out").await;
    let form = page.form().fill("logout", "yes");
    browser.submit(&form).await;
    browser
}
