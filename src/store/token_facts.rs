//! What must be known of a person's access token at the moment it is used: one statement over several tables.

use uuid::Uuid;

use super::entitlements::EntitlementRow;
use super::users::UserRow;
use super::{StoreError, Tx, installation};
use crate::model::Timestamp;
use crate::model::catalogue::Entitlements;
use crate::model::user::User;

/// The statement, with further columns of the person.
macro_rules! find {
    ($($columns:expr),*) => {
        concat!("SELECT ", user_columns!(), ", ", $($columns, ", ",)* "\
             EXISTS (SELECT 1 FROM revocations r WHERE r.id = $2 OR r.id = $3) AS revoked, \
             EXISTS (SELECT 1 FROM sessions s WHERE s.id = $4 AND s.ended_at IS NULL AND s.expires_at > $5) \
             AS session_live, (SELECT value FROM installation WHERE key = 'tokens_not_before') AS not_before \
             FROM users u WHERE u.id = $1")
    };
}

statements! {
    FIND = find!();
    FIND_ENTITLED = find!(entitlement_columns!());
    FIND_OF_CLIENT = "SELECT EXISTS (SELECT 1 FROM revocations WHERE id = $1) AS revoked, \
             (SELECT value FROM installation WHERE key = 'tokens_not_before') AS not_before";
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    entitlements: EntitlementRow,
    revoked: bool,
    session_live: bool,
    not_before: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ClientFactsRow {
    revoked: bool,
    not_before: Option<String>,
}

/// The facts.
#[derive(Clone, Debug)]
pub struct TokenFacts {
    /// The person, as they are now.
    pub user: User,
    /// What they have; nothing where it was not asked for.
    pub entitlements: Entitlements,
    /// Whether the token or its grant was revoked.
    pub revoked: bool,
    /// Whether the session of the grant has not been ended, nor come to its absolute end. Not being used in a browser for
    /// a while is no end: the application is in use.
    pub session_live: bool,
}

/// Of which token.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The person.
    pub user_id: Uuid,
    /// As the token has it; empty where there is none yet.
    pub jti: &'a str,
    /// Its `iat`; the largest number where there is none yet.
    pub issued_at: i64,
    /// As the token has it; empty where there is none yet.
    pub grant: &'a str,
    /// The session.
    pub session_id: Uuid,
    /// Whether anything that is said of it needs the [`Entitlements`].
    pub entitled: bool,
}

/// The facts of a person's token; `None` when the person is gone.
pub async fn find(tx: &mut Tx, about: About<'_>, now: Timestamp) -> Result<Option<TokenFacts>, StoreError> {
    let About {
        user_id,
        jti,
        issued_at,
        grant,
        session_id,
        entitled,
    } = about;
    let row = match entitled {
        true => sql!(tx, optional FactsRow, FIND_ENTITLED, user_id, jti, grant, session_id, now)?,
        false => sql!(tx, optional FactsRow, FIND, user_id, jti, grant, session_id, now)?,
    };
    row.map(|row| {
        Ok(TokenFacts {
            user: row.user.into(),
            entitlements: row.entitlements.into(),
            revoked: row.revoked || is_before(issued_at, row.not_before)?,
            session_live: row.session_live,
        })
    })
    .transpose()
}

/// Whether a token that no person stands behind was revoked.
pub async fn is_revoked(tx: &mut Tx, jti: &str, issued_at: i64) -> Result<bool, StoreError> {
    let row = sql!(tx, one ClientFactsRow, FIND_OF_CLIENT, jti)?;
    Ok(row.revoked || is_before(issued_at, row.not_before)?)
}

/// Whether a token was issued before the moment that all must come after. `iat` is in whole seconds, so the second of the
/// moment itself counts as before it.
fn is_before(issued_at: i64, not_before: Option<String>) -> Result<bool, StoreError> {
    let not_before = installation::read_moment(not_before)?;
    Ok(not_before.is_some_and(|moment| issued_at <= moment.timestamp()))
}
