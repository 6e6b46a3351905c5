//! How things are.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::flow::admin::statistics::{ActiveKey, Day, System};

fn day(at: DateTime<Utc>, value: i64) -> Day {
    Day {
        begins: at,
        sign_ups: value,
        sign_ins: value * 7,
        sign_in_failures: value % 3,
        sessions: value + 40,
    }
}

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    let days: Vec<_> = (0..30)
        .map(|back| day(now() - TimeDelta::days(29 - back), back * 37 % 23))
        .collect();
    let system = System {
        version: "1.0.0".to_owned(),
        database: "PostgreSQL".to_owned(),
        ready: true,
        mails_late: 0,
        mails_given_up: 0,
        mails_refused: 3,
        keys: vec![ActiveKey {
            alg: "RS256".to_owned(),
            since: now() - TimeDelta::days(12),
        }],
    };
    let charts = vec![
        Chart::of_events(
            "admin_dashboard.sign_ups",
            days.iter().map(|day| day.sign_ups).collect(),
        ),
        Chart::of_events(
            "admin_dashboard.sign_ins",
            days.iter().map(|day| day.sign_ins).collect(),
        ),
        Chart::of_events(
            "admin_dashboard.failures",
            days.iter().map(|day| day.sign_in_failures).collect(),
        ),
        Chart::of_level(
            "admin_dashboard.sessions",
            days.iter().map(|day| day.sessions).collect(),
        ),
    ];
    let page_of = |frame, charts, days, health| AdminDashboard {
        page: page(lang),
        frame,
        days,
        charts,
        health,
        now: now(),
    };
    let health = Health { system };
    let sick = Health {
        system: System {
            ready: false,
            mails_late: 2,
            keys: vec![ActiveKey {
                alg: HOSTILE.to_owned(),
                since: now() - TimeDelta::days(400),
            }],
            ..health.system.clone()
        },
    };
    let section = AdminSection::Dashboard;
    add("admin-dashboard", &page_of(frame(section), charts, days, Some(health)));
    add(
        "admin-dashboard-sick",
        &page_of(looking(section), vec![], vec![], Some(sick)),
    );
    let nothing = AdminFrame {
        authority: Authority::named("users:read").unwrap(),
        ..frame(section)
    };
    add("admin-dashboard-nothing", &page_of(nothing, vec![], vec![], None));
}
