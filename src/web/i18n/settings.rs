//! What settings are about, in the languages in which their own file does not say it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Lang;

type Sentences = BTreeMap<String, String>;

static ZH_HANS: LazyLock<Sentences> = LazyLock::new(|| read(include_str!("messages/settings.zh-Hans.toml")));

fn read(text: &str) -> Sentences {
    let table: toml::Table = text.parse().unwrap_or_default();
    let mut sentences = Sentences::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(section) => {
                let keys = section.into_iter();
                let told = keys.filter_map(|(key, value)| Some((format!("{name}.{key}"), value.as_str()?.to_owned())));
                sentences.extend(told);
            }
            toml::Value::String(text) => drop(sentences.insert(name, text)),
            _ => {}
        }
    }
    sentences
}

/// What a setting is about; `None` where the explanation of the file itself is in this language.
pub fn about(lang: Lang, key: &str) -> Option<&'static str> {
    match lang {
        Lang::En => None,
        Lang::ZhHans => ZH_HANS.get(key).map(String::as_str),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn every_setting_is_explained_in_every_language() {
        let settings = Settings::load(None, std::iter::empty()).unwrap();
        for told in &settings.told {
            assert!(about(Lang::ZhHans, &told.key).is_some(), "{}", told.key);
            // The words that are typed are the same in every language.
            for word in crate::settings::choices(&told.key) {
                let text = about(Lang::ZhHans, &told.key).unwrap();
                assert!(text.contains(&format!("\"{word}\"")), "{}: {word}", told.key);
            }
        }
        assert_eq!(
            ZH_HANS.len(),
            settings.told.len(),
            "explains something that is no setting"
        );
    }
}
