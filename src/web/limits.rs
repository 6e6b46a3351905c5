//! The first wall: limits for each address on what can be guessed or flooded, in the memory of each node. They slow one address
//! down; the lockout and `flow::limits`, in the database, protect each account and each recipient on all nodes.
//!
//! Each class is one bucket for each network (`identity::network`), whatever the spelling of the path or the method was: it is
//! the handler that counts. Where nothing is known of an address, everybody from nowhere shares a bucket. Memory is bounded:
//! under a flood of addresses the least used ones are forgotten, not the busy ones.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use moka::sync::Cache;

use super::tally::Tally;
use crate::clock::Clock;
use crate::identity::network;
use crate::model::Timestamp;
use crate::settings::{self, ProofOfWork};

/// Networks that each class remembers.
const NETWORKS: u64 = 50_000;
/// As long as a bucket takes to fill up again, and some.
const FORGET: Duration = Duration::from_secs(120);
/// How long work is asked for after failures became too many: an attack that pauses for a breath goes on.
const ALERT: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// What is counted. One class, one bucket: whoever is over in one is not over in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A secret that is compared: password, second factor, setup link, current password.
    SignIn,
    /// A form for a new account.
    SignUp,
    /// A code or link that is asked for or entered.
    Code,
    /// A request for a way back in.
    Recovery,
    /// A journey that a program begins.
    Flow,
    /// Anything of these that comes without the work that was asked for.
    Unproved,
}

type Bucket = RateLimiter<IpAddr, Buckets, Ticks, NoOpMiddleware<Duration>>;

/// The limits of a node.
pub struct Limits {
    clock: Clock,
    prefix: u8,
    classes: Option<Classes>,
    work: ProofOfWork,
    failures: Tally<Option<IpAddr>>,
    failures_of_all: u32,
    clients: Tally<(IpAddr, String)>,
}

struct Classes {
    sign_in: Bucket,
    sign_up: Bucket,
    code: Bucket,
    recovery: Bucket,
    flow: Bucket,
    unproved: Bucket,
}

impl Limits {
    /// Takes what is set.
    pub fn new(settings: &settings::Limits, clock: Clock) -> Self {
        let bucket = |per_minute| {
            let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
            RateLimiter::new(quota, Buckets::new(), Ticks(clock.clone()))
        };
        Self {
            prefix: settings.ipv6_prefix,
            classes: settings.enabled.then(|| Classes {
                sign_in: bucket(settings.sign_in_per_minute),
                sign_up: bucket(settings.sign_up_per_minute),
                code: bucket(settings.code_per_minute),
                recovery: bucket(settings.recovery_per_minute),
                flow: bucket(settings.flows_per_minute),
                unproved: bucket(settings.without_work_per_minute),
            }),
            work: settings.proof_of_work,
            failures: Tally::new(settings.work_after_failures, ALERT, NETWORKS),
            failures_of_all: settings.work_after_failures_of_all,
            // Held until the minute is over in which there were too many.
            clients: Tally::new(
                settings.client_failures_per_minute,
                chrono::TimeDelta::minutes(1),
                NETWORKS,
            ),
            clock,
        }
    }

    /// Counts one try of an address; gives the seconds to wait when there were too many.
    pub fn count(&self, class: Class, address: IpAddr) -> Result<(), u64> {
        let Some(classes) = &self.classes else { return Ok(()) };
        let bucket = match class {
            Class::SignIn => &classes.sign_in,
            Class::SignUp => &classes.sign_up,
            Class::Code => &classes.code,
            Class::Recovery => &classes.recovery,
            Class::Flow => &classes.flow,
            Class::Unproved => &classes.unproved,
        };
        bucket
            .check_key(&self.network(address))
            .map_err(|refused| refused.wait_time_from(Ticks(self.clock.clone()).now()).as_secs() + 1)
    }

    /// Notes what attackers do many times: a secret that was wrong, an account that is asked for.
    pub fn suspect(&self, address: IpAddr) {
        if self.classes.is_some() && self.work == ProofOfWork::Auto {
            let now = self.clock.now();
            self.failures.note(Some(self.network(address)), now);
            self.failures.note_up_to(None, self.failures_of_all, now);
        }
    }

    /// Whether tries from an address are asked for work now.
    pub fn asks_for_work(&self, address: IpAddr) -> bool {
        let now = self.clock.now();
        match self.work {
            _ if self.classes.is_none() => false,
            ProofOfWork::Off => false,
            ProofOfWork::Always => true,
            ProofOfWork::Auto => {
                self.failures.is_over(&None, now).is_some()
                    || self.failures.is_over(&Some(self.network(address)), now).is_some()
            }
        }
    }

    /// Whether a client is looked at from an address: not for so many seconds when its secret was wrong too often there.
    /// Other clients behind the same address are.
    pub fn client(&self, address: IpAddr, client_id: &str) -> Result<(), u64> {
        if self.classes.is_none() {
            return Ok(());
        }
        let now = self.clock.now();
        let over = self.clients.is_over(&self.client_key(address, client_id), now);
        over.map_or(Ok(()), |until| Err(seconds(until, now)))
    }

    /// Notes that a client's secret was wrong.
    pub fn client_failed(&self, address: IpAddr, client_id: &str) {
        if self.classes.is_some() {
            self.clients.note(self.client_key(address, client_id), self.clock.now());
        }
    }

    fn client_key(&self, address: IpAddr, client_id: &str) -> (IpAddr, String) {
        (self.network(address), client_id.chars().take(100).collect())
    }

    fn network(&self, address: IpAddr) -> IpAddr {
        network::of(address, self.prefix)
    }
}

fn seconds(until: Timestamp, now: Timestamp) -> u64 {
    u64::try_from((until - now).num_seconds()).unwrap_or_default() + 1
}

