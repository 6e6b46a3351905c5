//! Everything that is stored about one person, over all tables: what they can download, and what goes when they go.

use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx, audit_chain};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    DEVICES = "SELECT digest, user_agent, address, first_seen_at, last_seen_at, trusted_until FROM devices \
               WHERE user_id = $1 ORDER BY last_seen_at DESC LIMIT 100";
    FORGET_DEVICE = "DELETE FROM devices WHERE user_id = $1 AND digest = $2";
    UNTRUST_DEVICES = "UPDATE devices SET trusted_until = NULL WHERE user_id = $1 AND trusted_until IS NOT NULL";
    PASSKEYS = "SELECT name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at";
    APPS = "SELECT name, created_at, last_used_at FROM totp_credentials WHERE user_id = $1 ORDER BY created_at";
    TEXTS = "SELECT number AS name, created_at, last_used_at FROM text_factors WHERE user_id = $1";
    RECOVERY_CODES = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND consumed_at IS NULL AND expires_at > $2";
    PICTURE = "SELECT media_type, updated_at FROM pictures WHERE user_id = $1";
    SESSIONS = "SELECT created_at, authenticated_at, last_seen_at, expires_at, ended_at, user_agent, address FROM sessions \
                WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1000";
    FACTOR_RESET = "SELECT requested_at, effective_at, cancelled_at, completed_at FROM factor_resets WHERE user_id = $1";
    CODES_OF = "DELETE FROM authorization_codes WHERE user_id = $1";
    FAMILIES_OF = "DELETE FROM refresh_families WHERE user_id = $1";
    JOURNEYS_OF = "DELETE FROM journeys WHERE user_id = $1";
    LINKS_OF = "DELETE FROM one_time_tokens WHERE payload->>'user_id' = $1";
    /// Those that no change of a password retires.
    ALERTS_OF = "DELETE FROM one_time_tokens WHERE payload->>'whose' = $1";
    CHALLENGES_OF = "DELETE FROM challenges WHERE owner = $1";
    CHALLENGES_TO = "DELETE FROM challenges WHERE recipient_key = $1";
    FAILURES_OF = "DELETE FROM sign_in_throttles WHERE identifier_key = $1";
    INVITATIONS_TO = "DELETE FROM invitations WHERE email_key = $1";
    MAILS_TO = "DELETE FROM outbox_mails WHERE recipient = $1";
    TEXTS_TO = "DELETE FROM outbox_texts WHERE recipient = $1";
    /// What somebody typed to sign in is theirs: their former `sub` stands in its place.
    EVENTS_OF_IDENTIFIER = "UPDATE audit_events SET target = $2, address = '', user_agent = '', details = $3, salt = NULL \
                            WHERE target = $1 AND kind IN ('sign_in_failed', 'sign_in_locked')";
    /// What happened stays, without what tells of the person; their `sub` is nobody's from now on. Without the salt nobody can
    /// try out what stood there; the chain goes on by the commitment.
    EVENTS_OF = "UPDATE audit_events SET address = '', user_agent = '', details = $2, salt = NULL \
                 WHERE target = $1 OR actor = $1";
}

/// A browser that a person has signed in with.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Device {
    /// The digest of its cookie: names it in forms.
    #[serde(skip)]
    pub digest: Vec<u8>,
    /// What it calls itself.
    pub user_agent: String,
    /// Where it was last.
    pub address: String,
    /// When it was first there.
    pub first_seen_at: Timestamp,
    /// When it was last there.
    pub last_seen_at: Timestamp,
    /// Until when it needs no second factor.
    pub trusted_until: Option<Timestamp>,
}

/// A passkey or an authenticator app.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Credential {
    /// What the person calls it; the number of text messages.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last use.
    pub last_used_at: Option<Timestamp>,
}

/// A picture.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct Picture {
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// Since when.
    pub updated_at: Timestamp,
}

/// A session, ended ones included.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct PastSession {
    /// When it began.
    pub created_at: Timestamp,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// Last use.
    pub last_seen_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
    /// When it was ended before that.
    pub ended_at: Option<Timestamp>,
    /// What the browser called itself.
    pub user_agent: String,
    /// Where it came from.
    pub address: String,
}

