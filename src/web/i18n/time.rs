//! Moments in words: how long ago, and exactly when.

use chrono::{DateTime, Datelike, Utc};

use super::{Lang, Translator};

impl Translator {
    /// How long ago `then` was, in one coarse unit; the date once it is more than a month.
    pub fn ago(self, then: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let seconds = u64::try_from((now - then).num_seconds()).unwrap_or(0);
        match (seconds / 60, seconds / 3600, seconds / 86_400) {
            (0, ..) => self.get("time.just_now").to_owned(),
            (minutes, 0, _) => self.count("time.minutes_ago", minutes).to_string(),
            (_, hours, 0) => self.count("time.hours_ago", hours).to_string(),
            (_, _, days) if days <= 30 => self.count("time.days_ago", days).to_string(),
            _ => self.date(then),
        }
    }

    /// A wait of so many seconds, rounded up: "30 seconds", "2 minutes".
    pub fn wait(self, seconds: u64) -> String {
        if seconds <= 90 {
            self.count("time.seconds", seconds.max(1)).to_string()
        } else {
            self.count("time.minutes", seconds.div_ceil(60)).to_string()
        }
    }

    /// The day: "12 November 2026", "2026 年 11 月 12 日".
    pub fn date(self, at: DateTime<Utc>) -> String {
        match self.lang() {
            Lang::En => at.format("%-d %B %Y").to_string(),
            Lang::ZhHans => format!("{} 年 {} 月 {} 日", at.year(), at.month(), at.day()),
        }
    }

    /// The minute, for `title` attributes and lists that need it: "2026-11-12 08:30 UTC".
    pub fn exact(self, at: DateTime<Utc>) -> String {
        at.format("%Y-%m-%d %H:%M UTC").to_string()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    #[test]
    fn a_moment_is_told_in_one_unit() {
        let now = Utc.with_ymd_and_hms(2026, 11, 12, 8, 30, 0).unwrap();
        let t = Translator::new(Lang::En);
        let ago = |seconds| t.ago(now - TimeDelta::seconds(seconds), now);
        assert_eq!(ago(-5), "just now");
        assert_eq!(ago(59), "just now");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(7_300), "2 hours ago");
        assert_eq!(ago(86_400 * 30), "30 days ago");
        assert_eq!(ago(86_400 * 31), "12 October 2026");
        assert_eq!(Translator::new(Lang::ZhHans).date(now), "2026 年 11 月 12 日");
    }

    #[test]
    fn a_wait_is_never_told_too_short() {
        let t = Translator::new(Lang::En);
        assert_eq!(t.wait(0), "1 second");
        assert_eq!(t.wait(30), "30 seconds");
        assert_eq!(t.wait(91), "2 minutes");
        assert_eq!(t.wait(121), "3 minutes");
    }
}
