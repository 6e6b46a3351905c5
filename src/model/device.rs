//! Browsers that people sign in with.

use super::Timestamp;
use super::secret::Digest;

/// A browser that a person has signed in with.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Of its cookie.
    pub digest: Digest,
    /// What it called itself last.
    pub user_agent: String,
    /// Where it came from last.
    pub address: String,
    /// Its first sign-in.
    pub first_seen_at: Timestamp,
    /// Its last one.
    pub last_seen_at: Timestamp,
    /// Until when it does without the second factor, if it was ever trusted.
    pub trusted_until: Option<Timestamp>,
}

/// Whether a person has been seen with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Before now.
    Known,
    /// Not before now, and with no other: the account is new, and there is nobody to alert.
    First,
    /// Not before now, but with others.
    New,
}
