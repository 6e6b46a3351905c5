//! scrypt (RFC 7914): the PHC string `$scrypt$ln=15,r=8,p=1$salt$hash`, and Django's `scrypt$N$salt$r$p$hash`, whose salt is the
//! text itself.

use ::scrypt::Params;

use super::form::FormError;
use super::text::{base64, number, output, parameter};
use crate::crypto::digest::constant_time_eq;

const MAX_LOG_N: u32 = 20;
const MAX_R: u32 = 32;
const MAX_P: u32 = 16;
const MAX_MEMORY: u64 = 1 << 30;

/// A cost within the bounds.
pub(super) fn cost(log_n: u32, r: u32, p: u32) -> Result<Params, FormError> {
    if log_n > MAX_LOG_N || r > MAX_R || p > MAX_P || (u64::from(r) * 128) << log_n > MAX_MEMORY {
        return Err(FormError::TooCostly);
    }
    if log_n == 0 {
        return Err(FormError::Damaged);
    }
    let log_n = u8::try_from(log_n).map_err(|_| FormError::TooCostly)?;
    Params::new(log_n, r, p).map_err(|_| FormError::Damaged)
}

/// A hash that was read.
pub(super) struct Scrypt {
    cost: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Scrypt {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let parts: Vec<&str> = text.split('$').collect();
        match parts.as_slice() {
            ["", "scrypt", list, salt, hash] => Ok(Self {
                cost: cost(
                    number(parameter(list, "ln")?)?,
                    number(parameter(list, "r")?)?,
                    number(parameter(list, "p")?)?,
                )?,
                salt: base64(salt)?,
                output: output(hash)?,
            }),
            ["scrypt", n, salt, r, p, hash] => {
                let n = number(n)?;
                if !n.is_power_of_two() {
                    return Err(FormError::Damaged);
                }
                Ok(Self {
                    cost: cost(n.trailing_zeros(), number(r)?, number(p)?)?,
                    salt: salt.as_bytes().to_vec(),
                    output: output(hash)?,
                })
            }
            _ => Err(FormError::Damaged),
        }
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let mut output = vec![0; self.output.len()];
        ::scrypt::scrypt(password, &self.salt, &self.cost, &mut output).is_ok()
            && constant_time_eq(&output, &self.output)
    }
}
