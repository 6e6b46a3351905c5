//! Removes what no longer counts, in small batches; events of the audit trail have their own way out, which leaves the rest
//! verifiable (`flow::audit::retention`). Whether something counts never depends on this: every statement that
//! reads asks for the time itself.

use std::time::Duration;

use super::{Db, StoreError, outbox_mails, outbox_texts, request_traces, statistics};
use crate::model::Timestamp;

statements! {
    INTERACTIONS = "DELETE FROM interactions WHERE id IN (SELECT id FROM interactions WHERE expires_at < $1 LIMIT $2)";
    JOURNEYS = "DELETE FROM journeys WHERE id IN (SELECT id FROM journeys WHERE expires_at < $1 LIMIT $2)";
    CODES = "DELETE FROM authorization_codes WHERE id IN (SELECT id FROM authorization_codes WHERE expires_at < $1 LIMIT $2)";
    FAMILIES = "DELETE FROM refresh_families WHERE id IN \
                (SELECT id FROM refresh_families WHERE expires_at < $1 OR idle_expires_at < $1 LIMIT $2)";
    REVOCATIONS = "DELETE FROM revocations WHERE id IN (SELECT id FROM revocations WHERE expires_at < $1 LIMIT $2)";
    SESSIONS = "DELETE FROM sessions WHERE id IN \
                (SELECT id FROM sessions WHERE expires_at < $1 OR ended_at < $1 LIMIT $2)";
    THROTTLES = "DELETE FROM sign_in_throttles WHERE identifier_key IN \
                 (SELECT identifier_key FROM sign_in_throttles WHERE last_failure_at < $1 LIMIT $2)";
    RATE_LIMITS = "DELETE FROM rate_limits WHERE key IN (SELECT key FROM rate_limits WHERE window_ends_at < $1 LIMIT $2)";
    INVITATIONS = "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < $1 LIMIT $2)";
    LINKS = "DELETE FROM one_time_tokens WHERE digest IN (SELECT digest FROM one_time_tokens WHERE expires_at < $1 LIMIT $2)";
    CHALLENGES = "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE expires_at < $1 LIMIT $2)";
    DEVICES = "DELETE FROM devices WHERE (user_id, digest) IN \
               (SELECT user_id, digest FROM devices WHERE last_seen_at < $1 LIMIT $2)";
    UNCONFIRMED_APPS = "DELETE FROM totp_credentials WHERE id IN \
                        (SELECT id FROM totp_credentials WHERE confirmed_at IS NULL AND created_at < $1 LIMIT $2)";
    API_KEYS = "DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE expires_at < $1 LIMIT $2)";
    IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE key IN \
                        (SELECT key FROM idempotency_keys WHERE expires_at < $1 LIMIT $2)";
    MAILS = "DELETE FROM outbox_mails WHERE id IN (SELECT id FROM outbox_mails WHERE failed_at < $1 LIMIT $2)";
    TEXTS = "DELETE FROM outbox_texts WHERE id IN (SELECT id FROM outbox_texts WHERE created_at < $1 LIMIT $2)";
    STATISTICS = "DELETE FROM statistics_days WHERE (day, name) IN \
                  (SELECT day, name FROM statistics_days WHERE day < $1 LIMIT $2)";
    TRACES = "DELETE FROM request_traces WHERE id IN (SELECT id FROM request_traces WHERE at < $1 LIMIT $2)";
}

/// What is removed, and how long after its end.
const RULES: &[(&str, Duration)] = &[
    (INTERACTIONS, Duration::ZERO),
    (JOURNEYS, Duration::ZERO),
    // As long as a second presentation of a code is recognised.
    (CODES, Duration::from_secs(3600)),
    (FAMILIES, Duration::from_secs(86_400)),
    (REVOCATIONS, Duration::from_secs(3600)),
    (SESSIONS, Duration::from_secs(86_400)),
    (THROTTLES, Duration::from_secs(86_400)),
    (RATE_LIMITS, Duration::ZERO),
    (INVITATIONS, Duration::from_secs(30 * 86_400)),
    (LINKS, Duration::from_secs(86_400)),
    (CHALLENGES, Duration::from_secs(86_400)),
    (DEVICES, Duration::from_secs(365 * 86_400)),
    (UNCONFIRMED_APPS, Duration::from_secs(86_400)),
    (API_KEYS, Duration::from_secs(30 * 86_400)),
    (IDEMPOTENCY_KEYS, Duration::ZERO),
    (MAILS, outbox_mails::KEPT),
    (TEXTS, outbox_texts::KEPT),
    (STATISTICS, statistics::KEPT),
    (TRACES, request_traces::KEPT),
];

const BATCH: i64 = 500;

/// Removes everything that is due, batch by batch, and gives the number of rows.
pub async fn clean(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let mut removed = 0;
    for &(statement, after) in RULES {
        let before = now - after;
        loop {
            let rows = db
                .write_one((), move |tx, ()| {
                    Box::pin(async move { sql!(tx, execute, statement, before, BATCH) })
                })
                .await?;
            removed += rows;
            if rows < BATCH as u64 {
                break;
            }
        }
    }
    Ok(removed)
}
