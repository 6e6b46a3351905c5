//! The passwords that attackers try first, eight characters and longer, in lower case, sorted: `common_passwords.txt`.

const LIST: &str = include_str!("common_passwords.txt");

/// Whether a password in lower case is among them. Walks the list, which is small next to the hash that follows.
pub fn contains(folded: &str) -> bool {
    LIST.lines().any(|line| line == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough_to_matter() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.len() > 1000);
        assert!(lines.is_sorted());
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() >= 8 && *line == line.to_lowercase())
        );
    }
}
