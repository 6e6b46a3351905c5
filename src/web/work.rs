//! Work that pages ask of a browser while guessing goes on. It pays for haste and nothing else: a try without it is let through
//! as well, slowly, so that nobody without scripts is shut out.

use super::context::Ctx;
use super::limits::Class;
use super::views::{FormProblem, Puzzle};
use crate::flow::{Fault, proof_of_work};
use crate::identity::proof_of_work::Purpose;

/// The field that holds the answer.
pub const FIELD: &str = "pow";

/// What a page's form asks for now, if anything: for the hidden field that `pow.js` fills.
pub fn puzzle(ctx: &Ctx, purpose: Purpose) -> Option<Puzzle> {
    let asks = ctx.limits().asks_for_work(ctx.address);
    asks.then(|| {
        let challenge = proof_of_work::challenge(&ctx.state, purpose);
        Puzzle {
            challenge: challenge.text,
            difficulty: challenge.difficulty,
        }
    })
}

/// Whether a form may go on: nothing was asked, or the answer is right and was not spent before, or tries without one are few.
pub async fn paid(ctx: &Ctx, answer: Option<&str>, purpose: Purpose) -> Result<Result<(), FormProblem>, Fault> {
    let limits = ctx.limits();
    if !limits.asks_for_work(ctx.address) {
        return Ok(Ok(()));
    }
    if let Some(answer) = answer
        && proof_of_work::spend(&ctx.state, purpose, answer).await?
    {
        return Ok(Ok(()));
    }
    Ok(limits
        .count(Class::Unproved, ctx.address)
        .map_err(|retry_after| FormProblem::RateLimited { retry_after }))
}

/// Notes that a secret was wrong, or an account was asked for: what attackers do many times.
pub fn suspect(ctx: &Ctx) {
    ctx.limits().suspect(ctx.address);
}
