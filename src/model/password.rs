//! What is set about passwords.

/// The cost of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

/// What a new password must be.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// In characters.
    pub min_length: usize,
    /// In characters.
    pub max_length: usize,
    /// From 0, anything, to 4, which takes more than 10^10 guesses.
    pub min_strength: u8,
}
