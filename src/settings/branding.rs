//! Section `branding`: what of the looks an installation may change, and what may not come of it.

use std::path::Path;

use serde::Deserialize;

use super::Settings;
use super::colour::{Colour, READABLE};

/// Section `branding`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Branding {
    pub name: String,
    pub logo: String,
    pub accent: String,
    pub accent_dark: String,
    pub canvas: String,
    pub canvas_dark: String,
    pub radius: u8,
    pub font: String,
    pub theme: Theme,
    pub attribution: bool,
}

/// Which of the two sets of colours pages wear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the person's device asks.
    Auto,
    /// The light one.
    Light,
    /// The dark one.
    Dark,
}

/// The colours of one theme that branding decides, chosen so that everything on them can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub canvas: Colour,
    /// Buttons.
    pub accent: Colour,
    /// Text on it.
    pub accent_ink: Colour,
    /// Buttons under the pointer.
    pub accent_strong: Colour,
    /// A breath of it, behind marks and tags.
    pub accent_soft: Colour,
    /// It, as text: links, marks, the ring of the focus.
    pub accent_text: Colour,
}

/// What the style sheet has for one theme and branding does not change.
struct Given {
    surface: Colour,
    ink: Colour,
    ink_soft: Colour,
    /// What the ink of buttons is where it can be.
    inks: [Colour; 1],
    /// The end of the scale towards which a colour must go to be read.
    far: Colour,
}

const LIGHT: Given = Given {
    surface: Colour::WHITE,
    ink: Colour::new(0x14, 0x17, 0x1f),
    ink_soft: Colour::new(0x5b, 0x64, 0x72),
    inks: [Colour::WHITE],
    far: Colour::BLACK,
};

const DARK: Given = Given {
    surface: Colour::new(0x16, 0x1b, 0x22),
    ink: Colour::new(0xe8, 0xeb, 0xf0),
    ink_soft: Colour::new(0x9a, 0xa4, 0xb2),
    inks: [Colour::new(0x0e, 0x11, 0x16)],
    far: Colour::WHITE,
};

impl Branding {
    /// The colours of the light theme.
    pub fn light(&self) -> Palette {
        palette(&self.accent, &self.canvas, &LIGHT)
    }

    /// The colours of the dark theme.
    pub fn dark(&self) -> Palette {
        palette(&self.accent_dark, &self.canvas_dark, &DARK)
    }
}

/// Settings are checked before they are used, so a colour that is none does not come here; black stands in for it.
fn palette(accent: &str, canvas: &str, given: &Given) -> Palette {
    let accent = Colour::parse(accent).unwrap_or(Colour::BLACK);
    let canvas = Colour::parse(canvas).unwrap_or(given.surface);
    let accent_ink = accent.ink(&given.inks);
    // Away from the ink, so that the text of a button under the pointer reads even better.
    let away = if accent_ink.contrast(Colour::WHITE) < accent_ink.contrast(Colour::BLACK) {
        Colour::BLACK
    } else {
        Colour::WHITE
    };
    let accent_soft = given.surface.mixed(accent, 10);
    Palette {
        canvas,
        accent,
        accent_ink,
        accent_strong: accent.mixed(away, 18),
        accent_soft,
        accent_text: accent.readable_on(&[given.surface, canvas, accent_soft], given.far, READABLE),
    }
}

/// The greatest weight of a logo: a page with everything on it stays under 60 KB.
pub const LOGO_BYTES: u64 = 16 * 1024;

/// The kinds of file that a logo may be, by the end of its name.
pub const LOGO_TYPES: [(&str, &str); 2] = [("svg", "image/svg+xml"), ("png", "image/png")];

/// The media type of a logo by its name.
pub fn logo_type(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    LOGO_TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map(|(_, media)| *media)
}

