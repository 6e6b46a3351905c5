//! Phone numbers: ITU-T E.164 in the form that OpenID Connect Core section 5.1 recommends for `phone_number`.

/// The text is no number that can be called from everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number with its country code")]
pub struct PhoneError;

/// Reads a number as a person types it: `+44 20 7946 0018`, `0044 (20) 7946-0018`. The country code must be there: without it
/// a number means another one abroad.
pub fn parse(text: &str) -> Result<String, PhoneError> {
    let text = text.trim();
    if text.len() > 64 {
        return Err(PhoneError);
    }
    let written = text
        .strip_prefix('+')
        .or_else(|| text.strip_prefix('＋'))
        .or_else(|| text.strip_prefix("00"));
    let digits: String = written
        .ok_or(PhoneError)?
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/'))
        .collect();
    let fits = (8..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if fits {
        Ok(format!("+{digits}"))
    } else {
        Err(PhoneError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number() {
        for same in [
            "+442079460018",
            " +44 20 7946 0018 ",
            "0044 (20) 7946-0018",
            "+44.20.7946.0018",
        ] {
            assert_eq!(parse(same).as_deref(), Ok("+442079460018"), "{same:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        for bad in [
            "",
            "020 7946 0018",
            "+0123456789",
            "+12345",
            "+1234567",
            "+1234567890123456",
            "+44 20 ext 5",
            "+44\n5555555",
        ] {
            assert_eq!(parse(bad), Err(PhoneError), "{bad:?}");
        }
    }
}
