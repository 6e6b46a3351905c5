//! `sessions`: signed-in browsers.

use sqlx::types::Json;
use uuid::Uuid;

use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::scope::Scope;
use crate::model::secret::Digest;
use crate::model::session::Session;
use crate::model::user::User;

/// The columns that `SessionRow` reads.
macro_rules! session_columns {
    () => {
        "s.id AS session_id, s.user_id AS session_user_id, s.authenticated_at, s.amr, s.created_at AS session_created_at, \
         s.last_seen_at, s.expires_at, s.user_agent, s.address, s.remembered"
    };
}

statements! {
    INSERT = "INSERT INTO sessions (id, digest, user_id, authenticated_at, amr, created_at, last_seen_at, \
              idle_expires_at, expires_at, user_agent, address, remembered) \
              VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11)";
    FIND_LIVE = concat!("SELECT ", session_columns!(), ", ", user_columns!(), ", c.scope AS consented FROM sessions s \
                         JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL \
                         LEFT JOIN consents c ON c.user_id = s.user_id AND c.client_id = $2 \
                         WHERE s.digest = $1 AND s.ended_at IS NULL AND s.idle_expires_at > $3 AND s.expires_at > $3");
    LIST_LIVE = concat!("SELECT ", session_columns!(), " FROM sessions s WHERE s.user_id = $1 AND s.ended_at IS NULL \
                         AND s.idle_expires_at > $2 AND s.expires_at > $2 ORDER BY s.created_at DESC LIMIT 100");
    PAGE = concat!("SELECT ", session_columns!(), " FROM sessions s WHERE (s.created_at, s.id) < ($1, $2) AND s.ended_at IS NULL \
                    AND s.idle_expires_at > $3 AND s.expires_at > $3 ORDER BY s.created_at DESC, s.id DESC LIMIT $4");
    PAGE_OF = concat!("SELECT ", session_columns!(), " FROM sessions s WHERE s.user_id = $5 AND (s.created_at, s.id) < ($1, $2) \
                       AND s.ended_at IS NULL AND s.idle_expires_at > $3 AND s.expires_at > $3 \
                       ORDER BY s.created_at DESC, s.id DESC LIMIT $4");
    OWNER = "SELECT user_id FROM sessions WHERE id = $1 AND ended_at IS NULL AND idle_expires_at > $2 AND expires_at > $2";
    /// Never shortens: a session that is to stay has its absolute end here.
    TOUCH = "UPDATE sessions SET last_seen_at = $2, \
             idle_expires_at = CASE WHEN idle_expires_at < $3 THEN $3 ELSE idle_expires_at END \
             WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE sessions SET ended_at = $3 WHERE id = $1 AND user_id = $2 AND ended_at IS NULL";
    END_BY_DIGEST = "UPDATE sessions SET ended_at = $2 WHERE digest = $1 AND ended_at IS NULL";
    END_OF_USER = "UPDATE sessions SET ended_at = $3 WHERE digest = $1 AND user_id = $2 AND ended_at IS NULL";
    END_OTHERS = "UPDATE sessions SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL";
    RENEW = "UPDATE sessions SET digest = $2 WHERE id = $1 AND ended_at IS NULL";
    END_ALL = "UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL";
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    session_id: Uuid,
    session_user_id: Uuid,
    authenticated_at: Timestamp,
    amr: Json<Vec<String>>,
    session_created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    user_agent: String,
    address: String,
    remembered: bool,
}

#[derive(sqlx::FromRow)]
struct LiveRow {
    #[sqlx(flatten)]
    session: SessionRow,
    #[sqlx(flatten)]
    user: UserRow,
    consented: Option<String>,
}

/// A live session, its person, and what the person let one client have before.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// The session.
    pub session: Session,
    /// Its person.
    pub user: User,
    /// Remembered consent for the client asked about.
    pub consented: Option<Scope>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.session_id,
            user_id: row.session_user_id,
            authenticated_at: row.authenticated_at,
            amr: row.amr.0,
            created_at: row.session_created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            user_agent: row.user_agent,
            address: row.address,
            remembered: row.remembered,
        }
    }
}

/// Stores a new session.
pub async fn insert(
    tx: &mut Tx,
    session: &Session,
    digest: &Digest,
    idle_expires_at: Timestamp,
) -> Result<(), StoreError> {
    sql!(
        tx,
        execute,
        INSERT,
        session.id,
        digest.as_bytes(),
        session.user_id,
        session.authenticated_at,
        Json(&session.amr),
        session.created_at,
        idle_expires_at,
        session.expires_at,
        &session.user_agent,
        &session.address,
        session.remembered
    )
    .map(drop)
}

/// The live session of a cookie, when its person may sign in. `client_id` names whose consent is wanted; the empty text
/// names nobody's.
pub async fn find_live(
    tx: &mut Tx,
    digest: &Digest,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<LiveSession>, StoreError> {
    let row = sql!(tx, optional LiveRow, FIND_LIVE, digest.as_bytes(), client_id, now)?;
    row.map(|row| {
        let consented = row.consented.map(|scope| Scope::parse(&scope)).transpose();
        Ok(LiveSession {
            session: row.session.into(),
            user: row.user.into(),
            consented: consented.map_err(|_| StoreError::Corrupt("consent"))?,
        })
    })
    .transpose()
}

/// The live sessions of a person, newest first.
pub async fn list_live(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    Ok(sql!(tx, all SessionRow, LIST_LIVE, user_id, now)?
        .into_iter()
        .map(Session::from)
        .collect())
}

/// Notes that a session is in use.
pub async fn touch(tx: &mut Tx, id: Uuid, now: Timestamp, idle_expires_at: Timestamp) -> Result<(), StoreError> {
    sql!(tx, execute, TOUCH, id, now, idle_expires_at).map(drop)
}

/// Ends one session of a person; false when it was not live.
pub async fn end(tx: &mut Tx, id: Uuid, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, END, id, user_id, now)? == 1)
}

/// Ends the session of a cookie; false when it was not live.
pub async fn end_by_digest(tx: &mut Tx, digest: &Digest, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, END_BY_DIGEST, digest.as_bytes(), now)? == 1)
}

/// Ends the session of a cookie if it is this person's; false when it was not, or not live.
pub async fn end_of_user(tx: &mut Tx, digest: &Digest, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, END_OF_USER, digest.as_bytes(), user_id, now)? == 1)
}

/// Ends every session of a person.
pub async fn end_all(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<u64, StoreError> {
    sql!(tx, execute, END_ALL, user_id, now)
}

/// Ends every session of a person but one.
pub async fn end_others(tx: &mut Tx, user_id: Uuid, kept: Uuid, now: Timestamp) -> Result<u64, StoreError> {
    sql!(tx, execute, END_OTHERS, user_id, kept, now)
}

/// Gives a session another secret: whoever holds the old one is signed out.
pub async fn renew(tx: &mut Tx, id: Uuid, digest: &Digest) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, RENEW, id, digest.as_bytes())? == 1)
}

/// The live sessions before one, newest first: those of `owner`, else of everybody.
pub async fn page(
    tx: &mut Tx,
    owner: Option<Uuid>,
    before: (Timestamp, Uuid),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Session>, StoreError> {
    let rows = match owner {
        None => sql!(tx, all SessionRow, PAGE, before.0, before.1, now, limit)?,
        Some(owner) => sql!(tx, all SessionRow, PAGE_OF, before.0, before.1, now, limit, owner)?,
    };
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Whose a live session is.
pub async fn owner(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Uuid>, StoreError> {
    sql!(tx, optional_scalar Uuid, OWNER, id, now)
}
