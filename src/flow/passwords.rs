//! What a new password must be: the one function that every path asks which sets one.

use crate::flow::Fault;
use crate::identity::password::{self, PasswordProblem};
use crate::model::secret::Secret;
use crate::state::State;

/// Judges a new password; gives it in the form in which it is hashed. `about` are the person's address and name.
pub async fn judge_new(
    state: &State,
    password: &Secret,
    about: &[&str],
) -> Result<Result<Secret, PasswordProblem>, Fault> {
    let about: Vec<&str> = about
        .iter()
        .copied()
        .chain([state.settings.branding.name.as_str()])
        .collect();
    Ok(password::judge(password, &about, state.settings.passwords.policy()))
}
