//! PBKDF2 (RFC 8018) with HMAC of SHA-1, SHA-256 or SHA-512: the PHC string `$pbkdf2-sha256$i=600000$salt$hash`, as which the
//! parameters of Keycloak can be written; passlib's `$pbkdf2-sha256$29000$salt$hash`; Django's `pbkdf2_sha256$…$salt$hash`, whose
//! salt is the text itself.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, Algorithm};

use super::form::FormError;
use super::text::{base64, number, output, parameter};
use crate::crypto::digest::constant_time_eq;

const MAX_ITERATIONS: u32 = 10_000_000;

/// A hash that was read.
pub(super) struct Pbkdf2 {
    algorithm: Algorithm,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Pbkdf2 {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let parts: Vec<&str> = text.split('$').collect();
        let (name, iterations, salt, hash) = match parts.as_slice() {
            ["", name, cost, salt, hash] => {
                let iterations = if cost.contains('=') {
                    parameter(cost, "i")?
                } else {
                    cost
                };
                (*name, iterations, base64(salt)?, *hash)
            }
            [name, iterations, salt, hash] => (*name, *iterations, salt.as_bytes().to_vec(), *hash),
            _ => return Err(FormError::Damaged),
        };
        let algorithm = match name {
            "pbkdf2" | "pbkdf2-sha1" | "pbkdf2_sha1" => pbkdf2::PBKDF2_HMAC_SHA1,
            "pbkdf2-sha256" | "pbkdf2_sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
            "pbkdf2-sha512" | "pbkdf2_sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
            _ => return Err(FormError::Unknown),
        };
        let iterations = number(iterations)?;
        if iterations > MAX_ITERATIONS {
            return Err(FormError::TooCostly);
        }
        Ok(Self {
            algorithm,
            iterations: NonZeroU32::new(iterations).ok_or(FormError::Damaged)?,
            salt,
            output: output(hash)?,
        })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut output = vec![0; self.output.len()];
        pbkdf2::derive(self.algorithm, self.iterations, &self.salt, password, &mut output);
        constant_time_eq(&output, &self.output)
    }
}
