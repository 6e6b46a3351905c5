//! What every page has: language, product name, the app somebody came from, and the CSRF token of its forms.

use std::ops::Deref;

use url::form_urlencoded;

use super::{Look, assets};
use crate::settings::Theme;
use crate::web::i18n::{Lang, Translator};

/// The frame of a page without forms.
#[derive(Debug, Clone)]
pub struct Shell<'a> {
    /// The words.
    pub t: Translator,
    /// The product's name, from settings.
    pub brand: &'a str,
    /// The language switch at the foot; empty on pages that cannot be asked for again.
    pub languages: Vec<LangLink>,
    /// The app somebody came from, who stands on top of the page.
    pub client: Option<ClientBrand<'a>>,
    /// Logo, colours and corners, from settings; without, the page looks as Passgate does.
    pub look: Option<&'a Look>,
}

impl<'a> Shell<'a> {
    /// A frame in `lang`. `here` is the path and query of a GET that shows this page again, for the language switch;
    /// `None` where there is none.
    pub fn new(lang: Lang, brand: &'a str, here: Option<&str>) -> Self {
        let languages = here.map(|here| LangLink::all(here, lang)).unwrap_or_default();
        Self {
            t: Translator::new(lang),
            brand,
            languages,
            client: None,
            look: None,
        }
    }

    /// The same frame with the app somebody came from.
    #[must_use]
    pub const fn for_client(mut self, client: Option<ClientBrand<'a>>) -> Self {
        self.client = client;
        self
    }

    /// The same frame in the looks of this installation.
    #[must_use]
    pub const fn looking(mut self, look: Option<&'a Look>) -> Self {
        self.look = look;
        self
    }

    /// The frame of a page with forms. `csrf` is the token bound to the browser's session.
    pub const fn with_csrf(self, csrf: &'a str) -> Page<'a> {
        Page {
            shell: self,
            csrf,
            puzzle: None,
        }
    }

    /// The address of a static file.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::asset(name)
    }

    /// The value of the `lang` attribute.
    pub const fn lang(&self) -> &'static str {
        self.t.lang().tag()
    }

    fn theme(&self) -> Theme {
        self.look.map_or(Theme::Auto, Look::theme)
    }

    /// The value of the `color-scheme` element: what the browser draws by itself follows the page.
    pub fn color_scheme(&self) -> &'static str {
        match self.theme() {
            Theme::Auto => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// When the dark colours hold, as a media query; `None` where they never do.
    pub fn dark(&self) -> Option<&'static str> {
        match self.theme() {
            Theme::Auto => Some("(prefers-color-scheme: dark)"),
            Theme::Dark => Some("all"),
            Theme::Light => None,
        }
    }

    /// The address of the style sheet that branding makes.
    pub fn theme_css(&self) -> Option<&str> {
        self.look.and_then(Look::css_href)
    }

    /// The address of the product's own logo.
    pub fn own_logo(&self) -> Option<&str> {
        self.look.and_then(Look::logo).map(|logo| logo.href.as_str())
    }

    /// Whether the foot says who keeps the sign-in.
    pub fn attribution(&self) -> bool {
        self.look.is_none_or(Look::attribution)
    }

    /// The address of an icon in the sprite.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", assets::asset("icons.svg"))
    }
}

/// The frame of a page with forms. There is no other way to one than [`Shell::with_csrf`], and the templates' forms read
/// the token from it, so that a form without a token does not compile.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    shell: Shell<'a>,
    csrf: &'a str,
    puzzle: Option<Puzzle>,
}

/// Work that the browser does before a form goes: `pow.html` carries it, `static/pow.js` does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Puzzle {
    /// The text to which a number is added.
    pub challenge: String,
    /// The zero bits that the digest of both must begin with.
    pub difficulty: u32,
}

