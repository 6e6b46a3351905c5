//! Which language a request is answered in.

use super::Lang;

/// What is known about the language somebody reads, as the request carries it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// The `lang` parameter of a language link that was just followed.
    pub chosen: Option<&'a str>,
    /// The language cookie, set when a language link is followed.
    pub cookie: Option<&'a str>,
    /// `ui_locales` of the authorization request: tags separated by spaces, best first (OIDC Core §3.1.2.1).
    pub ui_locales: Option<&'a str>,
    /// The `Accept-Language` header (RFC 9110 §12.5.4).
    pub accept_language: Option<&'a str>,
}

impl Wishes<'_> {
    /// The best language we have. What the person picked by hand wins over what the app asks for, and that over the
    /// browser's setting; English when nothing fits.
    pub fn best(self) -> Lang {
        let chosen = self.chosen.and_then(Lang::from_tag);
        let cookie = || self.cookie.and_then(Lang::from_tag);
        let asked = || {
            self.ui_locales
                .and_then(|tags| tags.split(' ').find_map(Lang::from_tag))
        };
        let accepted = || self.accept_language.and_then(from_accept_language);
        chosen
            .or_else(cookie)
            .or_else(asked)
            .or_else(accepted)
            .unwrap_or(Lang::En)
    }
}

impl Lang {
    /// The language for a BCP 47 tag, by its primary subtag: we have one form of each language, and every reader of
    /// `zh-TW` is better served by it than by English.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| {
            let ours = lang.tag().split('-').next().unwrap_or_default();
            ours.eq_ignore_ascii_case(primary)
        })
    }
}

/// The first language of ours in descending order of `q`; equal weights keep the header's order.
fn from_accept_language(header: &str) -> Option<Lang> {
    // A browser sends a handful; the rest of an endless header is not worth reading.
    let mut best: Option<(u16, Lang)> = None;
    for item in header.split(',').take(32) {
        let mut parts = item.split(';');
        let Some(lang) = parts.next().and_then(Lang::from_tag) else {
            continue;
        };
        let weight = parts
            .find_map(|p| p.trim().strip_prefix("q="))
            .map_or(Some(1000), thousandths);
        match (weight, best) {
            (None | Some(0), _) => {}
            (Some(weight), Some((held, _))) if weight <= held => {}
            (Some(weight), _) => best = Some((weight, lang)),
        }
    }
    best.map(|(_, lang)| lang)
}

/// `0.7` as 700; nothing for what is not a weight.
fn thousandths(q: &str) -> Option<u16> {
    let value: f32 = q.trim().parse().ok()?;
    (0.0..=1.0).contains(&value).then(|| (value * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hand_wins_over_the_app_and_the_app_over_the_browser() {
        let all = Wishes {
            chosen: Some("en"),
            cookie: Some("zh-Hans"),
            ui_locales: Some("zh"),
            accept_language: Some("zh"),
        };
        assert_eq!(all.best(), Lang::En);
        assert_eq!(Wishes { chosen: None, ..all }.best(), Lang::ZhHans);
        let app = Wishes {
            ui_locales: Some("xx fr zh-CN en"),
            accept_language: Some("en"),
            ..Wishes::default()
        };
        assert_eq!(app.best(), Lang::ZhHans);
        assert_eq!(Wishes::default().best(), Lang::En);
    }

    #[test]
    fn accept_language_is_read_by_weight() {
        let best = |header| {
            Wishes {
                accept_language: Some(header),
                ..Wishes::default()
            }
            .best()
        };
        assert_eq!(best("zh-CN,zh;q=0.9,en;q=0.8"), Lang::ZhHans);
        assert_eq!(best("en;q=0.5, zh-TW;q=0.7"), Lang::ZhHans);
        assert_eq!(best("zh;q=0, en;q=0.1"), Lang::En);
        assert_eq!(best("zh;q=nan, de"), Lang::En);
        assert_eq!(best("fr-CH, de;q=0.9, *;q=0.5"), Lang::En);
        assert_eq!(best(";;;,,,=q"), Lang::En);
    }
}
