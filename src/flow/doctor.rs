//! What is wrong with an installation, in sentences that say what to do.

use serde::Serialize;

use super::{keys, mails};
use crate::crypto::sealing::MasterKey;
use crate::model::Timestamp;
use crate::store::outbox_mails::Counts;
use crate::store::{self, Db};

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What.
    pub what: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What was found, or what to do.
    pub detail: String,
}

/// Looks at the database and at what is sealed in it. Changes nothing.
pub async fn run(db: &Db, master_key: Option<&MasterKey>, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |what, ok, detail: String| findings.push(Finding { what, ok, detail });
    match db.pending_migrations().await {
        Err(error) => {
            note("database", false, format!("cannot be read: {error}"));
            return findings;
        }
        Ok(pending) if !pending.is_empty() => {
            note(
                "migrations",
                false,
                format!("{pending:?} are missing: run passgate migrate, or start the server"),
            );
            return findings;
        }
        Ok(_) => note("migrations", true, "all applied".into()),
    }
    let mut refused = Vec::new();
    for statement in store::statements() {
        if let Err(error) = db.prepare(statement).await {
            refused.push(format!("{error}: {statement}"));
        }
    }
    note(
        "statements",
        refused.is_empty(),
        if refused.is_empty() {
            "the engine takes every one".into()
        } else {
            refused.join("; ")
        },
    );
    match store::verify::verify(db).await {
        Ok(broken) if broken.is_empty() => note("invariants", true, "all hold".into()),
        Ok(broken) => note("invariants", false, broken.join("; ")),
        Err(error) => note("invariants", false, error.to_string()),
    }
    match mails::counts(db, now).await {
        Ok(counts) => note("outbox", counts.given_up == 0 && counts.late == 0, outbox(counts)),
        Err(error) => note("outbox", false, error.to_string()),
    }
    match master_key {
        None => note(
            "master key",
            false,
            "there is none: start the server once, or restore the keys folder".into(),
        ),
        Some(key) => match keys::master_key_fits(db, key).await {
            Ok(Some(true)) => note("master key", true, "opens this database".into()),
            Ok(Some(false)) => note(
                "master key",
                false,
                "this database was sealed under another one: restore the right keys folder or PASSGATE_MASTER_KEY"
                    .into(),
            ),
            Ok(None) => note(
                "master key",
                true,
                "nothing is sealed yet: the first start takes it".into(),
            ),
            Err(error) => note("master key", false, error.to_string()),
        },
    }
    findings
}

/// Addresses that refuse mail are told, but they are no fault of the installation.
fn outbox(
    Counts {
        refused,
        given_up,
        late,
    }: Counts,
) -> String {
    let told = [
        (late, "waited for more than an hour"),
        (given_up, "were given up after many tries"),
        (refused, "were refused by the other side"),
    ];
    let told: Vec<_> = told
        .into_iter()
        .filter(|(mails, _)| *mails > 0)
        .map(|(mails, what)| format!("{mails} {what}"))
        .collect();
    match told.is_empty() {
        true => "no mail is late or failed".into(),
        false => format!("of the mails, {}: passgate mail list", told.join(", ")),
    }
}
