//! How this installation looks: branding settings made into a small style sheet that overrides tokens, and a logo. Made once
//! at start; every page's [`super::Shell`] may carry it.

use std::fmt::Write as _;
use std::path::Path;

use aws_lc_rs::digest;

use super::paths;
use crate::settings::{Branding, DEFAULTS, Palette, Theme, logo_type};

/// The looks of this installation.
#[derive(Debug, Clone)]
pub struct Look {
    theme: Theme,
    attribution: bool,
    sheet: Option<Sheet>,
    logo: Option<Logo>,
}

/// The style sheet that branding makes.
#[derive(Debug, Clone)]
struct Sheet {
    css: String,
    hash: String,
    href: String,
}

/// The product's own logo.
#[derive(Debug, Clone)]
pub struct Logo {
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Names its content.
    pub hash: String,
    /// Its address, which changes with its content.
    pub href: String,
}

impl Look {
    /// Makes it from settings that were checked. Whatever was not changed in them is left to the style sheet of all pages; a
    /// logo that cannot be read is left out.
    pub fn of(branding: &Branding) -> Self {
        let css = css(branding);
        let sheet = (!css.is_empty()).then(|| {
            let hash = hash(css.as_bytes());
            Sheet {
                href: format!("{}?v={hash}", paths::THEME_CSS),
                hash,
                css,
            }
        });
        Self {
            theme: branding.theme,
            attribution: branding.attribution,
            sheet,
            logo: Logo::read(&branding.logo),
        }
    }

    /// The style sheet's text and the hash in its address; `None` where branding changes no colour, font or corner.
    pub fn css(&self) -> Option<(&str, &str)> {
        self.sheet
            .as_ref()
            .map(|sheet| (sheet.css.as_str(), sheet.hash.as_str()))
    }

    /// The style sheet's address.
    pub(super) fn css_href(&self) -> Option<&str> {
        self.sheet.as_ref().map(|sheet| sheet.href.as_str())
    }

    /// The logo.
    pub fn logo(&self) -> Option<&Logo> {
        self.logo.as_ref()
    }

    /// Which set of colours.
    pub(super) fn theme(&self) -> Theme {
        self.theme
    }

    /// Whether the foot says who keeps the sign-in.
    pub(super) fn attribution(&self) -> bool {
        self.attribution
    }
}

impl Logo {
    fn read(path: &str) -> Option<Self> {
        let content_type = logo_type(Path::new(path)).filter(|_| !path.is_empty())?;
        let bytes = std::fs::read(path).ok()?;
        let hash = hash(&bytes);
        Some(Self {
            content_type,
            href: format!("{}?v={hash}", paths::LOGO),
            hash,
            bytes,
        })
    }
}

