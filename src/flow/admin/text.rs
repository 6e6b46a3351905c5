//! Texts that people will read.

use super::refused::Refused;

/// A line of so many characters at most: no control characters, no spaces around it.
pub(super) fn line(member: &str, text: &str, most: usize) -> Result<String, Refused> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > most || text.chars().any(char::is_control) {
        return Err(Refused::value(member, format!("1 to {most} characters in one line")));
    }
    Ok(text.to_owned())
}
