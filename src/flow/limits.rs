//! Limits that hold across nodes and restarts (BF-12): on what strangers can make us send, and on what one address can make
//! us store. `web::limits` is the wall before them, in the memory of each node.
//!
//! | limit | counts | within | window | when the database does not answer |
//! |---|---|---|---|---|
//! | [`Limit::MailTo`] | mails that anybody can cause, by recipient | an hour | sliding | closed: nothing is sent |
//! | [`Limit::CodeTo`] | codes, by recipient | ten minutes | sliding | closed |
//! | [`Limit::TextsOf`] | texts to numbers that a person types, by person | an hour | sliding | closed |
//! | [`Limit::RecoveryFrom`] | requests for a way back in, by network | an hour | fixed | closed |
//! | [`Limit::SignUpFrom`] | accounts, by network | an hour | fixed | closed |
//!
//! All of them are closed because what they guard needs the same database: there is nothing to be had by letting it through.
//! Limits by recipient count whether or not there is an account, and a refusal must not be seen by whoever asked: the flow
//! gives the answer that it always gives, and sends nothing. Keys are HMACs under the master key: a copy of the database does
//! not tell who was written to.

use std::net::IpAddr;

use chrono::TimeDelta;
use uuid::Uuid;

use super::Fault;
use super::throttle::wait;
use crate::crypto::digest;
use crate::identity::network;
use crate::model::Timestamp;
use crate::state::State;
use crate::store::rate_limits::{self, Window};
use crate::store::{StoreError, Tx};

/// Texts to numbers that one person types, within an hour.
const TEXTS_OF_ONE: u32 = 5;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub enum Limit<'a> {
    /// A mail that anybody can cause to be sent to the address with this key (`Email::key`): reset, verification, link to sign
    /// in, "you have an account". PW-09.
    MailTo(&'a str),
    /// A code by mail or text message to the recipient with this key: an address's key, or a number in E.164. MF-09.
    CodeTo(&'a str),
    /// A text to a number that this person has typed: whoever has an account could have us pay for texts to anybody.
    TextsOf(Uuid),
    /// A request for a way back in, from an address as `Origin` has it.
    RecoveryFrom(&'a str),
    /// An account that somebody makes, from an address as `Origin` has it.
    SignUpFrom(&'a str),
}

/// Whether it may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may, and is counted.
    Within,
    /// Not for so many seconds.
    Over(u64),
}

/// A counter that is about to count, for units that count on the way. A limit by address that is lifted counts nothing.
#[derive(Clone, Debug)]
pub struct Counter(Option<Armed>);

#[derive(Clone, Debug)]
struct Armed {
    key: String,
    most: i64,
    window: Window,
    length: TimeDelta,
}

/// The counter of a limit.
pub fn counter(state: &State, limit: Limit<'_>) -> Counter {
    let settings = &state.settings.limits;
    let (hour, sliding, fixed) = (TimeDelta::hours(1), Window::Sliding, Window::Fixed);
    let (kind, whom, most, window, length) = match limit {
        Limit::MailTo(key) => ("mail_to", key.to_owned(), settings.mails_per_hour, sliding, hour),
        Limit::CodeTo(key) => (
            "code_to",
            key.to_owned(),
            settings.codes_per_ten_minutes,
            sliding,
            TimeDelta::minutes(10),
        ),
        Limit::TextsOf(user_id) => ("texts_of", user_id.to_string(), TEXTS_OF_ONE, sliding, hour),
        Limit::RecoveryFrom(address) => {
            let network = network_of(state, address);
            ("recovery_from", network, settings.recoveries_per_hour, fixed, hour)
        }
        Limit::SignUpFrom(address) => {
            let network = network_of(state, address);
            ("sign_up_from", network, settings.sign_ups_per_hour, fixed, hour)
        }
    };
    let by_address = matches!(limit, Limit::RecoveryFrom(_) | Limit::SignUpFrom(_));
    if by_address && !settings.enabled {
        return Counter(None);
    }
    Counter(Some(Armed {
        key: digest::keyed(&state.master_key.derive("limits"), &[kind.as_bytes(), whom.as_bytes()]).to_hex(),
        most: most.into(),
        window,
        length,
    }))
}

/// RL-07: whoever comes from nowhere that can be told is counted with everybody else who does.
fn network_of(state: &State, address: &str) -> String {
    address.parse::<IpAddr>().map_or_else(
        |_| String::new(),
        |address| network::of(address, state.settings.limits.ipv6_prefix).to_string(),
    )
}

impl Counter {
    /// Counts once, in one statement.
    pub(super) async fn count(&self, tx: &mut Tx, now: Timestamp) -> Result<Verdict, StoreError> {
        let Some(armed) = &self.0 else {
            return Ok(Verdict::Within);
        };
        let end = now + armed.length;
        let over = rate_limits::count(tx, &armed.key, armed.most, armed.window, now, end).await?;
        Ok(over.map_or(Verdict::Within, |until| Verdict::Over(wait(until, now))))
    }
}

/// Counts once, as a unit of its own: before anything that costs.
pub async fn count(state: &State, limit: Limit<'_>) -> Result<Verdict, Fault> {
    let now = state.clock.now();
    let counted = state.db.write_one(counter(state, limit), move |tx, counter| {
        Box::pin(counter.count(tx, now))
    });
    Ok(counted.await?)
}
