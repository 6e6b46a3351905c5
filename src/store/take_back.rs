//! What a sign-in may have brought into an account since a moment, over all the tables that hold it: what goes when its person
//! says that it was somebody else.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;

statements! {
    PASSWORD = "DELETE FROM password_credentials WHERE user_id = $1";
    PASSKEYS = "DELETE FROM passkeys WHERE user_id = $1 AND created_at >= $2";
    APPS = "DELETE FROM totp_credentials WHERE user_id = $1 AND created_at >= $2";
    TEXTS = "DELETE FROM text_factors WHERE user_id = $1 AND created_at >= $2";
    /// A set is replaced as a whole: what is newer was read by whoever made it.
    RECOVERY_CODES = "DELETE FROM recovery_codes WHERE user_id = $1 AND created_at >= $2";
    DEVICES = "DELETE FROM devices WHERE user_id = $1 AND first_seen_at >= $2";
    ADDRESSES = "DELETE FROM email_addresses WHERE user_id = $1 AND created_at >= $2 \
                 AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = $1 AND u.email_key = email_addresses.email_key)";
    FACTOR_RESET = "UPDATE factor_resets SET cancelled_at = $2 \
                    WHERE user_id = $1 AND cancelled_at IS NULL AND completed_at IS NULL";
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// Whether there was a password.
    pub password: bool,
    /// Passkeys, authenticator apps, text messages and recovery codes.
    pub factors: u64,
    /// Browsers.
    pub devices: u64,
    /// Addresses; the primary one stays.
    pub addresses: u64,
}

/// Takes the password, which is known to somebody else, and every factor, browser and address that joined the account from
/// `since` on.
pub async fn since(tx: &mut Tx, user_id: Uuid, since: Timestamp, now: Timestamp) -> Result<Gone, StoreError> {
    let password = sql!(tx, execute, PASSWORD, user_id)? > 0;
    let factors = sql!(tx, execute, PASSKEYS, user_id, since)?
        + sql!(tx, execute, APPS, user_id, since)?
        + sql!(tx, execute, TEXTS, user_id, since)?
        + sql!(tx, execute, RECOVERY_CODES, user_id, since)?;
    let devices = sql!(tx, execute, DEVICES, user_id, since)?;
    let addresses = sql!(tx, execute, ADDRESSES, user_id, since)?;
    sql!(tx, execute, FACTOR_RESET, user_id, now)?;
    Ok(Gone {
        password,
        factors,
        devices,
        addresses,
    })
}
