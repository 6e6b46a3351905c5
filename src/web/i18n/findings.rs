//! What the checks of a request found, in the languages in which the protocol itself does not say it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Lang;

/// Sentence by sentence; `{}` stands for what varies.
type Sentences = BTreeMap<String, String>;

static ZH_HANS: LazyLock<Sentences> =
    LazyLock::new(|| toml::from_str(include_str!("messages/findings.zh-Hans.toml")).unwrap_or_default());

/// A finding or a suggestion in a language; `None` where it stays as it is: in English, or because nobody translated it.
pub fn said(lang: Lang, sentence: &str) -> Option<String> {
    match lang {
        Lang::En => None,
        Lang::ZhHans => translated(&ZH_HANS, sentence),
    }
}

fn translated(sentences: &Sentences, sentence: &str) -> Option<String> {
    if let Some(text) = sentences.get(sentence) {
        return Some(text.clone());
    }
    sentences.iter().find_map(|(pattern, text)| {
        let varying = varying(pattern, sentence)?;
        let filled = varying
            .into_iter()
            .fold(text.clone(), |text, part| text.replacen("{}", part, 1));
        Some(filled)
    })
}

/// What stands in the places of `{}`, where the sentence is of the pattern.
fn varying<'a>(pattern: &str, sentence: &'a str) -> Option<Vec<&'a str>> {
    let mut fixed = pattern.split("{}");
    let mut rest = sentence.strip_prefix(fixed.next()?)?;
    let mut found = Vec::new();
    let mut between = fixed.peekable();
    while let Some(part) = between.next() {
        let (varies, after) = match between.peek() {
            None => (rest.strip_suffix(part)?, ""),
            Some(_) => rest.split_once(part)?,
        };
        found.push(varies);
        rest = after;
    }
    // A sentence without anything that varies was looked up before.
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(dir: &Path, into: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => files(&path, into),
                false => into.push(path),
            }
        }
    }

    /// The sentences in the arguments of every `Finding::new`, and of the table of checks.
    fn sentences() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut all = Vec::new();
        for dir in ["protocol", "flow"] {
            files(&root.join(dir), &mut all);
        }
        let mut found = Vec::new();
        for file in all {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let calls = text.split("Finding::new(").skip(1);
            found.extend(calls.flat_map(|call| literals(&call[..end_of_call(call)])));
        }
        let table = std::fs::read_to_string(root.join("protocol/trace.rs")).unwrap();
        let table = table.split("\nchecks! {").nth(1).unwrap().split("\n}").next().unwrap();
        found.extend(literals(table).into_iter().filter(|text| text.ends_with('.')));
        found
    }

    fn end_of_call(text: &str) -> usize {
        let (mut depth, mut quoted) = (1, false);
        for (at, letter) in text.char_indices() {
            match letter {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        text.len()
    }

    /// String literals of several words, as they are at run time.
    fn literals(text: &str) -> Vec<String> {
        let quoted = text.split('"').skip(1).step_by(2);
        let whole = quoted.map(|text| {
            let lines = text.split("\\\n").map(str::trim_start);
            lines.collect::<String>()
        });
        whole.filter(|text| text.trim().contains(' ')).collect()
    }

    fn with_something(sentence: &str) -> String {
        let mut text = String::new();
        let mut rest = sentence;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            text.push_str("123");
            rest = after.split_once('}').unwrap().1;
        }
        text + rest
    }

    #[test]
    fn every_sentence_of_the_checks_is_said_in_every_language() {
        let sentences = sentences();
        assert!(sentences.len() > 100, "{}", sentences.len());
        let missing: Vec<_> = sentences
            .iter()
            .filter(|sentence| said(Lang::ZhHans, &with_something(sentence)).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
        for (pattern, text) in &*ZH_HANS {
            assert_eq!(pattern.matches("{}").count(), text.matches("{}").count(), "{pattern}");
        }
    }

    #[test]
    fn what_varies_goes_into_its_place() {
        let found = "refresh token number 3 of its family came, and number 5 is the live one: the family was revoked";
        let said = said(Lang::ZhHans, found).unwrap();
        assert!(said.contains("第 3 个") && said.contains("第 5 个"), "{said}");
        assert!(super::said(Lang::ZhHans, "nobody knows this sentence").is_none());
        assert!(super::said(Lang::En, found).is_none());
    }
}
