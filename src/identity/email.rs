//! What is an e-mail address, and when two are the same.
//!
//! The form is RFC 5321's dot-atom at a domain name; quoted local parts, comments and address literals are refused: no
//! mail system that people use needs them and many programs read them differently. Two addresses are one account when they
//! agree after NFKC, without invisible characters, in lower case, with the domain in its A-label form. `+tags` and dots are
//! part of the address.

use unicode_normalization::UnicodeNormalization as _;

use crate::model::email::Email;

/// The text is no address that mail can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct EmailError;

/// Reads an address as a person types it.
pub fn parse(text: &str) -> Result<Email, EmailError> {
    if text.len() > 1024 {
        return Err(EmailError);
    }
    let visible: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    let (local, domain) = visible.trim().rsplit_once('@').ok_or(EmailError)?;
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError)?;
    if !is_local_part(local) || !is_domain(&ascii) || local.len() + 1 + ascii.len() > 254 {
        return Err(EmailError);
    }
    let key = format!("{}@{ascii}", fold(local));
    Ok(Email::new(format!("{local}@{ascii}"), key))
}

/// The key under which sign-in looks for a person and counts failures: the folded address, or for what is no address the
/// folded text, so that every spelling of one wrong identifier is one counter.
pub fn key_of(identifier: &str) -> String {
    match parse(identifier) {
        Ok(email) => email.key().to_owned(),
        Err(EmailError) => fold(
            &identifier
                .nfkc()
                .filter(|c| !is_invisible(*c) && !c.is_control())
                .take(254)
                .collect::<String>(),
        ),
    }
}

pub(super) fn fold(text: &str) -> String {
    // Letter by letter: the lower case of a whole word depends on its end in Greek, and two spellings would differ. The dot
    // that Turkish leaves above an i is dropped for the same reason.
    let lower = text
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| *c != '\u{307}');
    lower.map(|c| if c == 'ς' { 'σ' } else { c }).nfkc().collect()
}

/// Format characters (Unicode category Cf) and other characters that show nothing.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180b}'..='\u{180f}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_local_part(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| {
                c.is_ascii_alphanumeric() || "#$&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
            })
    };
    local.len() <= 64 && local.split('.').all(atom)
}

fn is_domain(ascii: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    // A last label without a letter is an IP address.
    let last = ascii.rsplit('.').next().unwrap_or_default();
    ascii.len() <= 253 && ascii.split('.').all(label) && last.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        parse(text).unwrap().key().to_owned()
    }

    #[test]
    fn un_01_spellings_of_one_address() {
        for same in [
            "alice@x.test",
            "Alice@X.test",
            "alice@x.test.",
            " alice@x.test ",
            "ali\u{ad}ce@x.test",
            "\u{feff}alice@x.test",
            "al\u{200b}ice@x.test",
            "ａlice@x.test",
            "alice@X。test",
        ] {
            assert_eq!(key(same), "alice@x.test", "{same:?}");
        }
    }

    #[test]
    fn un_02_look_alikes_are_distinct() {
        for other in ["аlice@x.test", "alıce@x.test"] {
            assert_ne!(key(other), "alice@x.test", "{other:?}");
        }
        assert_eq!(key("K@x.test"), "k@x.test", "the Kelvin sign is a K under NFKC");
    }

    #[test]
    fn un_06_what_is_refused() {
        for bad in [
            "",
            "alice",
            "@x.test",
            "alice@",
            "\"a b\"@x.test",
            "a@b@c.test",
            "alice@[127.0.0.1]",
            "alice@127.0.0.1",
            "a(comment)@x.test",
            "a..b@x.test",
            ".a@x.test",
            "a.@x.test",
            "a@x..test",
            "a@-x.test",
            "a\r\nBcc: b@x.test",
            "a\0@x.test",
            "<a@x.test>",
            "a b@x.test",
            "a%b@x.test@y.test",
            "a,b@x.test",
            "a;b@x.test",
            "host!user@x.test",
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        assert!(parse(&format!("{}@x.test", "a".repeat(65))).is_err());
        assert!(parse(&format!("a@{}.test", "b".repeat(64))).is_err());
    }

    #[test]
    fn un_07_tags_and_dots_are_part_of_the_address() {
        assert_eq!(
            parse("First.Last+tag@Mail.test").unwrap().address(),
            "First.Last+tag@mail.test"
        );
        assert_ne!(key("a.b@x.test"), key("ab@x.test"));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_one_line_with_one_at_and_keeps_its_key(text in "\\PC{0,20}@?\\PC{0,20}(\\.test)?") {
            if let Ok(email) = parse(&text) {
                prop_assert_eq!(email.address().matches('@').count(), 1);
                prop_assert!(!email.address().chars().any(|c| c.is_control() || c.is_whitespace()));
                let again = parse(email.address()).unwrap();
                prop_assert_eq!(again.key(), email.key());
                let folded = parse(email.key());
                prop_assert!(folded.is_ok_and(|folded| folded.key() == email.key()));
            }
        }
    }
}
