//! What a database that came back from a copy must not bring back to life. It was alive when the copy was made; what became
//! of it since nobody knows any more: it may have been ended, used up or taken back. So it ends now.
//!
//! Passwords, passkeys and apps stay as they were, since nobody could sign in otherwise. A test holds every table with an end
//! against [`SETTLED`] and [`LEFT`]: a new one is in neither until somebody has decided.

use super::{StoreError, Tx, installation};
use crate::model::Timestamp;

statements! {
    SESSIONS = "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL";
    FAMILIES = "UPDATE refresh_families SET revoked_at = $1 WHERE revoked_at IS NULL";
    CODES = "DELETE FROM authorization_codes";
    INTERACTIONS = "DELETE FROM interactions";
    JOURNEYS = "DELETE FROM journeys";
    CHALLENGES = "DELETE FROM challenges";
    LINKS = "DELETE FROM one_time_tokens";
    RECOVERY_CODES = "DELETE FROM recovery_codes";
    INVITATIONS = "UPDATE invitations SET expires_at = $1 WHERE consumed_at IS NULL AND expires_at > $1";
    TRUST = "UPDATE devices SET trusted_until = NULL WHERE trusted_until IS NOT NULL";
    CONSENTS = "DELETE FROM consents";
    FACTOR_RESETS = "UPDATE factor_resets SET cancelled_at = $1 WHERE cancelled_at IS NULL AND completed_at IS NULL";
    API_KEYS = "UPDATE api_keys SET expires_at = $1 WHERE expires_at IS NULL OR expires_at > $1";
    MAILS = "DELETE FROM outbox_mails";
    TEXTS = "DELETE FROM outbox_texts";
    POSTPONE_DELETIONS = "UPDATE users SET delete_at = $1 WHERE delete_at IS NOT NULL AND delete_at < $1";
}

/// What ends, its table, and the statement, which takes the moment where it has a parameter.
const ENDINGS: &[(&str, &str, &str)] = &[
    ("sessions", "sessions", SESSIONS),
    ("refresh tokens", "refresh_families", FAMILIES),
    ("authorization codes", "authorization_codes", CODES),
    ("requests that waited for a person", "interactions", INTERACTIONS),
    ("sign-ins and sign-ups under way", "journeys", JOURNEYS),
    ("codes that were sent", "challenges", CHALLENGES),
    ("links", "one_time_tokens", LINKS),
    ("recovery codes", "recovery_codes", RECOVERY_CODES),
    ("invitations", "invitations", INVITATIONS),
    ("trusted browsers", "devices", TRUST),
    ("remembered consents", "consents", CONSENTS),
    ("requests to do without second factors", "factor_resets", FACTOR_RESETS),
    ("API keys", "api_keys", API_KEYS),
    ("mails that waited", "outbox_mails", MAILS),
    ("texts that waited", "outbox_texts", TEXTS),
];

/// Tables that a restore settles.
pub const SETTLED: &[&str] = &[
    "sessions",
    "refresh_families",
    "authorization_codes",
    "interactions",
    "journeys",
    "challenges",
    "one_time_tokens",
    "recovery_codes",
    "invitations",
    "devices",
    "consents",
    "factor_resets",
    "api_keys",
    "outbox_mails",
    "outbox_texts",
    "users",
];

/// Tables with a column that ends something and that stay as they are, each with why.
pub const LEFT: &[(&str, &str)] = &[
    ("revocations", "they are ends themselves"),
    (
        "clients",
        "an application that was disabled since is the administrator's to disable again",
    ),
    (
        "signing_keys",
        "without them nothing could be verified; keys are rotated afterwards",
    ),
    ("rate_limits", "a count that is too high is over in a moment"),
    ("sign_in_throttles", "a wait that is too long is over in a moment"),
    (
        "idempotency_keys",
        "what was answered before the copy was made was done before it",
    ),
    ("totp_credentials", "people could not sign in without them"),
];

/// What ended, with its number.
pub type Ended = Vec<(&'static str, u64)>;

/// Ends everything of the list. Access tokens that were issued until `now` are dead from now on, wherever the database is
/// asked; accounts that were to be deleted stay until `deletions` at least, for those who changed their minds since.
pub async fn settle(tx: &mut Tx, now: Timestamp, deletions: Timestamp) -> Result<Ended, StoreError> {
    let mut ended = Vec::new();
    for &(what, _, statement) in ENDINGS {
        let rows = match statement.contains("$1") {
            true => sql!(tx, execute, statement, now)?,
            false => sql!(tx, execute, statement)?,
        };
        ended.push((what, rows));
    }
    let postponed = sql!(tx, execute, POSTPONE_DELETIONS, deletions)?;
    ended.push(("deletions put off", postponed));
    let before = installation::tokens_not_before(tx).await?;
    let not_before = before.map_or(now, |before| before.max(now));
    installation::set(tx, installation::TOKENS_NOT_BEFORE, &not_before.to_rfc3339()).await?;
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_what_the_statements_do() {
        for (_, table, statement) in ENDINGS {
            assert!(SETTLED.contains(table), "{table}");
            assert!(
                statement.split_whitespace().any(|word| word == *table),
                "{table}: {statement}"
            );
        }
        assert_eq!(
            SETTLED.len(),
            ENDINGS.len() + 1,
            "the accounts themselves are settled last"
        );
    }
}
