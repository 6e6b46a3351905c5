//! What a password may be: NIST SP 800-63B section 3.1.1.2. Length and not being guessable; no rules about characters.

use unicode_normalization::UnicodeNormalization as _;

use super::common_passwords;
use crate::model::password::PasswordPolicy;
use crate::model::secret::Secret;

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer characters than the policy asks for.
    TooShort,
    /// More than the policy allows.
    TooLong,
    /// Among the passwords that are tried first.
    TooCommon,
    /// The person's own address or name, or little more.
    AboutYou,
    /// The name of this service, or little more.
    AboutService,
    /// Repetitions, rows of the keyboard, dates, single words: fewer guesses than the policy asks for.
    TooSimple,
    /// Known from a breach of another service.
    Breached,
}

/// What an attacker who means one person would try first.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The person's addresses and names.
    pub person: &'a [&'a str],
    /// The name of the service.
    pub service: &'a str,
}

/// The form in which passwords are hashed and compared: NFKC, so that every keyboard writes the same one.
pub fn normalise(password: &Secret) -> Secret {
    Secret::new(password.expose().nfkc().collect())
}

/// Judges a new password and gives it in the form in which it is hashed.
///
/// # Errors
/// The first problem that is found; [`PasswordProblem::Breached`] is not looked for here.
pub fn judge(password: &Secret, about: About<'_>, policy: PasswordPolicy) -> Result<Secret, PasswordProblem> {
    let normal = normalise(password);
    let length = normal.expose().chars().count();
    if length < policy.min_length {
        return Err(PasswordProblem::TooShort);
    }
    if length > policy.max_length {
        return Err(PasswordProblem::TooLong);
    }
    let folded = normal.expose().to_lowercase();
    let person: Vec<String> = about.person.iter().flat_map(|text| words(text)).collect();
    let service = words(about.service);
    let known: Vec<&str> = person.iter().chain(&service).map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(normal.expose(), &known);
    if common_passwords::contains(&folded, &estimate) {
        Err(PasswordProblem::TooCommon)
    } else if person.iter().any(|word| is_little_more_than(&folded, word)) {
        Err(PasswordProblem::AboutYou)
    } else if service.iter().any(|word| is_little_more_than(&folded, word)) {
        Err(PasswordProblem::AboutService)
    } else if u8::from(estimate.score()) < policy.min_strength || is_one_run(&folded) {
        Err(PasswordProblem::TooSimple)
    } else {
        Ok(normal)
    }
}

/// The parts of an address or a name that mean something by themselves, in lower case; the whole of it without spaces, too.
fn words(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let mut found: Vec<String> = folded.split(['@', ' ']).map(str::to_owned).collect();
    found.extend(folded.split(['@', ' ', '.', '_', '-', '+']).map(str::to_owned));
    found.push(folded.split_whitespace().collect());
    found.retain(|word| word.chars().count() >= 4);
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a password is a word with fewer than four letters and fewer than six characters besides.
fn is_little_more_than(folded: &str, word: &str) -> bool {
    folded.contains(word)
        && folded.replace(word, "").chars().filter(|c| c.is_alphabetic()).count() < 4
        && folded.chars().count() < word.chars().count() + 6
}

/// One character again and again, or steps of one: `aaaaaaaa`, `12345678`, `hgfedcba`.
fn is_one_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: std::collections::BTreeSet<i64> = codes.iter().zip(codes.iter().skip(1)).map(|(a, b)| b - a).collect();
    steps.len() == 1 && steps.iter().all(|step| (-1..=1).contains(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy {
        min_length: 8,
        max_length: 128,
        min_strength: 1,
    };

    fn check_with(password: &str, policy: PasswordPolicy) -> Result<(), PasswordProblem> {
        let about = About {
            person: &["ada.lovelace@x.test", "Ada Lovelace"],
            service: "Passgate Cloud",
        };
        judge(&Secret::new(password.into()), about, policy).map(drop)
    }

    fn check(password: &str) -> Result<(), PasswordProblem> {
        check_with(password, POLICY)
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(check("short"), Err(PasswordProblem::TooShort));
        assert_eq!(check("密码密码密码密"), Err(PasswordProblem::TooShort));
        assert!(check("一二三四密码暗号").is_ok());
        assert_eq!(check(&"ab".repeat(65)), Err(PasswordProblem::TooLong));
        assert!(check(&"long words ".repeat(11)).is_ok());
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in [
            "password",
            "Password1",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "87654321",
            "BASEBALL",
        ] {
            assert_eq!(check(common), Err(PasswordProblem::TooCommon), "{common}");
        }
        for own in ["ada.lovelace1", "lovelace99", "AdaLovelace!", "1lovelace1"] {
            assert_eq!(check(own), Err(PasswordProblem::AboutYou), "{own}");
        }
        for brand in ["Passgate1!", "passgatecloud", "2026passgate"] {
            assert_eq!(check(brand), Err(PasswordProblem::AboutService), "{brand}");
        }
        for good in [
            "correct horse battery staple 1",
            "lovelace sends her regards",
            "passgate opens on tuesdays",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_takes_few_guesses_is_refused_as_far_as_the_policy_says() {
        for simple in ["aaaaaaaaaa", "abcdefghij", "zyxwvutsr", "あああああああああ"] {
            let judged = check(simple);
            assert!(
                matches!(judged, Err(PasswordProblem::TooSimple | PasswordProblem::TooCommon)),
                "{simple}: {judged:?}"
            );
        }
        let strict = PasswordPolicy {
            min_strength: 3,
            ..POLICY
        };
        for weak in ["password2026", "Tr0ub4dour", "horsehorsehorse", "asdfghjkl;'"] {
            assert!(check_with(weak, strict).is_err(), "{weak}");
        }
        assert_eq!(check_with("horsehorsehorse", strict), Err(PasswordProblem::TooSimple));
        assert_eq!(check_with("correct horse battery staple", strict), Ok(()));
        let lax = PasswordPolicy {
            min_strength: 0,
            ..POLICY
        };
        assert_eq!(check_with("horsehorse", lax), Ok(()));
        assert_eq!(
            check_with("zyxwvutsr", lax),
            Err(PasswordProblem::TooSimple),
            "runs in any case"
        );
    }

    #[test]
    fn nfc_and_nfd_are_one_password() {
        let (nfc, nfd) = (
            Secret::new("pässwörter".into()),
            Secret::new("pa\u{308}sswo\u{308}rter".into()),
        );
        assert_eq!(normalise(&nfc).expose(), normalise(&nfd).expose());
    }
}
