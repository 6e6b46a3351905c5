//! What is set about who may have an account, for the rule in `identity::admission`.

use crate::identity::admission::{self, Mode, Occasion, Policy, Refusal};
use crate::model::email::Email;
use crate::settings::SignUp;
use crate::state::State;

/// Judges an address; see [`admission::judge`].
pub fn judge(state: &State, occasion: Occasion, email: &Email) -> Result<(), Refusal> {
    let accounts = &state.settings.accounts;
    let policy = Policy {
        mode: mode(accounts.sign_up),
        allowed_domains: &accounts.allowed_domains,
        blocked_domains: &accounts.blocked_domains,
        block_disposable: accounts.block_disposable,
    };
    admission::judge(&policy, occasion, email)
}

/// Whether a page for this occasion shows its form; see [`admission::may_come`].
pub fn may_come(state: &State, occasion: Occasion) -> Result<(), Refusal> {
    admission::may_come(mode(state.settings.accounts.sign_up), occasion)
}

fn mode(sign_up: SignUp) -> Mode {
    match sign_up {
        SignUp::Open => Mode::Open,
        SignUp::AllowList => Mode::AllowList,
        SignUp::Invitation => Mode::Invitation,
        SignUp::Closed => Mode::Closed,
    }
}
