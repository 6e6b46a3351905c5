//! Pages as a person meets them, and as an attacker does.

mod account;
mod cookies;
mod csrf;
mod enumeration;
mod hostile;
mod language;
mod lockout;
mod redirects;
mod sessions;
mod setup;
mod sign_in;
mod sign_up;
mod timeouts;
mod verify_email;

use crate::harness::app::PASSWORD;
use crate::harness::browser::{Browser, Page};

/// Something that is HTML, a template and a script at once.
const HOSTILE: &str = r#""><svg onload=alert(1)>'{{7*7}}${7*7}{% raw %}</script><script>alert(1)</script>"#;

/// Fills in a page for a new account and sends it.
async fn sign_up(browser: &mut Browser, name: &str, email: &str) -> Page {
    let page = browser.get("/sign-up").await;
    let form = page
        .form()
        .fill("name", name)
        .fill("identifier", email)
        .fill("password", PASSWORD);
    browser.submit(&form).await
}

/// Whether a browser is signed in.
async fn is_signed_in(browser: &mut Browser) -> bool {
    let page = browser.get("/account").await;
    assert_eq!(page.status, 200);
    page.url.path() == "/account"
}

/// A page on which a hostile text is text.
fn assert_harmless(page: &Page) {
    assert!(page.status.as_u16() < 500, "{}", page.status);
    assert!(!page.has("[onload]") && !page.has("script:not([src])"), "{}", page.body);
    assert!(!page.body.contains("<svg onload"), "{}", page.body);
}