/// Adds a sentence for everything that cannot be.
pub(super) fn check(settings: &Settings, demand: &mut impl FnMut(bool, &str)) {
    let branding = &settings.branding;
    let name = branding.name.trim();
    demand(
        !name.is_empty() && name.chars().count() <= 60 && !name.chars().any(char::is_control),
        "branding.name is 1 to 60 characters on one line",
    );
    if !branding.logo.is_empty() {
        let path = Path::new(&branding.logo);
        demand(logo_type(path).is_some(), "branding.logo is an .svg or .png file");
        match std::fs::metadata(path) {
            Ok(file) => demand(
                file.is_file() && file.len() <= LOGO_BYTES,
                "branding.logo is a file of at most 16 KiB: every page carries it",
            ),
            Err(error) => demand(false, &format!("branding.logo: {}: {error}", branding.logo)),
        }
    }
    for (suffix, accent, canvas, given) in [
        ("", &branding.accent, &branding.canvas, &LIGHT),
        ("_dark", &branding.accent_dark, &branding.canvas_dark, &DARK),
    ] {
        for (key, colour) in [("accent", accent), ("canvas", canvas)] {
            demand(
                Colour::parse(colour).is_some(),
                &format!("branding.{key}{suffix} is a colour as #rrggbb"),
            );
        }
        let palette = palette(accent, canvas, given);
        for (what, colour, ground) in [
            ("text on branding.accent", palette.accent_ink, palette.accent),
            ("text on branding.canvas", given.ink, palette.canvas),
            ("secondary text on branding.canvas", given.ink_soft, palette.canvas),
            ("a link on branding.canvas", palette.accent_text, palette.canvas),
        ] {
            let ratio = colour.contrast(ground);
            demand(
                ratio >= READABLE,
                &format!("{what}{suffix} has a contrast of {ratio:.1}; it can be read from 4.5"),
            );
        }
    }
    demand(branding.radius <= 24, "branding.radius is 0 to 24");
    demand(
        is_font_list(&branding.font),
        "branding.font is a list of font names with commas between them: letters, digits, spaces and -, with or without quotes",
    );
}

/// Font names end in a style sheet: nothing that could end the declaration comes through.
fn is_font_list(list: &str) -> bool {
    let is_name = |name: &str| {
        let name = name.trim();
        let bare = ['"', '\'']
            .iter()
            .find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(name);
        !bare.trim().is_empty()
            && bare
                .chars()
                .all(|c| c.is_alphanumeric() || c == ' ' || c == '-' || c == '_')
    };
    list.is_empty() || (list.len() <= 300 && list.split(',').all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_list_cannot_leave_its_declaration() {
        for good in [
            "",
            "Inter",
            "Inter, 'Segoe UI', \"Noto Sans CJK SC\"",
            "思源黑体, sans-serif",
        ] {
            assert!(is_font_list(good), "{good}");
        }
        for bad in ["Inter;}", "a, ", "url(x)", "\"a", "a\\3b", "a/*", "x:y", "a'b", "<b"] {
            assert!(!is_font_list(bad), "{bad}");
        }
    }

    #[test]
    fn a_bright_accent_keeps_its_button_and_darkens_as_a_link() {
        let yellow = palette("#ffd43b", "#ffffff", &LIGHT);
        assert_eq!(yellow.accent.to_string(), "#ffd43b");
        assert_eq!(yellow.accent_ink, Colour::BLACK);
        assert_ne!(yellow.accent_text, yellow.accent);
        for (colour, ground) in [
            (yellow.accent_text, Colour::WHITE),
            (yellow.accent_text, yellow.accent_soft),
            (yellow.accent_ink, yellow.accent_strong),
        ] {
            assert!(colour.contrast(ground) >= READABLE, "{colour} on {ground}");
        }
    }

    #[test]
    fn buttons_can_be_read_whatever_their_colour() {
        for given in [&LIGHT, &DARK] {
            for number in (0..0xff_ffff_u32).step_by(0x0b_2b31) {
                let palette = palette(&format!("#{number:06x}"), &given.surface.to_string(), given);
                for ground in [palette.accent, palette.accent_strong] {
                    assert!(palette.accent_ink.contrast(ground) >= READABLE, "{palette:?}");
                }
                assert!(
                    palette.accent_text.contrast(palette.accent_soft) >= READABLE,
                    "{palette:?}"
                );
            }
        }
    }
}
