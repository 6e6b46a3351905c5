//! How much is too much.

use serde::Deserialize;

/// Section `limits`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Limits {
    pub enabled: bool,
    pub sign_in_per_minute: u32,
    pub sign_up_per_minute: u32,
    pub code_per_minute: u32,
    pub recovery_per_minute: u32,
    pub flows_per_minute: u32,
    pub client_failures_per_minute: u32,
    pub ipv6_prefix: u8,
    pub mails_per_hour: u32,
    pub codes_per_ten_minutes: u32,
    pub recoveries_per_hour: u32,
    pub sign_ups_per_hour: u32,
    pub proof_of_work: ProofOfWork,
    pub proof_of_work_bits: u32,
    pub work_after_failures: u32,
    pub work_after_failures_of_all: u32,
    pub without_work_per_minute: u32,
}

/// When browsers are asked for work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProofOfWork {
    /// Never.
    Off,
    /// While guessing goes on.
    Auto,
    /// At every try.
    Always,
}
