//! When a sign-in must wait: the one function that every path asks which compares something that can be guessed.
//!
//! Failures are counted for each identifier, known or not. The first few are free, then the wait doubles up to a quarter of
//! an hour and a little; a day after the last failure the count begins anew. Nothing is locked for ever, and a live session or a reset
//! is not touched: only guessing slows down.

use chrono::TimeDelta;

use crate::model::Timestamp;

/// Failures without a wait.
const FREE: i64 = 4;
/// The longest wait, seconds.
const LONGEST: i64 = 1024;
/// How long failures are remembered, counted from the last.
pub const WINDOW: TimeDelta = TimeDelta::days(1);

/// Until when no further try is looked at, after the `count`th failure within the window. The store counts a try before the
/// secret is compared, in one statement, and takes it back when it was right: many tries at once cannot slip through.
pub fn blocked_until(count: i64, now: Timestamp) -> Timestamp {
    now + TimeDelta::seconds(wait_after(count))
}

fn wait_after(count: i64) -> i64 {
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
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024]);
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
    }
}
