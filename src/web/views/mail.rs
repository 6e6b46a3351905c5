//! The mails people get. Names are left out of them on purpose: whoever signs up somebody else's address could put
//! words of their own into that mail.

use askama::Template;

use crate::model::letter::{Letter, Message};
use crate::settings::Settings;
use crate::web::i18n::{Lang, Translator};

/// Writes a mail in the language of a BCP 47 tag.
pub fn write_letter(settings: &Settings, message: &Message, locale: &str) -> Letter {
    let t = Translator::new(Lang::from_tag(locale).unwrap_or(Lang::En));
    let brand = &settings.branding.name;
    match message {
        Message::VerifyEmail { link, valid_for } => Letter {
            subject: verify_email_subject(t, brand),
            text: VerifyEmailText {
                t,
                brand,
                link,
                valid_for: *valid_for,
            }
            .render()
            .unwrap_or_else(|_| link.clone()),
            html: VerifyEmailHtml {
                t,
                brand,
                link,
                valid_for: *valid_for,
            }
            .render()
            .unwrap_or_else(|_| link.clone()),
        },
        other => {
            let text = format!("{other:#?}");
            Letter {
                subject: brand.clone(),
                html: format!("<pre>{text}</pre>"),
                text,
            }
        }
    }
}

/// The subject of the mail that verifies an address.
fn verify_email_subject(t: Translator, brand: &str) -> String {
    t.say("mail.verify_subject").with("brand", brand).to_string()
}

/// The HTML part of the mail that verifies an address.
#[derive(Debug, Template)]
#[template(path = "mail/verify_email.html")]
pub struct VerifyEmailHtml<'a> {
    /// The words.
    pub t: Translator,
    /// The product's name.
    pub brand: &'a str,
    /// The link to follow.
    pub link: &'a str,
    /// How long it works, in seconds.
    pub valid_for: u64,
}

/// The text part of the mail that verifies an address.
#[derive(Debug, Template)]
#[template(path = "mail/verify_email.txt", whitespace = "preserve")]
pub struct VerifyEmailText<'a> {
    /// The words.
    pub t: Translator,
    /// The product's name.
    pub brand: &'a str,
    /// The link to follow.
    pub link: &'a str,
    /// How long it works, in seconds.
    pub valid_for: u64,
}

impl VerifyEmailHtml<'_> {
    fn expiry(&self) -> String {
        expiry(self.t, self.valid_for)
    }
}

impl VerifyEmailText<'_> {
    fn expiry(&self) -> String {
        expiry(self.t, self.valid_for)
    }
}

fn expiry(t: Translator, seconds: u64) -> String {
    let hours = seconds / 3600;
    if hours == 0 {
        t.count("mail.expiry_minutes", seconds / 60)
    } else {
        t.count("mail.expiry_hours", hours)
    }
    .to_string()
}
