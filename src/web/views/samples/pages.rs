//! What the samples are made of, and the list of all of them.

use std::sync::LazyLock;

use askama::Template;
use chrono::{DateTime, TimeZone, Utc};

use super::{HOSTILE, account, arriving, console, house, journey, proving};
use crate::model::letter::{Letter, Message};
use crate::settings::Settings;
use crate::web::i18n::Lang;
use crate::web::views::*;

pub(super) const FLOW: Option<&str> = Some("pgf_sample");

/// The looks of a house that changed everything it can.
pub(super) static LOOK: LazyLock<Look> = LazyLock::new(|| {
    let mut settings = Settings::load(None, std::iter::empty()).unwrap();
    settings.branding.radius = 4;
    settings.branding.font = "Inter".to_owned();
    Look::of(&settings.branding)
});

/// Where the forms of a journey's page post.
pub(super) fn way(action: &'static str) -> Way<'static> {
    Way {
        action,
        journey: Some("018b0000-0000-7000-8000-000000000000"),
        flow: FLOW,
    }
}

pub(super) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 12, 8, 30, 0).unwrap()
}

pub(super) fn acme() -> ClientBrand<'static> {
    ClientBrand {
        name: "Acme Notes",
        logo_uri: None,
        policy_uri: Some("https://acme.example/privacy"),
        tos_uri: Some("https://acme.example/terms"),
        redirect_host: "notes.acme.example",
    }
}

pub(super) fn hostile_client() -> ClientBrand<'static> {
    ClientBrand {
        name: HOSTILE,
        logo_uri: Some("https://acme.example/\"><svg onload=alert(1)>.svg"),
        policy_uri: Some("https://acme.example/\"><svg onload=alert(1)>"),
        tos_uri: None,
        redirect_host: HOSTILE,
    }
}

pub(super) fn shell(lang: Lang) -> Shell<'static> {
    Shell::new(lang, "Passgate", Some("/sample?flow=pgf_sample"))
}

/// A page of a house that changed its looks.
pub(super) fn branded(lang: Lang) -> Page<'static> {
    shell(lang).looking(Some(&LOOK)).with_csrf("csrf-sample")
}

pub(super) fn page(lang: Lang) -> Page<'static> {
    shell(lang).with_csrf("csrf-sample")
}

pub(super) fn at(lang: Lang, client: ClientBrand<'static>) -> Page<'static> {
    shell(lang).for_client(Some(client)).with_csrf("csrf-sample")
}
/// Pages by name.
pub(super) type Samples = Vec<(&'static str, String)>;

/// Name and HTML of every sample in `lang`.
pub fn all(lang: Lang) -> Samples {
    journey::all(lang)
        .into_iter()
        .chain(house::all(lang))
        .chain(account::all(lang))
        .chain(proving::all(lang))
        .chain(arriving::all(lang))
        .chain(console::all(lang))
        .collect()
}

/// The HTML part of every mail in `lang`, and of every mail of a service with a hostile name.
pub fn mails(lang: Lang) -> Vec<(String, String)> {
    let mut settings = Settings::load(None, std::iter::empty()).unwrap();
    let letters = letter_samples("http://localhost:8080", now());
    let mut mails = Vec::new();
    for (brand, mark) in [("Passgate", ""), (HOSTILE, "-hostile")] {
        brand.clone_into(&mut settings.branding.name);
        mails.extend(letters.iter().map(|(name, message)| {
            let html = write_letter(&settings, message, lang.tag()).html;
            (format!("mail-{name}{mark}"), html)
        }));
    }
    mails
}

/// The mail that verifies an address.
pub fn verification(lang: Lang, brand: &str) -> Letter {
    let mut settings = Settings::load(None, std::iter::empty()).unwrap();
    brand.clone_into(&mut settings.branding.name);
    let message = Message::VerifyEmail {
        link: "http://localhost:8080/verify-email?token=pgv_sample".to_owned(),
        valid_for: 86_400,
    };
    write_letter(&settings, &message, lang.tag())
}

/// Lets one list hold pages of every type.
pub(super) trait Render {
    fn html(&self) -> String;
}

impl<T: Template> Render for T {
    fn html(&self) -> String {
        self.render().unwrap()
    }
}
