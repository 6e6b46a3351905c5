//! Ways to prove who one is: one factor, one file, one line in [`FACTORS`]. `docs/adding-a-factor.md` walks through one.
//!
//! A factor knows nothing of what comes before or after it: `flow::journey` asks it to give something out ([`Factor::begin`]),
//! what its page shows ([`Factor::prompt`]), and what an answer is worth ([`Factor::check`]). An answer is judged outside any
//! unit of work; what it uses up (a code, a time step, a recovery code) is used up by [`Proved::spend`], in the unit that
//! stores its effect, so that of two that race one is refused.

mod codes;
mod email;
mod enrol;
mod guess;
mod passkey;
mod password;
mod recovery_code;
mod sms;
mod totp;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::{Fault, Visitor};
use crate::model::account::Account;
use crate::model::journey::{Journey, Proof};
use crate::model::secret::Secret;
use crate::state::State;
use crate::store::{StoreError, Tx};

pub use codes::{CODE_LIFE, MailLink, spend_code};
pub use email::{Email, judge as judge_mail, prove as prove_mail};
use enrol::added;
pub use enrol::{Confirmed, Enrol, Own, Setup, enrolments, has_any, remove_all};
pub(super) use enrol::{after_removal, named};
pub use passkey::Passkey;
pub use password::Password;
pub use recovery_code::{NewCodes, RecoveryCode, first_codes, new_codes};
pub use sms::Sms;
pub use totp::Totp;

/// Every factor there is, in the order in which a person is offered them.
pub const FACTORS: &[&dyn Factor] = &[&Password, &Passkey, &Totp, &Sms, &Email, &RecoveryCode];

/// A factor by its name.
pub fn find(name: &str) -> Option<&'static dyn Factor> {
    FACTORS.iter().copied().find(|factor| factor.name() == name)
}

/// What a factor works with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The installation.
    pub state: &'a State,
    /// The journey; it is stored by the time a factor is begun.
    pub journey: &'a Journey,
    /// Whose account it is, once something was proved, or the one that a session or a link named.
    pub account: Option<&'a Account>,
    /// Who is on the way.
    pub visitor: &'a Visitor,
    /// The language of the page.
    pub locale: &'a str,
}

/// What a person gives as proof: the fields of a form, each empty where it did not come.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `password`
    pub password: Secret,
    /// `code`
    pub code: Secret,
    /// `credential`: what the browser's WebAuthn interface gave, as JSON.
    pub credential: String,
    /// `name`: what to call what is being set up.
    pub name: String,
    /// `phone`: the number that is being set up.
    pub phone: String,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            password: Secret::new(String::new()),
            code: Secret::new(String::new()),
            credential: String::new(),
            name: String::new(),
            phone: String::new(),
        }
    }
}

/// What using an answer up changes in the store; false when somebody else used it up first.
pub type Spend = Arc<dyn for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<bool, StoreError>> + Send + Sync>;

/// An answer that is right, until it is spent.
pub struct Proved {
    /// Whose account it proves.
    pub account: Account,
    /// What was proved.
    pub proof: Proof,
    /// Uses the answer up.
    pub spend: Spend,
}

/// What an answer is worth.
pub enum Check {
    /// It is right.
    Right(Box<Proved>),
    /// It is not.
    Wrong(Refusal),
}

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    Missing,
    /// It is another one.
    Wrong,
    /// What was given out is too old, used up or replaced.
    Expired,
    /// Too many answers: what was given out is worth nothing any more.
    TooMany,
    /// Too many failures: seconds to wait.
    Wait(u64),
    /// Too much was sent to one recipient: seconds to wait.
    SentTooOften(u64),
}

impl Refusal {
    /// Its name among what is counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::Expired => "expired",
            Self::TooMany => "too_many",
            Self::Wait(_) => "wait",
            Self::SentTooOften(_) => "sent_too_often",
        }
    }
}

/// What the page of a factor shows beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing.
    Nothing,
    /// Something was sent to this recipient, masked.
    Sent(String),
    /// Options for the browser's WebAuthn interface.
    Credential(Value),
}

/// A factor.
pub trait Factor: Sync {
    /// Its name in settings, forms and stored proofs.
    fn name(&self) -> &'static str;

    /// The methods of RFC 8176 that it stands for at least.
    fn amr(&self) -> &'static [&'static str];

    /// Whether it can work in this installation, whatever the settings offer.
    fn is_available(&self, _state: &State) -> bool {
        true
    }

    /// Whether a sign-in can begin with it.
    fn is_first(&self) -> bool {
        false
    }

    /// Whether its answer says whose it is, so that nobody has to be named first.
    fn is_discoverable(&self) -> bool {
        false
    }

    /// Whether an account has it as a second factor.
    fn is_second_of(&self, _account: &Account) -> bool {
        false
    }

    /// Gives something out: sends a code, makes a challenge. The id of what waits for its answer, if anything does.
    fn begin<'a>(&'a self, _context: Context<'a>) -> BoxFuture<'a, Result<Result<Option<Uuid>, Refusal>, Fault>> {
        Box::pin(std::future::ready(Ok(Ok(None))))
    }

    /// What its page shows.
    fn prompt<'a>(&'a self, _context: Context<'a>) -> BoxFuture<'a, Result<Prompt, Fault>> {
        Box::pin(std::future::ready(Ok(Prompt::Nothing)))
    }

    /// How it is set up, where it can be.
    fn enrolment(&self) -> Option<&dyn Enrol> {
        None
    }

    /// What an answer is worth.
    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>>;
}

/// Spends both, or fails.
pub fn both(first: Spend, second: Spend) -> Spend {
    Arc::new(move |tx| {
        let (first, second) = (Arc::clone(&first), Arc::clone(&second));
        Box::pin(async move { Ok(first(tx).await? && second(tx).await?) })
    })
}