/// The house's clock, for governor.
#[derive(Clone)]
struct Ticks(Clock);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.now().timestamp_micros()).unwrap_or_default())
    }
}

/// A bounded number of buckets.
struct Buckets(Cache<IpAddr, Arc<InMemoryState>>);

impl Buckets {
    fn new() -> Self {
        Self(Cache::builder().max_capacity(NETWORKS).time_to_idle(FORGET).build())
    }
}

impl StateStore for Buckets {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, key: &IpAddr, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let bucket = self.0.get_with(*key, Arc::default);
        bucket.measure_and_replace(&NotKeyed::NonKey, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn limits(variables: &[(&str, &str)]) -> (Limits, Clock) {
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("PASSGATE_LIMITS__{name}"), (*value).to_owned()));
        let settings = Settings::load(None, variables).unwrap();
        let clock = Clock::manual(Timestamp::from_timestamp(1_800_000_000, 0).unwrap());
        (Limits::new(&settings.limits, clock.clone()), clock)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn rl_04_an_address_and_its_ipv6_network_are_one() {
        let (limits, clock) = limits(&[("SIGN_IN_PER_MINUTE", "2")]);
        let count = |text| limits.count(Class::SignIn, address(text));
        assert!(count("2001:db8::1").is_ok());
        assert!(count("2001:db8::2").is_ok());
        let wait = count("2001:db8::3").unwrap_err();
        assert!(count("2001:db8:0:1::1").is_ok());
        assert!(count("192.0.2.1").is_ok() && count("::ffff:192.0.2.1").is_ok());
        assert!(count("2002:c000:201::1").is_err(), "the same IPv4 address");
        clock.advance(Duration::from_secs(wait));
        assert!(count("2001:db8::3").is_ok());
    }

    #[test]
    fn classes_do_not_share_and_the_switch_lifts_them() {
        let (two, _) = limits(&[("SIGN_IN_PER_MINUTE", "1"), ("SIGN_UP_PER_MINUTE", "1")]);
        let me = address("192.0.2.1");
        assert!(two.count(Class::SignIn, me).is_ok() && two.count(Class::SignIn, me).is_err());
        assert!(two.count(Class::SignUp, me).is_ok() && two.count(Class::SignUp, me).is_err());
        let (lifted, _) = limits(&[
            ("ENABLED", "false"),
            ("SIGN_IN_PER_MINUTE", "1"),
            ("PROOF_OF_WORK", "always"),
        ]);
        for _ in 0..10 {
            assert!(lifted.count(Class::SignIn, me).is_ok());
        }
        assert!(!lifted.asks_for_work(me));
    }

    #[test]
    fn rl_07_whoever_comes_from_nowhere_is_limited_too() {
        let (limits, _) = limits(&[("CODE_PER_MINUTE", "1")]);
        let nowhere = address("0.0.0.0");
        assert!(limits.count(Class::Code, nowhere).is_ok());
        assert!(limits.count(Class::Code, nowhere).is_err());
    }

    #[test]
    fn rl_08_a_flood_of_addresses_stays_bounded_and_does_not_free_the_busy_one() {
        let (limits, _) = limits(&[("SIGN_IN_PER_MINUTE", "20")]);
        let busy = address("192.0.2.1");
        while limits.count(Class::SignIn, busy).is_ok() {}
        for n in 0..200_000_u128 {
            let flood = IpAddr::V6(((0x2001_0db8_u128 << 96) + (n << 64)).into());
            assert!(limits.count(Class::SignIn, flood).is_ok());
            if n % 100 == 0 {
                assert!(limits.count(Class::SignIn, busy).is_err(), "forgotten after {n}");
            }
        }
    }

    #[test]
    fn rl_08_buckets_have_an_end() {
        let buckets = Buckets::new();
        for n in 0..120_000_u32 {
            let took =
                buckets.measure_and_replace(&IpAddr::from(n.to_be_bytes()), |_| Ok::<_, ()>(((), Nanos::new(1))));
            assert!(took.is_ok());
        }
        buckets.0.run_pending_tasks();
        assert!(buckets.0.entry_count() <= NETWORKS, "{}", buckets.0.entry_count());
    }

    #[test]
    fn work_is_asked_of_an_address_that_fails_and_of_all_when_many_do() {
        let (limits, clock) = limits(&[("WORK_AFTER_FAILURES", "3"), ("WORK_AFTER_FAILURES_OF_ALL", "10")]);
        let (bad, good) = (address("192.0.2.1"), address("192.0.2.2"));
        for _ in 0..3 {
            limits.suspect(bad);
        }
        assert!(!limits.asks_for_work(bad));
        limits.suspect(bad);
        assert!(limits.asks_for_work(bad) && !limits.asks_for_work(good));
        clock.advance(Duration::from_secs(301));
        assert!(!limits.asks_for_work(bad));
        for n in 0..11 {
            limits.suspect(address(&format!("192.0.2.{}", 10 + n)));
        }
        assert!(limits.asks_for_work(good), "a spread attack is seen as well");
    }

    #[test]
    fn a_client_that_fails_waits_and_its_neighbours_do_not() {
        let (limits, clock) = limits(&[("CLIENT_FAILURES_PER_MINUTE", "2")]);
        let here = address("192.0.2.1");
        for _ in 0..3 {
            assert!(limits.client(here, "web").is_ok());
            limits.client_failed(here, "web");
        }
        let wait = limits.client(here, "web").unwrap_err();
        assert!(limits.client(here, "other").is_ok() && limits.client(address("192.0.2.2"), "web").is_ok());
        clock.advance(Duration::from_secs(wait));
        assert!(limits.client(here, "web").is_ok());
    }
}
