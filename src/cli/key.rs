//! `passgate key`.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::signing_keys::{self, SigningKey};

/// What can be done with signing keys.
#[derive(Subcommand)]
pub enum Command {
    /// List the keys that are published.
    List,
    /// The next keys sign from now on. Running servers notice within a second.
    Rotate,
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::List => {
            let all = in_order(server.run::<signing_keys::List>(Nothing {}).await?.items);
            let rows: Vec<_> = all
                .iter()
                .map(|key| vec![key.kid.clone(), key.alg.clone(), key.state.clone()])
                .collect();
            output.answer(&all.iter().map(document).collect::<Vec<_>>(), || {
                table(&["KID", "ALG", "STATE"], &rows)
            });
        }
        Command::Rotate => {
            let all = in_order(server.run::<signing_keys::Rotate>(Nothing {}).await?.items);
            let rotated = rotated(&all);
            let rows: Vec<_> = rotated.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
            let shown: Vec<_> = rotated
                .iter()
                .map(|[alg, active, next]| json!({ "alg": alg, "active": active, "next": next }))
                .collect();
            output.answer(&shown, || table(&["ALG", "SIGNS NOW", "SIGNS NEXT"], &rows));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// By algorithm, and within one the key that signs first: `active`, `next`, `retired`.
fn in_order(mut keys: Vec<SigningKey>) -> Vec<SigningKey> {
    keys.sort_by(|one, other| (&one.alg, &one.state, &one.kid).cmp(&(&other.alg, &other.state, &other.kid)));
    keys
}

fn document(key: &SigningKey) -> Value {
    json!({
        "kid": key.kid, "alg": key.alg, "state": key.state, "created_at": key.created_at,
        "activated_at": key.activated_at, "retired_at": key.retired_at,
    })
}

/// For each algorithm: the key that signs, and the one that signs next.
fn rotated(keys: &[SigningKey]) -> Vec<[&str; 3]> {
    let in_state = |state: &'static str| keys.iter().filter(move |key| key.state == state);
    in_state("active")
        .map(|active| {
            let next = in_state("next").find(|next| next.alg == active.alg);
            let next = next.map(|next| next.kid.as_str()).unwrap_or_default();
            [active.alg.as_str(), active.kid.as_str(), next]
        })
        .collect()
}
