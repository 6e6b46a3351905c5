//! What a stranger can choose, before it stands in a mail: mail programs make links of whatever looks like one
//! (SECURITY-CASES XS-06), and a mail from us would carry it.

use std::net::IpAddr;

use crate::identity::email;

/// An address on the network; empty where it is none.
pub(super) fn address(text: &str) -> String {
    text.parse::<IpAddr>()
        .map(|address| address.to_string())
        .unwrap_or_default()
}

/// A mail address. Where its local part could be taken for a place on the web, only its first letter is shown.
pub(super) fn mail_address(text: &str) -> String {
    let Ok(parsed) = email::parse(text) else {
        return String::new();
    };
    let (local, domain) = parsed.address().rsplit_once('@').unwrap_or_default();
    let harmless = |c: char| c.is_alphanumeric() || "._+-".contains(c);
    match local.chars().all(harmless) {
        true => parsed.address().to_owned(),
        false => format!("{}…@{domain}", local.chars().next().unwrap_or_default()),
    }
}

/// A code of ours; `None` for what is none.
pub(super) fn code(text: &str) -> Option<String> {
    let ours = text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ours.then(|| text.to_owned())
}

/// A link of ours; `None` for what is no address of the web on one line.
pub(super) fn link(text: &str) -> Option<String> {
    let ours = text.starts_with("https://") || text.starts_with("http://");
    let whole = !text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>\"'`{}".contains(c));
    (ours && whole).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_06_what_looks_like_a_link_is_not_passed_on() {
        for (given, shown) in [
            ("ada@x.test", "ada@x.test"),
            ("ada.l+tag_1@x.test", "ada.l+tag_1@x.test"),
            ("evil.test/click@x.test", "e…@x.test"),
            ("a=1&b=2?@x.test", "a…@x.test"),
            ("<b>@x.test", ""),
            ("see https://evil.test", ""),
            ("a@x.test\r\nBcc: b@x.test", ""),
        ] {
            assert_eq!(mail_address(given), shown, "{given:?}");
        }
        assert_eq!(address("2001:db8::1"), "2001:db8::1");
        assert_eq!(address("https://evil.test"), "");
        assert_eq!(code("12<b>34"), None);
        assert_eq!(code("1234\r\n56"), None);
        assert_eq!(code("493027").as_deref(), Some("493027"));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("https://id.example/x?token=a b"), None);
        assert!(link("https://id.example/x?token=pgl_a-b&lang=en").is_some());
    }
}
