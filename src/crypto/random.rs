//! The one place that reads the random source of the operating system.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use uuid::Uuid;

use crate::model::Timestamp;
use crate::model::secret::Secret;

/// Prefixes of our secrets, so that scanners and people can tell what leaked.
pub mod prefix {
    /// Browser session.
    pub const SESSION: &str = "pgs_";
    /// The browser's own cookie, before and after sign-in.
    pub const BROWSER: &str = "pgb_";
    /// A device that people have signed in with.
    pub const DEVICE: &str = "pgd_";
    /// Authorization code.
    pub const CODE: &str = "pgc_";
    /// Refresh token.
    pub const REFRESH: &str = "pgr_";
    /// Client secret.
    pub const CLIENT_SECRET: &str = "pgx_";
    /// Link that works once.
    pub const LINK: &str = "pgl_";
    /// Key of a program that administers.
    pub const API_KEY: &str = "pgk_";
}

/// Random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "without randomness nothing here is safe: the process must not go on"
    )]
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .expect("the operating system gives random bytes");
    bytes
}

/// A secret of 256 random bits with a readable prefix.
pub fn secret(prefix: &str) -> Secret {
    Secret::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes::<32>())))
}

/// A number of so many decimal digits (18 at most), every one as likely as any other.
pub fn digits(count: u32) -> Secret {
    let span = 10_u64.pow(count.min(18));
    // What lies beyond the last whole span would make small numbers likelier.
    let end = u64::MAX - u64::MAX % span;
    loop {
        let number = u64::from_be_bytes(bytes());
        if number < end {
            return Secret::new(format!("{:0width$}", number % span, width = count.min(18) as usize));
        }
    }
}

/// A random identifier (UUID version 4).
pub fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

/// An identifier that sorts by time (UUID version 7), for rows that are inserted often.
pub fn uuid_at(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}
