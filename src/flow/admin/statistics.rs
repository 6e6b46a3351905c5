//! How things are: figures of the last days, and the state of the installation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Call, Nothing, Operation, Refused, Route};
use crate::crypto::keyset::KeyState;
use crate::flow::{health, keys, mails, statistics as flow};
use crate::model::permission::{Permission, Resource};

/// Days where nobody says how many.
const DAYS: u16 = 30;
/// The most days.
const MOST: u16 = 366;

/// How far back.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShowStatistics)]
pub struct Asked {
    /// Days, today included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 366, default = 30)]
    pub days: Option<u16>,
}

/// Figures of each day.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    /// Oldest first; the last one is today.
    pub days: Vec<Day>,
}

/// The figures of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatisticsDay)]
pub struct Day {
    /// Its first moment; days are those of UTC.
    pub begins: DateTime<Utc>,
    /// Accounts that were made.
    pub sign_ups: i64,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Wrong passwords and codes.
    pub sign_in_failures: i64,
    /// The most browsers that were signed in at a time.
    pub sessions: i64,
}

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showStatistics";
    const SUMMARY: &'static str = "Shows sign-ups, sign-ins, failures and signed-in browsers day by day.";
    const PERMISSION: Permission = Permission::read(Resource::Statistics);
    const ROUTE: Route = Route::get("/statistics");
    type Input = Asked;
    type Output = Statistics;

    async fn run(call: Call<'_>, input: Asked) -> Result<Statistics, Refused> {
        let count = input.days.unwrap_or(DAYS);
        if !(1..=MOST).contains(&count) {
            return Err(Refused::value("days", format!("1 to {MOST}")));
        }
        let show = |day: flow::Day| Day {
            begins: day.begins,
            sign_ups: day.sign_ups,
            sign_ins: day.sign_ins,
            sign_in_failures: day.sign_in_failures,
            sessions: day.sessions,
        };
        let days = flow::days(call.state, count).await?;
        Ok(Statistics {
            days: days.into_iter().map(show).collect(),
        })
    }
}

/// The state of the installation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = SystemState)]
pub struct System {
    /// The version that answers.
    pub version: String,
    /// Its database: `SQLite` or `PostgreSQL`.
    pub database: String,
    /// Whether this node takes requests.
    pub ready: bool,
    /// Mails that wait for more than an hour.
    pub mails_late: i64,
    /// Mails that were given up after many tries.
    pub mails_given_up: i64,
    /// Mails that the other side refused.
    pub mails_refused: i64,
    /// The keys that sign, one for each algorithm.
    pub keys: Vec<ActiveKey>,
}

/// A key that signs.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActiveKey {
    /// Its algorithm (RFC 7518 section 3.1).
    pub alg: String,
    /// Since when it signs.
    pub since: DateTime<Utc>,
}

/// See [`Operation::SUMMARY`].
pub struct ShowSystem;

impl Operation for ShowSystem {
    const ID: &'static str = "showSystem";
    const SUMMARY: &'static str = "Shows how the installation is: database, mail, keys, version.";
    const PERMISSION: Permission = Permission::read(Resource::Statistics);
    const ROUTE: Route = Route::get("/system");
    type Input = Nothing;
    type Output = System;

    async fn run(call: Call<'_>, _: Nothing) -> Result<System, Refused> {
        let state = call.state;
        let mails = mails::counts(&state.db, state.clock.now()).await?;
        let active = keys::list(state).await?;
        let active = active.into_iter().filter(|key| key.state == KeyState::Active);
        Ok(System {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            database: state.db.engine().to_string(),
            ready: health::ready(state).await.is_ok(),
            mails_late: mails.late,
            mails_given_up: mails.given_up,
            mails_refused: mails.refused,
            keys: active
                .map(|key| ActiveKey {
                    since: key.activated_at.unwrap_or(key.created_at),
                    alg: key.alg.as_str().to_owned(),
                })
                .collect(),
        })
    }
}
