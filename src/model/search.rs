//! Words by which people are found.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How words are made at present. Another number makes those of everybody anew.
pub const VERSION: i64 = 1;
/// The most words of a person.
const MOST: usize = 40;
/// The longest word that is kept, in bytes; a longer one is found by its beginning.
const LONGEST: usize = 64;

/// A text without case, accents and widths (Unicode NFKD).
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn cut(word: &str) -> Vec<u8> {
    let mut end = word.len().min(LONGEST);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    word.as_bytes().get(..end).unwrap_or_default().to_vec()
}

/// The words of texts, each with those that begin within it where its script sets no spaces between words.
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<Vec<u8>> {
    let mut found = BTreeSet::new();
    for text in texts {
        let folded = fold(text);
        // An address is found by its whole, too.
        if folded.contains('@') {
            found.insert(cut(folded.trim()));
        }
        for word in split(&folded) {
            found.insert(cut(word));
            let within = word.char_indices().skip(1).filter(|(_, c)| is_ideograph(*c)).take(8);
            found.extend(within.filter_map(|(at, _)| word.get(at..)).map(cut));
        }
    }
    while found.len() > MOST {
        found.pop_last();
    }
    found
}

/// What is searched for: words of which each must begin one of the person's. `None` where there is nothing to search for.
pub fn wanted(text: &str) -> Option<Vec<Vec<u8>>> {
    let folded = fold(text);
    let parts = folded.split_whitespace().flat_map(|part| match part.contains('@') {
        true => vec![part],
        false => split(part).collect(),
    });
    let words: BTreeSet<_> = parts.map(cut).filter(|word| !word.is_empty()).collect();
    let mut words: Vec<_> = words.into_iter().take(5).collect();
    // The longest one leaves the fewest.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    (!words.is_empty()).then_some(words)
}

/// The end of the range of what begins with a word: the first text after it that does not.
pub fn end_of(word: &[u8]) -> Vec<u8> {
    // No byte of UTF-8 is 0xff.
    [word, &[0xff]].concat()
}

fn split(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: impl IntoIterator<Item = Vec<u8>>) -> Vec<String> {
        words.into_iter().map(|word| String::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn people_are_found_by_words_of_names_and_addresses() {
        let found = texts(words(["Ada LOVELACE-Byron", "ada.l@Example.com", "Zoë"]));
        assert_eq!(
            found,
            [
                "ada",
                "ada.l@example.com",
                "byron",
                "com",
                "example",
                "l",
                "lovelace",
                "zoe"
            ]
        );
    }

    #[test]
    fn names_without_spaces_are_found_from_within() {
        assert_eq!(texts(words(["王小明"])), ["小明", "明", "王小明"]);
    }

    #[test]
    fn what_is_searched_for_is_folded_alike() {
        assert_eq!(
            wanted(" ADA  Zoë ").map(texts),
            Some(vec!["ada".to_owned(), "zoe".to_owned()])
        );
        assert_eq!(
            wanted("ada.l@example.com").map(texts),
            Some(vec!["ada.l@example.com".to_owned()])
        );
        assert_eq!(wanted(" .. "), None);
        assert!(end_of("ada".as_bytes()) > "ada\u{10ffff}".as_bytes().to_vec());
    }

    #[test]
    fn nobody_has_more_words_than_there_may_be() {
        let many = (0..500).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(words([many.as_str()]).len(), MOST);
        let long = "é".repeat(200);
        assert!(words([long.as_str()]).iter().all(|word| word.len() <= LONGEST));
        let cjk = "王".repeat(200);
        assert!(
            words([cjk.as_str()])
                .iter()
                .all(|word| word.len() <= LONGEST && std::str::from_utf8(word).is_ok())
        );
    }
}
