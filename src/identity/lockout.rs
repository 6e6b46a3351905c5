//! When a sign-in must wait: the one function that every path asks which compares something that can be guessed.
//!
//! Failures are counted for each identifier, known or not. The first few are free, then the wait doubles up to a quarter of
//! an hour; a day after the first failure the count begins anew. Nothing is locked for ever, and a live session or a reset
//! is not touched: only guessing slows down.

use chrono::TimeDelta;

use crate::model::Timestamp;

/// Failures without a wait.
const FREE: i64 = 4;
/// The longest wait, seconds.
const LONGEST: i64 = 900;
/// After so many failures within a day the longest wait applies at once (NIST SP 800-63B section 3.2.2: at most 100).
const MOST_IN_A_DAY: i64 = 100;

/// What is remembered of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// When the first of them was.
    pub first_at: Timestamp,
    /// Until when no further try is looked at.
    pub blocked_until: Timestamp,
}

/// Whether a try may be looked at now; if not, from when on.
pub fn may_try(failures: Option<&Failures>, now: Timestamp) -> Result<(), Timestamp> {
    match failures {
        Some(failures) if now < failures.blocked_until => Err(failures.blocked_until),
        _ => Ok(()),
    }
}

/// The count after one more try. It is raised before the secret is compared and taken back when it was right, so that
/// many tries at once cannot slip through.
pub fn raise(failures: Option<&Failures>, now: Timestamp) -> Failures {
    let (count, first_at) = match failures {
        Some(failures) if now - failures.first_at < TimeDelta::days(1) => (failures.count + 1, failures.first_at),
        _ => (1, now),
    };
    Failures { count, first_at, blocked_until: now + TimeDelta::seconds(wait_after(count)) }
}

fn wait_after(count: i64) -> i64 {
    if count > MOST_IN_A_DAY {
        return LONGEST;
    }
    match u32::try_from(count - FREE - 1) {
        Ok(doublings) => 1_i64.checked_shl(doublings.min(30)).unwrap_or(LONGEST).min(LONGEST),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn the_wait_grows_and_has_an_end() {
        let waits: Vec<_> = (1..=16).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn a_day_later_the_count_begins_anew() {
        let mut failures = raise(None, at(0));
        for _ in 0..20 {
            failures = raise(Some(&failures), at(1));
        }
        assert_eq!(raise(Some(&failures), at(86_400)).count, 1);
    }

    proptest! {
        /// BF-01, BF-03: whoever tries as fast as allowed is looked at about a hundred times a day, and is never shut out
        /// for longer than a quarter of an hour.
        #[test]
        fn an_attacker_is_slow_and_the_owner_gets_in(pause in 0_i64..30) {
            let mut now = at(0);
            let mut failures = None;
            let mut looked_at = 0;
            while now < at(86_400) {
                match may_try(failures.as_ref(), now) {
                    Ok(()) => {
                        looked_at += 1;
                        failures = Some(raise(failures.as_ref(), now));
                        now += TimeDelta::seconds(pause);
                    }
                    Err(until) => {
                        prop_assert!(until - now <= TimeDelta::seconds(LONGEST));
                        now = until;
                    }
                }
            }
            prop_assert!(looked_at <= 110, "{}", looked_at);
        }
    }
}
