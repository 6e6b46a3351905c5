//! The passwords that attackers try first, eight characters and longer: our own list, `common_passwords.txt`, and the one that
//! the strength estimate brings along (`zxcvbn`, 11,600 of that length), together some 16,000. Where the lists come from stands
//! in docs/decisions/0008-common-passwords.md.

use zxcvbn::Entropy;
use zxcvbn::feedback::Warning;

/// In lower case, sorted by bytes.
const LIST: &str = include_str!("common_passwords.txt");

/// Whether a password in lower case is on either list, given its estimate.
pub fn contains(folded: &str, estimate: &Entropy) -> bool {
    is_listed(folded) || is_of_the_estimate(estimate)
}

/// The estimate calls a password common when it is nothing but an entry of its list.
fn is_of_the_estimate(estimate: &Entropy) -> bool {
    let warning = estimate.feedback().and_then(|feedback| feedback.warning());
    matches!(
        warning,
        Some(Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword)
    )
}

/// Halves the list, by bytes, until one line is left.
fn is_listed(folded: &str) -> bool {
    let (mut rest, wanted) = (LIST, folded.as_bytes());
    while !rest.is_empty() {
        // The line that the middle is in.
        let (before, after) = rest.as_bytes().split_at(rest.len() / 2);
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = after
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |at| before.len() + at);
        let line = rest.get(start..end).unwrap_or_default();
        rest = match line.as_bytes().cmp(wanted) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => rest.get(end + 1..).unwrap_or_default(),
            std::cmp::Ordering::Greater => rest.get(..start).unwrap_or_default(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough_to_matter() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.len() > 5000);
        assert!(lines.is_sorted());
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() >= 8 && *line == line.to_lowercase())
        );
    }

    #[test]
    fn every_line_is_found_and_nothing_else() {
        for line in LIST.lines() {
            assert!(is_listed(line), "{line}");
            assert!(
                !is_listed(&format!("{line} ")) && !is_listed(&format!(" {line}")),
                "{line}"
            );
        }
        for other in ["", "\n", "zzzzzzzzzzzzzzz", "!", "correct horse battery"] {
            assert!(!is_listed(other), "{other:?}");
        }
    }

    #[test]
    fn the_list_of_the_estimate_counts_whatever_its_letters() {
        for common in ["baseball", "BASEBALL", "Football", "mercedes", "corvette"] {
            assert!(is_of_the_estimate(&zxcvbn::zxcvbn(common, &[])), "{common}");
        }
        assert!(!is_of_the_estimate(&zxcvbn::zxcvbn("correct horse battery", &[])));
    }
}
