//! Passkeys and security keys: the public half of a WebAuthn credential (Web Authentication Level 3 section 4).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Timestamp;

/// A public key of a person, and what is known of the authenticator that has the private half.
#[derive(Clone, Debug, PartialEq)]
pub struct Passkey {
    /// Chosen by the authenticator, 1 to 1023 bytes.
    pub credential_id: Vec<u8>,
    /// Whose it is; these 16 bytes are its user handle.
    pub user_id: Uuid,
    /// What the person calls it.
    pub name: String,
    /// What was learnt when it was made.
    pub credential: PasskeyCredential,
    /// The authenticator's count of signatures; 0 where it does not count.
    pub sign_count: i64,
    /// Whether there was a copy elsewhere at its last use.
    pub backed_up: bool,
    /// Whether it can sign in without an identifier.
    pub discoverable: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it signed last.
    pub last_used_at: Option<Timestamp>,
}

/// What of a passkey never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasskeyCredential {
    /// The public key with its algorithm, as a JSON Web Key (RFC 7517), which no library owns.
    pub key: serde_json::Value,
    /// Whether the private key may be copied to other devices of the person: a synced passkey. Otherwise it never leaves its
    /// device.
    pub synced: bool,
    /// How the browser can reach the authenticator, as it said itself.
    pub transports: Vec<String>,
}

/// What a passkey is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyUse {
    /// To sign in by itself: the authenticator must know its person (PIN, finger, face).
    Passwordless,
    /// After another factor: being there is enough, knowing the person is welcome.
    SecondFactor,
}
