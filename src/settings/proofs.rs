//! What people prove who they are with: second factors and passwords.

use chrono::TimeDelta;
use serde::Deserialize;

use crate::model::password::Cost;

/// Whether there are second factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorPolicy {
    /// No.
    Off,
    /// Whoever has one is asked for it.
    Optional,
    /// Whoever has none sets one up.
    Required,
}

/// Whether whoever administers as a person must have shown a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdministratorFactor {
    /// As everybody.
    Off,
    /// Whoever has one must have shown it.
    Had,
    /// Whoever has none sets one up.
    Required,
}

/// Section `second_factor`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct SecondFactor {
    pub policy: SecondFactorPolicy,
    pub required_roles: Vec<String>,
    pub administrators: AdministratorFactor,
    pub methods: Vec<String>,
    pub trusted_device_days: u32,
    pub lost_wait_days: u32,
}

impl SecondFactor {
    /// Whether a factor is offered.
    pub fn offers(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known == method)
    }

    /// For which a browser may leave the second factor out.
    pub fn trust(&self) -> TimeDelta {
        TimeDelta::days(self.trusted_device_days.into())
    }

    /// Between asking to do without lost second factors and their end.
    pub fn lost_wait(&self) -> TimeDelta {
        TimeDelta::days(self.lost_wait_days.into())
    }
}

/// Whether new passwords are looked up among those that are known from breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BreachCheck {
    /// No.
    Off,
    /// By the first digits of their digest, at a range service.
    Range,
}

/// Section `passwords`.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "config/passgate.toml documents each key")]
pub struct Passwords {
    pub min_length: usize,
    pub min_length_single_factor: usize,
    pub max_length: usize,
    pub min_strength: u8,
    pub breach_check: BreachCheck,
    pub breach_url: String,
    pub memory_kib: u32,
    pub iterations: u32,
    pub parallelism: u32,
    pub queue: usize,
}

impl Passwords {
    /// The cost of a hash.
    pub fn cost(&self) -> Cost {
        Cost {
            memory_kib: self.memory_kib,
            iterations: self.iterations,
            parallelism: self.parallelism,
        }
    }
}