impl Page<'_> {
    /// The token for the forms' hidden `csrf` field.
    pub const fn csrf(&self) -> &str {
        self.csrf
    }

    /// The same frame, whose main form asks for work.
    #[must_use]
    pub fn asking(mut self, puzzle: Option<Puzzle>) -> Self {
        self.puzzle = puzzle;
        self
    }

    /// The work that the main form asks for.
    pub const fn puzzle(&self) -> Option<&Puzzle> {
        self.puzzle.as_ref()
    }
}

impl<'a> Deref for Page<'a> {
    type Target = Shell<'a>;

    fn deref(&self) -> &Self::Target {
        &self.shell
    }
}

/// An app as its registration describes it. All of it is somebody else's text.
#[derive(Debug, Clone, Copy)]
pub struct ClientBrand<'a> {
    /// `client_name`, or the client id where there is none.
    pub name: &'a str,
    /// `logo_uri`; the registration admits only https.
    pub logo_uri: Option<&'a str>,
    /// `policy_uri`.
    pub policy_uri: Option<&'a str>,
    /// `tos_uri`.
    pub tos_uri: Option<&'a str>,
    /// The host of the redirect URI in use, where the answer goes.
    pub redirect_host: &'a str,
}

impl ClientBrand<'_> {
    /// What stands in the place of a missing logo.
    pub fn initial(&self) -> String {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map(|c| c.to_uppercase().collect())
            .unwrap_or_default()
    }

    /// The logo, if its address is one of the web.
    pub fn logo(&self) -> Option<&str> {
        web_address(self.logo_uri)
    }

    /// The privacy policy, if its address is one of the web.
    pub fn policy(&self) -> Option<&str> {
        web_address(self.policy_uri)
    }

    /// The terms of service, if their address is one of the web.
    pub fn terms(&self) -> Option<&str> {
        web_address(self.tos_uri)
    }
}

/// Registration refuses `javascript:` and its like; a row that came in by another way must not reach a link either.
fn web_address(uri: Option<&str>) -> Option<&str> {
    uri.filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
}

/// One entry of the language switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LangLink {
    /// The language.
    pub lang: Lang,
    /// This page in that language; the handler that sees the `lang` parameter keeps it in a cookie.
    pub href: String,
    /// Whether the page is in that language now.
    pub current: bool,
}

impl LangLink {
    /// A link for each language to `here` (path and query), with the `lang` parameter set.
    pub fn all(here: &str, current: Lang) -> Vec<Self> {
        let (path, query) = here.split_once('?').unwrap_or((here, ""));
        Lang::ALL
            .into_iter()
            .map(|lang| {
                let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "lang");
                let query = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(kept)
                    .append_pair("lang", lang.tag())
                    .finish();
                Self {
                    lang,
                    href: format!("{path}?{query}"),
                    current: lang == current,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_link_keeps_the_query_and_sets_the_language_once() {
        let links = LangLink::all("/sign-in?flow=a%26b&lang=en", Lang::En);
        let hrefs: Vec<_> = links.iter().map(|l| l.href.as_str()).collect();
        assert_eq!(
            hrefs,
            ["/sign-in?flow=a%26b&lang=en", "/sign-in?flow=a%26b&lang=zh-Hans"]
        );
        assert!(links[0].current && !links[1].current);
        assert_eq!(LangLink::all("/", Lang::En)[1].href, "/?lang=zh-Hans");
    }

    #[test]
    fn an_address_that_is_not_of_the_web_is_not_linked() {
        let uri = Some("javascript:alert(1)");
        let brand = ClientBrand {
            name: "",
            logo_uri: uri,
            policy_uri: uri,
            tos_uri: uri,
            redirect_host: "",
        };
        assert_eq!((brand.logo(), brand.policy(), brand.terms()), (None, None, None));
    }

    #[test]
    fn an_app_without_a_logo_shows_its_first_letter() {
        let brand = |name| ClientBrand {
            name,
            logo_uri: None,
            policy_uri: None,
            tos_uri: None,
            redirect_host: "",
        };
        assert_eq!(brand("\"><éclair").initial(), "É");
        assert_eq!(brand("示例").initial(), "示");
        assert_eq!(brand("—").initial(), "");
    }
}
