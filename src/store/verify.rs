//! Whole-database invariants: what must hold whatever happened. Run by `passgate doctor` and after every fault test.

use super::{Db, StoreError};

statements! {
    FAMILY_WITHOUT_CODE_OWNER = "SELECT COUNT(*) FROM refresh_families f WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = f.user_id)";
    FAMILY_OF_NO_CLIENT = "SELECT COUNT(*) FROM refresh_families f WHERE NOT EXISTS (SELECT 1 FROM clients c WHERE c.id = f.client_id)";
    FAMILY_OF_UNUSED_CODE = "SELECT COUNT(*) FROM refresh_families f JOIN authorization_codes a ON a.id = f.id WHERE a.consumed_at IS NULL";
    CODE_OF_NOBODY = "SELECT COUNT(*) FROM authorization_codes a WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = a.user_id)";
    /// By how they begin, as `crypto::password` recognises them; `_` is any one letter.
    PLAIN_SECRETS = "SELECT COUNT(*) FROM password_credentials WHERE phc NOT LIKE '$argon2%' AND phc NOT LIKE 'argon2$%' \
        AND phc NOT LIKE '$2_$%' AND phc NOT LIKE 'bcrypt$%' AND phc NOT LIKE 'bcrypt_sha256$%' \
        AND phc NOT LIKE '$scrypt$%' AND phc NOT LIKE 'scrypt$%' AND phc NOT LIKE '$firebase-scrypt$%' \
        AND phc NOT LIKE '$pbkdf2%' AND phc NOT LIKE 'pbkdf2_%'";
    SHORT_DIGESTS = "SELECT COUNT(*) FROM sessions WHERE length(digest) <> 32";
    ALGORITHMS_WITHOUT_ACTIVE_KEY = "SELECT COUNT(*) FROM (SELECT alg FROM signing_keys GROUP BY alg \
        HAVING SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END) <> 1) broken";
    EVENTS_BEYOND_THE_CHAIN = "SELECT COUNT(*) FROM audit_events e \
        WHERE e.seq > COALESCE((SELECT c.seq FROM audit_chain c WHERE c.id = 1), 0)";
    ROLES_OF_NO_CATALOGUE = "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM roles r WHERE r.name = u.role)";
    PLANS_OF_NO_CATALOGUE = "SELECT COUNT(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM plans p WHERE p.name = u.plan)";
    NEGATIVE_GENERATIONS = "SELECT COUNT(*) FROM refresh_families WHERE generation < 0";
}

const INVARIANTS: [(&str, &str); 11] = [
    ("people whose role is in no catalogue", ROLES_OF_NO_CATALOGUE),
    ("people whose plan is in no catalogue", PLANS_OF_NO_CATALOGUE),
    ("refresh families whose person is gone", FAMILY_WITHOUT_CODE_OWNER),
    ("refresh families whose client is gone", FAMILY_OF_NO_CLIENT),
    ("refresh families whose code was never redeemed", FAMILY_OF_UNUSED_CODE),
    ("authorization codes whose person is gone", CODE_OF_NOBODY),
    (
        "passwords that are not hashed in a form that can be verified",
        PLAIN_SECRETS,
    ),
    ("sessions whose digest is no digest", SHORT_DIGESTS),
    (
        "algorithms without exactly one active signing key",
        ALGORITHMS_WITHOUT_ACTIVE_KEY,
    ),
    (
        "audit events numbered beyond the end of the chain",
        EVENTS_BEYOND_THE_CHAIN,
    ),
    ("refresh families with a generation below zero", NEGATIVE_GENERATIONS),
];

/// Asks for every invariant and gives those that are broken, with the number of rows.
pub async fn verify(db: &Db) -> Result<Vec<String>, StoreError> {
    let mut broken = Vec::new();
    for (what, statement) in INVARIANTS {
        let rows = db
            .read((), move |tx, ()| {
                Box::pin(async move { sql!(tx, scalar i64, statement) })
            })
            .await?;
        if rows > 0 {
            broken.push(format!("{rows} {what}"));
        }
    }
    Ok(broken)
}
