//! Argon2 (RFC 9106): what we make, and Argon2i, d and id of any cost and both versions, as PHC strings. Django writes
//! `argon2` before the same string.

use ::argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use ::argon2::{Algorithm, Argon2 as Function, Block, Params, Version};

use super::PasswordError;
use super::form::FormError;
use crate::crypto::digest::constant_time_eq;
use crate::model::password::Cost;
use crate::model::secret::Secret;

const OUTPUT_LEN: usize = 32;
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_ITERATIONS: u32 = 64;
const MAX_LANES: u32 = 64;

/// Memory that is used again from hash to hash.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn give_back(&mut self) {
        self.0 = Vec::new();
    }

    fn blocks(&mut self, count: usize) -> Result<&mut [Block], PasswordError> {
        if self.0.len() < count {
            self.0 = Vec::new();
            // Never less than 33 MiB of address space: the allocator gives larger pieces back to the system when they are
            // freed. What is not touched costs nothing.
            self.0
                .try_reserve_exact(count.max(33 * 1024))
                .map_err(|_| PasswordError::Busy)?;
            self.0.resize(count, Block::new());
        }
        self.0.get_mut(..count).ok_or(PasswordError::Unusable)
    }
}

/// A hash that was read.
pub(super) struct Argon2 {
    algorithm: Algorithm,
    version: Version,
    cost: Cost,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Argon2 {
    pub(super) fn read(text: &str) -> Result<Self, FormError> {
        let damaged = |_| FormError::Damaged;
        let text = text.strip_prefix("argon2").unwrap_or(text);
        let parsed = PasswordHash::new(text).map_err(damaged)?;
        let (Some(salt), Some(output)) = (&parsed.salt, &parsed.hash) else {
            return Err(FormError::Damaged);
        };
        let params = Params::try_from(&parsed).map_err(|_| FormError::Damaged)?;
        if !params.keyid().is_empty() || !params.data().is_empty() {
            return Err(FormError::Unknown);
        }
        // Without a version it is the first one.
        let version = parsed.version.unwrap_or(u32::from(Version::V0x10));
        let form = Self {
            algorithm: Algorithm::try_from(parsed.algorithm.as_str()).map_err(|_| FormError::Unknown)?,
            version: Version::try_from(version).map_err(|_| FormError::Unknown)?,
            cost: Cost {
                memory_kib: params.m_cost(),
                iterations: params.t_cost(),
                parallelism: params.p_cost(),
            },
            salt: salt.as_ref().to_vec(),
            output: output.as_bytes().to_vec(),
        };
        let cost = form.cost;
        if cost.memory_kib > MAX_MEMORY_KIB || cost.iterations > MAX_ITERATIONS || cost.parallelism > MAX_LANES {
            return Err(FormError::TooCostly);
        }
        // A very short output would be matched by chance; RFC 9106 asks for eight bytes of salt.
        if form.output.len() < 16 || form.salt.len() < 8 {
            return Err(FormError::Damaged);
        }
        Ok(form)
    }

    pub(super) fn matches(&self, password: &[u8], memory: &mut Memory) -> Result<bool, PasswordError> {
        let mut output = vec![0; self.output.len()];
        self.derive(password, memory, &mut output)?;
        Ok(constant_time_eq(&output, &self.output))
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    pub(super) fn is_ours(&self, cost: Cost) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.output.len() == OUTPUT_LEN
            && self.cost == cost
    }

    /// Hashes a password for storing, as a PHC string.
    pub(super) fn hash(
        password: &Secret,
        salt: &[u8],
        cost: Cost,
        memory: &mut Memory,
    ) -> Result<String, PasswordError> {
        let form = Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            cost,
            salt: salt.to_vec(),
            output: Vec::new(),
        };
        let mut output = [0; OUTPUT_LEN];
        form.derive(password.expose().as_bytes(), memory, &mut output)?;
        let mut params = ParamsString::new();
        for (name, value) in [("m", cost.memory_kib), ("t", cost.iterations), ("p", cost.parallelism)] {
            params.add_decimal(name, value).map_err(|_| PasswordError::Unusable)?;
        }
        let hash = PasswordHash {
            algorithm: form.algorithm.ident(),
            version: Some(form.version.into()),
            params,
            salt: Some(Salt::new(salt).map_err(|_| PasswordError::Unusable)?),
            hash: Some(Output::new(&output).map_err(|_| PasswordError::Unusable)?),
        };
        Ok(hash.to_string())
    }

    fn derive(&self, password: &[u8], memory: &mut Memory, output: &mut [u8]) -> Result<(), PasswordError> {
        let cost = self.cost;
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(output.len()))
            .map_err(|_| PasswordError::Unusable)?;
        let blocks = memory.blocks(params.block_count())?;
        Function::new(self.algorithm, self.version, params)
            .hash_password_into_with_memory(password, &self.salt, output, blocks)
            .map_err(|_| PasswordError::Unusable)
    }
}
