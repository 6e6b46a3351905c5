//! The frame of every letter: HTML and text, with the name and the colours of the settings.

use askama::Template;

use super::sheet::{Desk, Sheet};
use crate::model::letter::Letter;
use crate::settings::Branding;

/// What branding changes in the HTML.
pub(super) struct Theme {
    /// Buttons and links; a CSS colour.
    accent: &'static str,
    /// Text on it.
    accent_ink: &'static str,
}

impl Theme {
    /// The one place where letters read branding: colours and a logo of the settings come in here.
    pub(super) fn of(_: &Branding) -> Self {
        Self {
            accent: "#3b5bdb",
            accent_ink: "#ffffff",
        }
    }
}

#[derive(Template)]
#[template(path = "mail/frame.html")]
struct Frame<'a> {
    lang: &'static str,
    brand: &'a str,
    theme: &'a Theme,
    or_copy: &'static str,
    sheet: &'a Sheet,
}

/// Draws a letter.
pub(super) fn draw(desk: &Desk<'_>, theme: &Theme, sheet: Sheet) -> Letter {
    let text = text(desk, &sheet);
    let html = Frame {
        lang: desk.t.lang().tag(),
        brand: desk.brand,
        theme,
        or_copy: desk.t.get("mail.or_copy"),
        sheet: &sheet,
    };
    Letter {
        html: html.render().unwrap_or_default(),
        text,
        subject: sheet.subject,
    }
}

/// Paragraphs in the order of the HTML; code and links stand alone on their lines.
fn text(desk: &Desk<'_>, sheet: &Sheet) -> String {
    let mut parts = vec![sheet.lead.clone()];
    parts.extend(sheet.code.clone());
    parts.extend(sheet.action.as_ref().map(|action| action.link.clone()));
    parts.extend(sheet.expiry.clone());
    let facts: Vec<_> = sheet
        .facts
        .iter()
        .map(|(name, value)| {
            desk.t
                .say("mail.fact")
                .with("name", name)
                .with("value", value)
                .to_string()
        })
        .collect();
    if !facts.is_empty() {
        parts.push(facts.join("\n"));
    }
    parts.extend(sheet.closing.iter().cloned());
    let alarm = sheet.alarm.as_ref();
    parts.extend(alarm.map(|alarm| format!("{}\n{}", alarm.label, alarm.link)));
    // The line that mail programs know a signature by.
    format!("{}\n\n-- \n{}\n", parts.join("\n\n"), desk.brand)
}
