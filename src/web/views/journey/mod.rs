//! The pages of a person on the way: to a session, to an account, to a new password. One file per page.
//!
//! Every page has a [`Way`], which says where its forms post and what they carry along: `csrf`, `journey`, `flow` and,
//! where work is asked for, `pow`. Its first submit button goes on; the others say what they do by name and value, in the
//! same form, so that what was typed is not lost. All of it works without scripts but passkeys; `passkey.js` and
//! `comforts.js` find what they add to by `data-` attributes.

mod apply;
mod choose_account;
mod code;
mod enrol;
mod forgot;
mod identify;
mod interlude;
mod keep_codes;
mod link;
mod lost;
mod method;
mod new_password;
mod no_sign_up;
mod passkey;
mod password;
mod way;

pub use apply::{Apply, ApplyProblems, Asked, InvitedTo, Terms};
pub use choose_account::{AccountChoice, ChooseAccount};
pub use code::{CodeKind, CodeNotice, CodeProblem, CodeStep};
pub use enrol::{EnrolChoice, EnrolPasskey, EnrolPhone, EnrolTotp};
pub use forgot::{Forgot, PasswordSet};
pub use identify::{Identify, IdentifyProblem};
pub use interlude::{AcceptTerms, KeepAccount};
pub use keep_codes::KeepCodes;
pub use link::{AskedFrom, LinkElsewhere, LinkGone, LinkHere, LinkPurpose};
pub use lost::{
    LostFactor, LostFactorCancel, LostFactorCancelled, LostFactorGone, LostFactorRemove, LostFactorRemoved, LostState,
};
pub use method::Method;
pub use new_password::{NewPassword, PasswordReason};
pub use no_sign_up::{NoSignUp, NoSignUpReason};
pub use passkey::{PasskeyOptions, PasskeyProblem, PasskeyStep};
pub use password::{PasswordStep, PasswordStepProblem};
pub use way::{Way, Why};
