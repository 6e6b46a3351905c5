//! Figures of each day: counted in the background and written down, so that whoever looks at a month reads a few rows.

use chrono::{NaiveTime, TimeDelta};

use super::Fault;
use crate::model::Timestamp;
use crate::model::audit::AuditKind;
use crate::state::State;
use crate::store::statistics::{self, Figure};

/// What is counted of events: the name of the figure, and the kind.
const COUNTED: [(&str, AuditKind); 3] = [
    ("sign_ups", AuditKind::UserCreated),
    ("sign_ins", AuditKind::SignedIn),
    ("sign_in_failures", AuditKind::SignInFailed),
];
/// The name of the figure that is looked at from time to time: the most of a day counts.
const SESSIONS: &str = "sessions";
/// As many days are counted when nothing was written down yet.
const BACK: i64 = 30;
/// The most that is counted of one thing on one day.
const MOST: i64 = 1_000_000;
/// The most that is counted while somebody waits for it; what was written down may be more.
const MOST_AT_ONCE: i64 = 20_000;

/// The figures of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Its first moment, in UTC.
    pub begins: Timestamp,
    /// Accounts that were made.
    pub sign_ups: i64,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Wrong passwords and codes.
    pub sign_in_failures: i64,
    /// The most browsers that were signed in at a time.
    pub sessions: i64,
}

impl Day {
    fn note(&mut self, name: &str, value: i64) {
        let figure = match name {
            "sign_ups" => &mut self.sign_ups,
            "sign_ins" => &mut self.sign_ins,
            "sign_in_failures" => &mut self.sign_in_failures,
            SESSIONS => &mut self.sessions,
            // Of a newer version.
            _ => return,
        };
        *figure = value.max(*figure);
    }
}

/// The first moment of the day.
fn start_of(at: Timestamp) -> Timestamp {
    at.date_naive().and_time(NaiveTime::MIN).and_utc()
}

/// The figures of so many days, today's last. Today's are counted anew.
pub async fn days(state: &State, count: u16) -> Result<Vec<Day>, Fault> {
    let now = state.clock.now();
    let today = start_of(now);
    let first = today - TimeDelta::days(i64::from(count.max(1)) - 1);
    let end = today + TimeDelta::days(1);
    let read = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            let mut figures = statistics::find(tx, first, end).await?;
            let mut add = |name: &str, value| {
                figures.push(Figure {
                    day: today,
                    name: name.to_owned(),
                    value,
                });
            };
            for (name, kind) in COUNTED {
                add(
                    name,
                    statistics::count_events(tx, kind.as_str(), today, end, MOST_AT_ONCE).await?,
                );
            }
            add(SESSIONS, statistics::count_sessions(tx, now, MOST_AT_ONCE).await?);
            Ok(figures)
        })
    });
    let figures = read.await?;
    let mut days: Vec<Day> = (0..count.max(1))
        .map(|day| Day {
            begins: first + TimeDelta::days(day.into()),
            ..Day::default()
        })
        .collect();
    for figure in figures {
        if let Some(day) = days.iter_mut().find(|day| day.begins == figure.day) {
            day.note(&figure.name, figure.value);
        }
    }
    Ok(days)
}

/// Writes the figures of today and yesterday down, and those of the last month that nobody wrote down yet.
pub async fn gather(state: &State) -> Result<(), Fault> {
    let now = state.clock.now();
    let today = start_of(now);
    let known = state.db.read((), move |tx, ()| {
        Box::pin(statistics::find(
            tx,
            today - TimeDelta::days(BACK),
            today + TimeDelta::days(1),
        ))
    });
    let known = known.await?;
    for back in 0..BACK {
        let day = today - TimeDelta::days(back);
        if back > 1 && known.iter().any(|figure| figure.day == day && figure.name != SESSIONS) {
            continue;
        }
        let end = day + TimeDelta::days(1);
        let counted = state.db.read((), move |tx, ()| {
            Box::pin(async move {
                let mut figures = Vec::new();
                for (name, kind) in COUNTED {
                    figures.push((name, statistics::count_events(tx, kind.as_str(), day, end, MOST).await?));
                }
                if back == 0 {
                    figures.push((SESSIONS, statistics::count_sessions(tx, now, MOST).await?));
                }
                Ok(figures)
            })
        });
        let counted = counted.await?;
        let written = state.db.write(counted, move |tx, counted| {
            Box::pin(async move {
                for (name, value) in counted.iter() {
                    statistics::put(tx, day, name, *value).await?;
                }
                Ok(())
            })
        });
        written.await?;
    }
    Ok(())
}
