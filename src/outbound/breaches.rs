//! Whether a password is known from a breach, asked of a range service (the wire format of Have I Been Pwned): the first five
//! digits of its SHA-1 go out, every digest that begins so comes back, padded so that the length of the answer says nothing.

use std::time::Duration;

use super::http::{Http, HttpError, Request};

/// How long somebody who chooses a password is made to wait for this.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much of the digest leaves.
const PREFIX: usize = 5;

/// Why it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreachError {
    /// See [`HttpError`].
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The service answered with another status than 200.
    #[error("the service answered with status {0}")]
    Status(u16),
}

/// Whether the service at `base` (which ends in a slash) knows a password by the SHA-1 of it, as forty digits.
///
/// # Errors
/// See [`BreachError`]. Whoever asks goes on without the answer: a service that is down must not stop sign-ups.
pub async fn knows(http: &Http, base: &str, sha1: &str) -> Result<bool, BreachError> {
    let digits = sha1.to_ascii_uppercase();
    let (prefix, wanted) = digits.split_at_checked(PREFIX).unwrap_or((&digits, ""));
    let request = Request::get(format!("{base}{prefix}"))
        .header("add-padding", "true")
        .within(PATIENCE);
    let answer = http.send(request).await?;
    if answer.status != 200 {
        return Err(BreachError::Status(answer.status));
    }
    Ok(is_listed(&String::from_utf8_lossy(&answer.body), wanted))
}

/// `SUFFIX:COUNT` a line; padding has a count of nought.
fn is_listed(lines: &str, wanted: &str) -> bool {
    lines
        .lines()
        .filter_map(|line| line.trim().split_once(':'))
        .any(|(suffix, count)| suffix.eq_ignore_ascii_case(wanted) && !count.trim().trim_start_matches('0').is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_breach() {
        let lines = "AAAA:3\r\nBBBB:0\r\ncccc:12\r\nDDDD\r\n:5\r\n";
        for (suffix, known) in [
            ("AAAA", true),
            ("BBBB", false),
            ("CCCC", true),
            ("DDDD", false),
            ("EEEE", false),
        ] {
            assert_eq!(is_listed(lines, suffix), known, "{suffix}");
        }
    }
}
