//! When a guess must wait: the one rule that every path asks which compares something that can be guessed.
//!
//! Failures are counted for each thing that is guessed: an identifier that somebody types (known or not), the second factor of
//! an account, the password that is asked for once more. The first few are free, then the wait doubles up to a quarter of an
//! hour and a little; a day after the last failure the count begins anew. Nothing is locked for ever, and a live session, a
//! passkey or a reset is not touched: only guessing slows down.
//!
//! A browser that the account was signed in with before has a counter of its own (BF-03): a stranger who fails all day
//! makes other strangers wait, not the owner at home.

use chrono::TimeDelta;

use crate::model::Timestamp;
use crate::model::secret::Digest;

/// Failures without a wait.
const FREE: i64 = 4;
/// The longest wait, seconds.
const LONGEST: i64 = 1024;
/// Failures a day that strangers have for one account under all its names together.
const ACCOUNT_FREE: i64 = 100;
/// How long failures are remembered, counted from the last.
pub const WINDOW: TimeDelta = TimeDelta::days(1);

/// The rule of a counter: until when no further try is looked at, after a number of failures within the window.
pub type Rule = fn(i64, Timestamp) -> Timestamp;

/// Until when no further try is looked at, after the `count`th failure within the window. The store counts a try before the
/// secret is compared, in one statement, and takes it back when it was right: many tries at once cannot slip through.
pub fn blocked_until(count: i64, now: Timestamp) -> Timestamp {
    now + TimeDelta::seconds(wait_after(count))
}

/// The same for an account under all its names: somebody who knows several of them must not have as many budgets. It is so
/// wide that it does not tell which names are one account's.
pub fn account_blocked_until(count: i64, now: Timestamp) -> Timestamp {
    now + TimeDelta::seconds(if count > ACCOUNT_FREE { LONGEST } else { 0 })
}

/// Whose failures a try is counted among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter<'a> {
    /// Those of everybody whom the account has not been signed in by.
    Strangers,
    /// Those of this browser.
    Browser(&'a Digest),
}

/// BF-03: which counter a try belongs to. `known` tells whether the account was signed in with this browser before; an account
/// that does not exist never was.
pub fn counter(browser: Option<&Digest>, known: bool) -> Counter<'_> {
    match (browser, known) {
        (Some(browser), true) => Counter::Browser(browser),
        _ => Counter::Strangers,
    }
}

fn wait_after(count: i64) -> i64 {
    match u32::try_from(count - FREE - 1) {
        Ok(doublings) => 1_i64.checked_shl(doublings.min(30)).unwrap_or(LONGEST).min(LONGEST),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn browser(n: u8) -> Digest {
        Digest::from_bytes([n; 32])
    }

    /// What `store::sign_in_throttles` keeps of one counter.
    #[derive(Clone, Copy)]
    struct Row {
        failures: i64,
        last: Timestamp,
        blocked_until: Timestamp,
    }

    /// The counters of one account.
    #[derive(Default)]
    struct Counters(HashMap<Option<Vec<u8>>, Row>);

    impl Counters {
        /// A try from a browser; whether it is looked at.
        fn begin(&mut self, from: Option<&Digest>, known: &[Digest], now: Timestamp) -> bool {
            let key = match counter(from, from.is_some_and(|from| known.contains(from))) {
                Counter::Strangers => None,
                Counter::Browser(digest) => Some(digest.as_bytes().to_vec()),
            };
            let row = self.0.entry(key).or_insert(Row {
                failures: 0,
                last: at(-1_000_000),
                blocked_until: at(-1_000_000),
            });
            if row.blocked_until > now {
                return false;
            }
            row.failures = if row.last > now - WINDOW { row.failures + 1 } else { 1 };
            row.last = now;
            row.blocked_until = blocked_until(row.failures, now);
            true
        }
    }

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let waits: Vec<_> = (1..=16).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024]);
    }

    #[test]
    fn many_names_of_an_account_are_no_more_guesses() {
        assert_eq!(account_blocked_until(100, at(0)), at(0));
        assert_eq!(account_blocked_until(101, at(0)), at(LONGEST));
    }

    #[test]
    fn bf_03_only_a_browser_that_the_account_knows_has_a_counter_of_its_own() {
        let mine = browser(1);
        assert_eq!(counter(Some(&mine), true), Counter::Browser(&mine));
        assert_eq!(counter(Some(&mine), false), Counter::Strangers);
        assert_eq!(counter(None, true), Counter::Strangers);
    }

    proptest! {
        /// BF-01, BF-03: whoever tries as fast as allowed is looked at a hundred times a day at most (NIST SP 800-63B section 3.2.2), and is never shut out
        /// for longer than twenty minutes.
        #[test]
        fn an_attacker_is_slow_and_the_owner_gets_in(pause in 0_i64..30) {
            let end = at(0) + WINDOW;
            let (mut now, mut looked_at) = (at(0), 0);
            while now < end {
                looked_at += 1;
                let until = blocked_until(looked_at, now);
                prop_assert!(until - now <= TimeDelta::seconds(LONGEST));
                now = until.max(now + TimeDelta::seconds(pause));
            }
            prop_assert!(looked_at <= 100, "{}", looked_at);
        }

        /// BF-03: whatever strangers do, with as many browsers as they like, the owner's own browser is looked at whenever the
        /// owner has not failed there too often.
        #[test]
        fn bf_03_no_stranger_makes_the_owner_wait(
            tries in prop::collection::vec((0_i64..200, prop::option::of(2_u8..6)), 0..200),
            own_failures in 0_i64..4,
        ) {
            let home = browser(1);
            let known = [home];
            let (mut counters, mut now) = (Counters::default(), at(0));
            for _ in 0..own_failures {
                prop_assert!(counters.begin(Some(&home), &known, now));
            }
            for (pause, from) in tries {
                now += TimeDelta::seconds(pause);
                let from = from.map(browser);
                counters.begin(from.as_ref(), &known, now);
            }
            prop_assert!(counters.begin(Some(&home), &known, now));
        }

        /// And strangers gain nothing by it: all of them together are looked at as often as one would be.
        #[test]
        fn bf_03_many_browsers_of_strangers_are_one(
            tries in prop::collection::vec((0_i64..2000, 2_u8..200), 0..300),
        ) {
            let known = [browser(1)];
            let (mut counters, mut now, mut looked_at) = (Counters::default(), at(0), 0);
            for (pause, from) in tries {
                now += TimeDelta::seconds(pause);
                if now >= at(0) + WINDOW {
                    break;
                }
                looked_at += i64::from(counters.begin(Some(&browser(from)), &known, now));
            }
            prop_assert!(looked_at <= 100, "{}", looked_at);
        }
    }
}
