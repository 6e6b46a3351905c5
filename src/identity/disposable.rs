//! Services for addresses that anybody may read or that vanish: `disposable_domains.txt`, sorted, one domain a line. Where
//! the list comes from stands in docs/decisions.

use std::sync::LazyLock;

static DOMAINS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("disposable_domains.txt").lines().collect());

/// Whether a domain, in lower case and A-labels, is on the list or lies below one that is.
pub fn contains(domain: &str) -> bool {
    let mut rest = domain;
    loop {
        if DOMAINS.binary_search(&rest).is_ok() {
            return true;
        }
        match rest.split_once('.') {
            Some((_, parent)) => rest = parent,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough_to_matter() {
        assert!(DOMAINS.len() > 5000);
        assert!(DOMAINS.is_sorted_by(|a, b| a < b));
        for domain in DOMAINS.iter() {
            let plain = domain
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
            assert!(plain && domain.contains('.'), "{domain}");
        }
    }

    #[test]
    fn where_people_have_their_mail_is_not_on_it() {
        for domain in [
            "gmail.com",
            "outlook.com",
            "icloud.com",
            "qq.com",
            "163.com",
            "proton.me",
            "gmx.de",
            "example.com",
        ] {
            assert!(!contains(domain), "{domain}");
        }
        assert!(contains("mailinator.com") && contains("a.b.mailinator.com") && !contains("xmailinator.example"));
        assert!(!contains("com") && !contains(""));
    }
}
