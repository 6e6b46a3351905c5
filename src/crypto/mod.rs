//! Keys, signatures, sealing, secrets and their digests, the password hashing pool. Sees only `model`; reads the random
//! source in one place ([`random`]) and never the clock.

pub mod audit_chain;
pub mod digest;
pub mod jwt;
pub mod keys;
pub mod keyset;
pub mod passkeys;
pub mod password;
pub mod random;
pub mod refresh;
pub mod sealing;
