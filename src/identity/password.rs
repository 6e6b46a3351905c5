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
}

/// The form in which passwords are hashed and compared: NFKC, so that every keyboard writes the same one.
pub fn normalise(password: &Secret) -> Secret {
    Secret::new(password.expose().nfkc().collect())
}

/// Judges a new password. `about` are texts that an attacker would try first: the address, the name, the service.
pub fn judge(password: &Secret, about: &[&str], policy: PasswordPolicy) -> Result<Secret, PasswordProblem> {
    let normal = normalise(password);
    let length = normal.expose().chars().count();
    if length < policy.min_length {
        return Err(PasswordProblem::TooShort);
    }
    if length > policy.max_length {
        return Err(PasswordProblem::TooLong);
    }
    let folded = normal.expose().to_lowercase();
    if common_passwords::contains(&folded) || is_one_run(&folded) {
        return Err(PasswordProblem::TooCommon);
    }
    let guessable = about
        .iter()
        .flat_map(|text| text.split(['@', ' ']))
        .map(str::to_lowercase)
        .any(|part| {
            part.chars().count() >= 4
                && folded.contains(&part)
                && folded.replace(&part, "").chars().filter(|c| c.is_alphabetic()).count() < 4
                && length < part.chars().count() + 6
        });
    if guessable {
        Err(PasswordProblem::AboutYou)
    } else {
        Ok(normal)
    }
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

    fn check(password: &str) -> Result<(), PasswordProblem> {
        let policy = PasswordPolicy {
            min_length: 8,
            max_length: 128,
        };
        judge(
            &Secret::new(password.into()),
            &["ada.lovelace@x.test", "Ada Lovelace", "Passgate"],
            policy,
        )
        .map(drop)
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
            "aaaaaaaaaa",
            "87654321",
            "abcdefghij",
        ] {
            assert_eq!(check(common), Err(PasswordProblem::TooCommon), "{common}");
        }
        for own in ["ada.lovelace1", "lovelace99", "Passgate1!"] {
            assert_eq!(check(own), Err(PasswordProblem::AboutYou), "{own}");
        }
        assert!(check("correct horse battery staple 1").is_ok());
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
