//! Authenticator apps: time-based one-time passwords (RFC 6238), six digits every thirty seconds.
//!
//! A code is right for the step it belongs to, one step early and one late (section 5.2). That it works once is the store's
//! promise: the step must be newer than the last one (`store::totp_credentials::spend`).

mod qr;

use totp_rs::{Builder, Secret as Key, Totp};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use crate::crypto::sealing::{MasterKey, SealError};
use crate::model::Timestamp;

/// Bytes of a secret: as long as the hash (RFC 4226 section 4, requirement R6).
const SECRET_LEN: usize = 20;
const DIGITS: usize = 6;
/// The longest text that is looked at.
const LONGEST_INPUT: usize = 32;

/// The secret that an app and we share. Never printed.
#[derive(Clone)]
pub struct TotpSecret([u8; SECRET_LEN]);

/// Whose secret it is: a sealed secret opens for the same owner only, so that it cannot be moved to another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The person.
    pub user_id: Uuid,
    /// The credential.
    pub credential_id: Uuid,
}

impl Owner {
    fn purpose(self) -> String {
        format!("totp {} {}", self.user_id, self.credential_id)
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    /// Takes 20 bytes of `crypto::random`.
    pub fn new(bytes: [u8; SECRET_LEN]) -> Self {
        Self(bytes)
    }

    /// The secret at rest.
    pub fn seal(&self, key: &MasterKey, owner: Owner) -> Result<Vec<u8>, SealError> {
        key.seal(&owner.purpose(), &self.0)
    }

    /// Opens what [`TotpSecret::seal`] made for the same owner.
    pub fn open(key: &MasterKey, owner: Owner, sealed: &[u8]) -> Result<Self, SealError> {
        let bytes = key.open(&owner.purpose(), sealed)?;
        bytes.try_into().map(Self).map_err(|_| SealError::CannotOpen)
    }

    /// The secret for typing into an app: base 32 (RFC 4648) in groups of four.
    pub fn to_text(&self) -> String {
        let text = Key::from(self.0).to_base32();
        let mut grouped = String::with_capacity(text.len() * 5 / 4);
        for (at, c) in text.chars().enumerate() {
            if at > 0 && at % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(c);
        }
        grouped
    }

    /// The `otpauth` address that apps read: `issuer` and `account` are what they show. Colons part the two there, so they
    /// are replaced in both.
    pub fn to_uri(&self, issuer: &str, account: &str) -> Option<String> {
        let plain = |text: &str| text.replace(':', " ");
        Builder::new()
            .with_secret(Key::from(self.0))
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build()
            .and_then(|totp| totp.to_url())
            .ok()
    }

    /// The address of [`TotpSecret::to_uri`] as a picture: an SVG document to put into a page.
    pub fn to_qr(&self, issuer: &str, account: &str) -> Option<String> {
        qr::svg(&self.to_uri(issuer, account)?)
    }

    /// The step that a code belongs to, when it is right now, was thirty seconds ago or will be in thirty seconds.
    pub fn matching_step(&self, code: &str, now: Timestamp) -> Option<i64> {
        let code = normalise(code)?;
        let seconds = u64::try_from(now.timestamp()).ok()?;
        self.engine()?.check(&code, seconds)?.try_into().ok()
    }

    fn engine(&self) -> Option<Totp> {
        Builder::new().with_secret(Key::from(self.0)).build().ok()
    }
}

/// Six digits, whatever keyboard wrote them: spaces and dashes are dropped, full-width and other Unicode digits read.
fn normalise(code: &str) -> Option<String> {
    if code.len() > LONGEST_INPUT * 4 {
        return None;
    }
    let digits: String = code
        .nfkc()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(plain_digit)
        .collect::<Option<String>>()?;
    (digits.len() == DIGITS).then_some(digits)
}

/// The digits of scripts whose keyboards write their own: Arabic, Persian and Devanagari ones.
fn plain_digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

#[cfg(test)]
mod tests;
