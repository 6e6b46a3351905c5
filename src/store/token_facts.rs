//! What must be known of a person's access token at the moment it is used: one statement over several tables.

use uuid::Uuid;

use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::user::User;

statements! {
    FIND = concat!("SELECT ", user_columns!(), ", \
             EXISTS (SELECT 1 FROM revocations r WHERE r.id = $2 OR r.id = $3) AS revoked, \
             EXISTS (SELECT 1 FROM sessions s WHERE s.id = $4 AND s.ended_at IS NULL AND s.expires_at > $5) \
             AS session_live \
             FROM users u WHERE u.id = $1");
    IS_REVOKED = "SELECT EXISTS (SELECT 1 FROM revocations WHERE id = $1)";
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    #[sqlx(flatten)]
    user: UserRow,
    revoked: bool,
    session_live: bool,
}

/// The facts.
#[derive(Clone, Debug)]
pub struct TokenFacts {
    /// The person, as they are now.
    pub user: User,
    /// Whether the token or its grant was revoked.
    pub revoked: bool,
    /// Whether the session of the grant has not been ended, nor come to its absolute end. Not being used in a browser for
    /// a while is no end: the application is in use.
    pub session_live: bool,
}

/// The facts of a person's token; `None` when the person is gone. `jti` and `grant` are as the token has them.
pub async fn find(
    tx: &mut Tx,
    user_id: Uuid,
    jti: &str,
    grant: &str,
    session_id: Uuid,
    now: Timestamp,
) -> Result<Option<TokenFacts>, StoreError> {
    let row = sql!(tx, optional FactsRow, FIND, user_id, jti, grant, session_id, now)?;
    Ok(row.map(|row| TokenFacts {
        user: row.user.into(),
        revoked: row.revoked,
        session_live: row.session_live,
    }))
}

/// Whether a token that no person stands behind was revoked.
pub async fn is_revoked(tx: &mut Tx, jti: &str) -> Result<bool, StoreError> {
    sql!(tx, scalar bool, IS_REVOKED, jti)
}
