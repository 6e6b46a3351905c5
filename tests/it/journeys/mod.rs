//! People on the way, as a browser without JavaScript walks: second factors, mail codes and links, resets, sign-up, passkeys
//! with a software authenticator in the browser's place.

mod assurance;
mod emailed;
mod hijack;
mod mail;
mod passkeys;
mod passwords;
mod policy;
mod recover;
mod second_factor;
mod sign_up;
mod texts;

use scraper::{Html, Selector};

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Page};

pub const ADA: &str = "ada@example.com";

/// An authenticator app: what it was shown, and the codes that it shows.
pub struct Phone([u8; 20]);

impl Phone {
    /// Reads the key of a page that sets an app up.
    pub fn scan(page: &Page) -> Self {
        let html = Html::parse_document(&page.body);
        let key: String = html
            .select(&Selector::parse(".secret code").unwrap())
            .flat_map(|code| code.text())
            .flat_map(str::chars)
            .filter(char::is_ascii_alphanumeric)
            .collect();
        Self::of(&key)
    }

    /// Takes a key that was typed: base32.
    pub fn of(key: &str) -> Self {
        Self(base32(key).try_into().expect("20 bytes"))
    }

    /// The code of this moment.
    pub fn code(&self, app: &TestApp) -> String {
        let now = u64::try_from(app.state.clock.now().timestamp()).unwrap();
        let app = totp_rs::Builder::new()
            .with_secret(totp_rs::Secret::from(self.0))
            .build()
            .unwrap();
        app.generate(now).to_string()
    }
}

fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a',
            _ => c - b'2' + 26,
        };
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

/// The recovery codes that a page shows.
pub fn codes_on(page: &Page) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    html.select(&Selector::parse(".codes code").unwrap())
        .map(|code| code.text().collect())
        .collect()
}

/// Sets an authenticator app up on the account's pages; gives it with the recovery codes that were shown.
pub async fn add_app(app: &TestApp, browser: &mut Browser) -> (Phone, Vec<String>) {
    let page = browser.get("/account/security/add?factor=totp").await;
    let phone = Phone::scan(&page);
    let page = browser.submit(&page.form().fill("code", &phone.code(app))).await;
    let codes = codes_on(&page);
    assert_eq!(codes.len(), 10, "{}", page.text());
    let page = browser.submit(&page.form()).await;
    assert_eq!(page.url.path(), "/account/security");
    (phone, codes)
}

/// A browser that has signed in as far as the password goes.
pub async fn with_password(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/sign-in").await;
    browser.sign_in_on(&page, email, PASSWORD).await
}

/// The six digits of the newest mail to an address.
pub async fn code_to(app: &TestApp, address: &str, mails: usize) -> String {
    let mail = app.mails_to(address, mails).await.pop().unwrap();
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    mail.text
        .split_whitespace()
        .find(digits)
        .unwrap_or_else(|| panic!("no code in {}", mail.text))
        .to_owned()
}
