//! Refresh tokens are derived, not stored: the secret of a generation follows from a key of the installation, the salt in
//! the family's row, and the generation (RFC 5869). So the same successor can be given again, every former token of a
//! family is recognised from one row, and neither the database nor the key alone makes a token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::digest::constant_time_eq;
use super::random::prefix;
use super::sealing::hkdf;
use crate::model::secret::Secret;

/// The installation's key for refresh tokens.
#[derive(Clone)]
pub struct RefreshKey([u8; 32]);

/// A token as it was presented: well formed, not yet believed.
pub struct PresentedRefresh {
    /// Names the family.
    pub family: Uuid,
    /// The generation that it claims to be.
    pub generation: u32,
    secret: [u8; 32],
}

impl RefreshKey {
    /// Takes a key derived from the master key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The token of a generation.
    pub fn token(&self, family: Uuid, salt: &[u8], generation: u32) -> Secret {
        let mut wire = Vec::with_capacity(52);
        wire.extend_from_slice(family.as_bytes());
        wire.extend_from_slice(&generation.to_be_bytes());
        wire.extend_from_slice(&self.secret(family, salt, generation));
        Secret::new(format!("{}{}", prefix::REFRESH, URL_SAFE_NO_PAD.encode(wire)))
    }

    /// Whether a presented token was issued for this salt: in constant time.
    pub fn issued(&self, presented: &PresentedRefresh, salt: &[u8]) -> bool {
        constant_time_eq(
            &self.secret(presented.family, salt, presented.generation),
            &presented.secret,
        )
    }

    fn secret(&self, family: Uuid, salt: &[u8], generation: u32) -> [u8; 32] {
        hkdf(&self.0, salt, &[family.as_bytes(), &generation.to_be_bytes()])
    }
}

/// Takes a token apart; `None` when it is none of ours by its form.
pub fn parse(token: &Secret) -> Option<PresentedRefresh> {
    let bytes = URL_SAFE_NO_PAD
        .decode(token.expose().strip_prefix(prefix::REFRESH)?)
        .ok()?;
    let (family, rest) = bytes.split_first_chunk::<16>()?;
    let (generation, secret) = rest.split_first_chunk::<4>()?;
    Some(PresentedRefresh {
        family: Uuid::from_bytes(*family),
        generation: u32::from_be_bytes(*generation),
        secret: secret.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_and_nothing_near_it() {
        let key = RefreshKey::new([7; 32]);
        let family = Uuid::from_u128(5);
        let token = key.token(family, b"salt", 3);
        let presented = parse(&token).unwrap();
        assert_eq!((presented.family, presented.generation), (family, 3));
        assert!(key.issued(&presented, b"salt"));
        assert!(!key.issued(&presented, b"pepper"));
        assert!(!RefreshKey::new([8; 32]).issued(&presented, b"salt"));
        let forged = PresentedRefresh {
            generation: 4,
            ..presented
        };
        assert!(!key.issued(&forged, b"salt"));
        for bad in [
            "",
            "pgr_",
            "pgr_AAAA",
            "xyz",
            &token.expose()[..token.expose().len() - 1],
        ] {
            assert!(parse(&Secret::new(bad.to_owned())).is_none(), "{bad}");
        }
        assert!(parse(&Secret::new(format!("{}A", token.expose()))).is_none());
    }
}
