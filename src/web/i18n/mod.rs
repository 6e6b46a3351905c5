//! Languages: which there are, which one a request gets, and the words of each.
//!
//! Every sentence a person reads lives in `messages/<tag>.toml`, in sections, with `{name}` arguments and, where a
//! number decides, a table of `one` and `other`. A further language is one file and one line in [`Lang::ALL`]'s table.
//! Tests fail when a key is missing in one language, when arguments differ, when nobody uses a key or when somebody
//! uses one that does not exist.

mod catalogue;
pub mod findings;
mod negotiate;
mod phrase;
pub mod settings;
mod time;

pub use negotiate::Wishes;
pub use phrase::{Phrase, Rich};

/// A language Passgate speaks. Small and `Copy`; the words behind it are loaded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English, the language of last resort.
    En,
    /// Chinese in simplified script.
    ZhHans,
}

impl Lang {
    /// Every language, in the order the language switch shows them.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhHans];

    /// The BCP 47 tag, as it stands in `lang` attributes, the language cookie and `ui_locales_supported`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHans => "zh-Hans",
        }
    }

    /// The language's own name for itself.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::ZhHans => "简体中文",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("messages/en.toml"),
            Self::ZhHans => include_str!("messages/zh-Hans.toml"),
        }
    }
}

/// The words of one language. Templates hold it as `page.t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Translator {
    lang: Lang,
}

impl Translator {
    /// The words of `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language these words are in.
    pub const fn lang(self) -> Lang {
        self.lang
    }

    /// A sentence without arguments.
    ///
    /// A key that does not exist gives the key itself; the tests of this module keep that from reaching a person.
    pub fn get(self, key: &'static str) -> &'static str {
        catalogue::text(self.lang, key, None).unwrap_or(key)
    }

    /// A sentence whose `{name}` arguments follow by [`Phrase::with`].
    pub fn say(self, key: &'static str) -> Phrase {
        Phrase::new(self.get(key))
    }

    /// A sentence that depends on a number: the catalogue's `one` or `other`, with the number as `{n}`.
    pub fn count(self, key: &'static str, n: impl std::borrow::Borrow<u64>) -> Phrase {
        let n = *n.borrow();
        Phrase::new(catalogue::text(self.lang, key, Some(n)).unwrap_or(key)).with("n", n)
    }
}
