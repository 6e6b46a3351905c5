//! The frame of every letter: HTML and text, with the name and the colours of the settings.

use askama::Template;

use super::sheet::{Desk, Sheet};
use crate::model::letter::Letter;
use crate::settings::Branding;

/// What branding changes in the HTML.
pub(super) struct Theme {
    light: Palette,
    dark: Palette,
    /// Of buttons, in pixels.
    radius: u8,
}

/// CSS colours.
struct Palette {
    /// Behind everything.
    canvas: String,
    /// Buttons.
    accent: String,
    /// Text on them.
    accent_ink: String,
}

impl Theme {
    /// The one place where letters read the looks of the settings. There are none yet, so it is the house's own.
    pub(super) fn of(_: &Branding) -> Self {
        let palette = |canvas: &str, accent: &str, accent_ink: &str| Palette {
            canvas: canvas.to_owned(),
            accent: accent.to_owned(),
            accent_ink: accent_ink.to_owned(),
        };
        Self {
            light: palette("#f6f7f9", "#3b5bdb", "#ffffff"),
            dark: palette("#0e1116", "#7c96ff", "#0e1116"),
            radius: 10,
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
