//! What a new password must be: the one function that every path asks which sets one.

use crate::crypto::digest;
use crate::flow::Fault;
use crate::identity::password::{self, About, PasswordProblem};
use crate::model::secret::Secret;
use crate::outbound::breaches;
use crate::settings::BreachCheck;
use crate::state::State;

/// Judges a new password; gives it in the form in which it is hashed. `about` are the person's addresses and names, as far as
/// they are known. What is asked, and for how long, does not depend on whether there is an account (SECURITY-CASES UE-09).
///
/// # Errors
/// None today; whoever calls this is ready for an estimate that cannot be had.
pub async fn judge_new(
    state: &State,
    password: &Secret,
    about: &[&str],
) -> Result<Result<Secret, PasswordProblem>, Fault> {
    let settings = &state.settings;
    let about = About {
        person: about,
        service: &settings.branding.name,
    };
    let normal = match password::judge(password, about, settings.password_policy()) {
        Ok(normal) => normal,
        Err(problem) => return Ok(Err(problem)),
    };
    Ok(match is_breached(state, &normal).await {
        true => Err(PasswordProblem::Breached),
        false => Ok(normal),
    })
}

/// Asks the range service that is set. Without an answer the password counts as unknown: the service must not be able to stop
/// sign-ups and resets, and everything else has been judged already.
async fn is_breached(state: &State, normal: &Secret) -> bool {
    let settings = &state.settings.passwords;
    match settings.breach_check {
        BreachCheck::Off => false,
        BreachCheck::Range => {
            let asked = breaches::knows(&state.http, &settings.breach_url, &digest::sha1_hex(normal)).await;
            asked.unwrap_or_else(|error| {
                tracing::warn!(%error, "a new password was not looked up among breached ones");
                false
            })
        }
    }
}