fn hash(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Tokens alone, and only those that differ from the defaults.
fn css(branding: &Branding) -> String {
    let Some(given) = defaults() else {
        return String::new();
    };
    let mut shape = String::new();
    if branding.radius != given.radius {
        let card = match branding.radius {
            0 => 0,
            radius => radius.saturating_add(4),
        };
        let _ = write!(shape, "--radius:{}px;--radius-card:{card}px;", branding.radius);
    }
    if !branding.font.is_empty() {
        let _ = write!(shape, "--font:{},{FONTS};", branding.font);
    }
    let light = if (&branding.accent, &branding.canvas) == (&given.accent, &given.canvas) {
        String::new()
    } else {
        tokens(branding.light())
    };
    let dark = if (&branding.accent_dark, &branding.canvas_dark) == (&given.accent_dark, &given.canvas_dark) {
        String::new()
    } else {
        tokens(branding.dark())
    };
    let mut css = String::new();
    let (root, dark_root) = match branding.theme {
        Theme::Light => (format!("{shape}{light}"), String::new()),
        Theme::Dark => (format!("{shape}{dark}"), String::new()),
        // Where only the light colours are changed, the dark sheet must still win in the dark.
        Theme::Auto => {
            if !light.is_empty() {
                let _ = write!(
                    css,
                    "@media not all and (prefers-color-scheme:dark){{:root{{{light}}}}}"
                );
            }
            (shape, dark)
        }
    };
    if !root.is_empty() {
        let _ = write!(css, ":root{{{root}}}");
    }
    if !dark_root.is_empty() {
        let _ = write!(css, "@media (prefers-color-scheme:dark){{:root{{{dark_root}}}}}");
    }
    css
}

/// The fonts of the system, as in `app.css`.
const FONTS: &str = "system-ui,\"Segoe UI\",Roboto,\"PingFang SC\",\"Hiragino Sans GB\",\"Microsoft YaHei\",\
                     \"Noto Sans CJK SC\",sans-serif";

fn tokens(palette: Palette) -> String {
    let Palette {
        canvas,
        accent,
        accent_ink,
        accent_strong,
        accent_soft,
        accent_text,
    } = palette;
    format!(
        "--canvas:{canvas};--sunken:{canvas};--accent:{accent};--accent-ink:{accent_ink};--accent-strong:{accent_strong};\
         --accent-soft:{accent_soft};--accent-text:{accent_text};"
    )
}

/// Branding as it is where nothing is configured.
fn defaults() -> Option<Branding> {
    let table: toml::Table = DEFAULTS.parse().ok()?;
    table.get("branding")?.clone().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branding(change: impl FnOnce(&mut Branding)) -> Branding {
        let mut branding = defaults().unwrap();
        change(&mut branding);
        branding
    }

    #[test]
    fn nothing_configured_needs_no_style_sheet() {
        let look = Look::of(&branding(|_| ()));
        assert!(look.css().is_none() && look.css_href().is_none() && look.logo().is_none());
    }

    #[test]
    fn an_address_changes_with_what_is_served_there() {
        let of = |accent: &str| Look::of(&branding(|b| accent.clone_into(&mut b.accent)));
        let (red, green) = (of("#c92a2a"), of("#2b8a3e"));
        assert_ne!(red.css_href(), green.css_href());
        let (css, hash) = red.css().unwrap();
        assert_eq!(red.css_href().unwrap(), format!("/brand/theme.css?v={hash}"));
        assert!(css.contains("--accent:#c92a2a;--accent-ink:#ffffff;"), "{css}");
        assert!(
            css.starts_with("@media not all and (prefers-color-scheme:dark){"),
            "{css}"
        );
    }

    #[test]
    fn a_chosen_theme_has_one_set_of_colours() {
        let dark = Look::of(&branding(|b| {
            b.theme = Theme::Dark;
            "#69db7c".clone_into(&mut b.accent_dark);
            "#c92a2a".clone_into(&mut b.accent);
        }));
        let (css, _) = dark.css().unwrap();
        assert!(
            css.contains("#69db7c") && !css.contains("#c92a2a") && !css.contains("@media"),
            "{css}"
        );
    }

    #[test]
    fn fonts_and_corners_are_tokens_too() {
        let look = Look::of(&branding(|b| {
            b.radius = 0;
            "Inter".clone_into(&mut b.font);
        }));
        let (css, _) = look.css().unwrap();
        assert!(
            css.starts_with(":root{--radius:0px;--radius-card:0px;--font:Inter,system-ui,"),
            "{css}"
        );
    }

    #[test]
    fn a_logo_is_read_once_and_named_by_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.svg");
        std::fs::write(&path, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
        let look = Look::of(&branding(|b| b.logo = path.display().to_string()));
        let logo = look.logo().unwrap();
        assert_eq!(logo.content_type, "image/svg+xml");
        assert_eq!(logo.href, format!("/brand/logo?v={}", logo.hash));
        assert!(
            Look::of(&branding(|b| "nowhere.png".clone_into(&mut b.logo)))
                .logo()
                .is_none()
        );
    }
}
