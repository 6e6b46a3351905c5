//! Limits for each address on what can be guessed or flooded: sign-in, sign-up, setup. Kept in memory by each node: they
//! slow one address down, the lockout in the database protects each account on all nodes.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::settings;

/// The limits of a node.
pub struct Limits(Option<DefaultKeyedRateLimiter<IpAddr>>);

impl Limits {
    /// Takes what is set.
    pub fn new(settings: &settings::Limits) -> Self {
        let quota = NonZeroU32::new(settings.sign_in_per_minute).map(Quota::per_minute);
        Self(quota.filter(|_| settings.enabled).map(DefaultKeyedRateLimiter::keyed))
    }

    /// Counts one try of an address; gives the seconds to wait when there were too many.
    pub fn count(&self, address: IpAddr) -> Result<(), u64> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        // Forgets addresses that have been quiet, so that a flood from many addresses stays bounded.
        if limiter.len() > 50_000 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&network(address))
            .map_err(|refused| refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}

/// Who has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_its_ipv6_network_are_one() {
        let limits = Limits::new(&settings::Limits {
            enabled: true,
            sign_in_per_minute: 2,
        });
        let address = |text: &str| text.parse().unwrap();
        assert!(limits.count(address("2001:db8::1")).is_ok());
        assert!(limits.count(address("2001:db8::2")).is_ok());
        assert!(limits.count(address("2001:db8::3")).unwrap_err() > 0);
        assert!(limits.count(address("2001:db8:0:1::1")).is_ok());
        assert!(limits.count(address("192.0.2.1")).is_ok());
    }
}
