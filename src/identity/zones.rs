//! Names of time zones, as the IANA time zone database has them: what the `zoneinfo` claim may be (OpenID Connect Core
//! section 5.1).

const NAMES: &str = include_str!("zones.txt");

/// The name of a zone as the database spells it, however it was typed; `None` when there is no such zone.
pub fn find(text: &str) -> Option<&'static str> {
    let wanted = text.trim().replace(' ', "_");
    NAMES.lines().find(|name| name.eq_ignore_ascii_case(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_however_it_is_typed() {
        assert_eq!(find(" europe/london"), Some("Europe/London"));
        assert_eq!(find("America/new york"), Some("America/New_York"));
        assert_eq!(find("UTC"), Some("UTC"));
        for bad in ["", "London", "Europe/Londn", "Europe/London\nUTC", "/etc/passwd"] {
            assert_eq!(find(bad), None, "{bad:?}");
        }
    }
}