/// A request to do without second factors.
#[derive(Clone, Debug, Serialize, sqlx::FromRow)]
pub struct FactorReset {
    /// When it was made.
    pub requested_at: Timestamp,
    /// When it takes effect.
    pub effective_at: Timestamp,
    /// When somebody objected.
    pub cancelled_at: Option<Timestamp>,
    /// When it took effect.
    pub completed_at: Option<Timestamp>,
}

/// What the tables without a reader of their own hold about a person. No secrets.
#[derive(Clone, Debug, Serialize)]
pub struct Holdings {
    /// Browsers.
    pub devices: Vec<Device>,
    /// Passkeys.
    pub passkeys: Vec<Credential>,
    /// Authenticator apps.
    pub authenticator_apps: Vec<Credential>,
    /// Where codes are texted to.
    pub text_messages: Vec<Credential>,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
    /// The picture.
    pub picture: Option<Picture>,
    /// Sessions that are still stored.
    pub sessions: Vec<PastSession>,
    /// The last request to do without second factors.
    pub factor_reset: Option<FactorReset>,
}

/// Gathers them.
pub async fn holdings(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<Holdings, StoreError> {
    Ok(Holdings {
        devices: devices(tx, user_id).await?,
        passkeys: sql!(tx, all Credential, PASSKEYS, user_id)?,
        authenticator_apps: sql!(tx, all Credential, APPS, user_id)?,
        text_messages: sql!(tx, all Credential, TEXTS, user_id)?,
        recovery_codes_left: sql!(tx, scalar i64, RECOVERY_CODES, user_id, now)?,
        picture: sql!(tx, optional Picture, PICTURE, user_id)?,
        sessions: sql!(tx, all PastSession, SESSIONS, user_id)?,
        factor_reset: sql!(tx, optional FactorReset, FACTOR_RESET, user_id)?,
    })
}

/// The browsers that a person has signed in with, the last used first.
pub async fn devices(tx: &mut Tx, user_id: Uuid) -> Result<Vec<Device>, StoreError> {
    sql!(tx, all Device, DEVICES, user_id)
}

/// Forgets a browser; false when it is none of the person's.
pub async fn forget_device(tx: &mut Tx, user_id: Uuid, digest: &Digest) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, FORGET_DEVICE, user_id, digest.as_bytes())? == 1)
}

/// Every browser of a person needs the second factor again.
pub async fn untrust_devices(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, UNTRUST_DEVICES, user_id).map(drop)
}

/// Removes the links that were sent in a person's name.
pub async fn retire_links(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    sql!(tx, execute, LINKS_OF, user_id.to_string()).map(drop)
}

/// Removes what no foreign key leads to: to be followed by `users::delete` in the same unit. `addresses` are the person's,
/// each with its folded form; `phone` is their number.
pub async fn erase(
    tx: &mut Tx,
    user_id: Uuid,
    addresses: &[(String, String)],
    username_key: Option<&str>,
    phone: Option<&str>,
) -> Result<(), StoreError> {
    let subject = user_id.to_string();
    let nothing = Json(serde_json::Value::Object(serde_json::Map::new()));
    sql!(tx, execute, CODES_OF, user_id)?;
    sql!(tx, execute, FAMILIES_OF, user_id)?;
    sql!(tx, execute, JOURNEYS_OF, user_id)?;
    sql!(tx, execute, LINKS_OF, &subject)?;
    sql!(tx, execute, ALERTS_OF, &subject)?;
    sql!(tx, execute, CHALLENGES_OF, format!("user:{user_id}"))?;
    for (key, address) in addresses {
        sql!(tx, execute, CHALLENGES_TO, key)?;
        sql!(tx, execute, FAILURES_OF, key)?;
        sql!(tx, execute, INVITATIONS_TO, key)?;
        sql!(tx, execute, MAILS_TO, address)?;
    }
    if let Some(key) = username_key {
        sql!(tx, execute, FAILURES_OF, key)?;
    }
    if let Some(number) = phone {
        sql!(tx, execute, CHALLENGES_TO, number)?;
        sql!(tx, execute, TEXTS_TO, number)?;
    }
    // The sealer must not read an event, and seal what stood there, while it is emptied here.
    audit_chain::hold(tx).await?;
    for key in addresses.iter().map(|(key, _)| key.as_str()).chain(username_key) {
        sql!(tx, execute, EVENTS_OF_IDENTIFIER, key, &subject, &nothing)?;
    }
    sql!(tx, execute, EVENTS_OF, &subject, &nothing).map(drop)
}
