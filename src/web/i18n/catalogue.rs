//! The message files, read once: a flat map from dotted key to text for each language.

use std::collections::HashMap;
use std::sync::LazyLock;

use toml::{Table, Value};

use super::Lang;

/// One message: a text, or two that a number chooses between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// The same words whatever the arguments.
    Plain(String),
    /// `one` is absent in languages that do not tell one from many.
    Plural { one: Option<String>, other: String },
}

pub(super) type Catalogue = HashMap<String, Entry>;

static EN: LazyLock<Catalogue> = LazyLock::new(|| read(Lang::En.source()));
static ZH_HANS: LazyLock<Catalogue> = LazyLock::new(|| read(Lang::ZhHans.source()));

/// The messages of `lang`.
pub(super) fn of(lang: Lang) -> &'static Catalogue {
    match lang {
        Lang::En => &EN,
        Lang::ZhHans => &ZH_HANS,
    }
}

/// The text under `key`; `n` chooses the plural form where there is one.
pub(super) fn text(lang: Lang, key: &str, n: Option<u64>) -> Option<&'static str> {
    match of(lang).get(key)? {
        Entry::Plain(text) => Some(text),
        Entry::Plural { one: Some(one), .. } if n == Some(1) => Some(one),
        Entry::Plural { other, .. } => Some(other),
    }
}

/// The files are part of the binary, so a file that does not parse is caught by a test, not by a person: here it is
/// simply empty.
fn read(source: &str) -> Catalogue {
    let mut catalogue = Catalogue::new();
    if let Ok(table) = source.parse::<Table>() {
        flatten("", &table, &mut catalogue);
    }
    catalogue
}

fn flatten(prefix: &str, table: &Table, into: &mut Catalogue) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::String(text) => {
                into.insert(key, Entry::Plain(text.clone()));
            }
            Value::Table(inner) => match inner.get("other").and_then(Value::as_str) {
                Some(other) if inner.keys().all(|form| form == "one" || form == "other") => {
                    let one = inner.get("one").and_then(Value::as_str).map(str::to_owned);
                    into.insert(
                        key,
                        Entry::Plural {
                            one,
                            other: other.to_owned(),
                        },
                    );
                }
                _ => flatten(&key, inner, into),
            },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    fn texts(entry: &Entry) -> Vec<&str> {
        match entry {
            Entry::Plain(text) => vec![text],
            Entry::Plural { one, other } => one.iter().map(String::as_str).chain([other.as_str()]).collect(),
        }
    }

    fn arguments(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "html" || e == "txt") {
                into.push(path);
            }
        }
    }

    /// Every string literal in `web/` that has the form of a key of a section that exists.
    fn keys_in_source() -> BTreeSet<String> {
        let sections: BTreeSet<&str> = of(Lang::En).keys().filter_map(|k| k.split('.').next()).collect();
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut files);
        let mut found = BTreeSet::new();
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            // The tests of a module may speak of keys that do not exist.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for literal in text.split('"') {
                let is_key = literal.contains('.')
                    && literal
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
                    && ![".html", ".txt", ".js", ".css", ".svg"]
                        .iter()
                        .any(|extension| literal.ends_with(extension));
                if is_key
                    && literal
                        .split('.')
                        .next()
                        .is_some_and(|section| sections.contains(section))
                {
                    found.insert(literal.to_owned());
                }
            }
        }
        found
    }

    #[test]
    fn every_file_parses() {
        for lang in Lang::ALL {
            if let Err(error) = lang.source().parse::<Table>() {
                panic!("messages/{}.toml: {error}", lang.tag());
            }
            assert!(!of(lang).is_empty());
        }
    }

    #[test]
    fn every_language_has_every_key_with_the_same_arguments() {
        let english = of(Lang::En);
        for lang in Lang::ALL {
            let other = of(lang);
            let keys = |c: &'static Catalogue| c.keys().collect::<BTreeSet<_>>();
            let differ: Vec<_> = keys(english).symmetric_difference(&keys(other)).cloned().collect();
            assert!(differ.is_empty(), "en and {} differ in {differ:?}", lang.tag());
            for (key, entry) in english {
                let union = |e: &Entry| {
                    texts(e)
                        .into_iter()
                        .flat_map(arguments)
                        .map(str::to_owned)
                        .collect::<BTreeSet<_>>()
                };
                assert_eq!(union(entry), union(&other[key]), "arguments of {key} in {}", lang.tag());
            }
        }
    }

    #[test]
    fn every_key_that_is_used_exists_and_every_key_is_used() {
        let used = keys_in_source();
        let known: BTreeSet<String> = of(Lang::En).keys().cloned().collect();
        let unknown: Vec<_> = used.difference(&known).collect();
        let idle: Vec<_> = known.difference(&used).collect();
        assert!(unknown.is_empty(), "used but in no catalogue: {unknown:?}");
        assert!(idle.is_empty(), "in the catalogue but used nowhere: {idle:?}");
    }

    #[test]
    fn chinese_sets_off_latin_text_and_uses_its_own_punctuation() {
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (key, entry) in of(Lang::ZhHans) {
            for text in texts(entry) {
                let chars: Vec<char> = text.chars().collect();
                for pair in chars.windows(2) {
                    let (a, b) = (pair[0], pair[1]);
                    let touching = (han(a) && b.is_ascii_alphanumeric()) || (a.is_ascii_alphanumeric() && han(b));
                    assert!(!touching, "{key}: a space is missing between {a} and {b}");
                    assert!(!(han(a) && ",.;:!?()".contains(b)), "{key}: half-width {b} after {a}");
                }
            }
        }
    }
}
