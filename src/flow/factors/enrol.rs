//! How a factor joins an account and leaves it, whichever it is.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Context, FACTORS, Factor, Proved, Refusal, Spend};
use crate::flow::{Fault, letters};
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::audit::{AuditKind, Origin};
use crate::model::journey::Enrolment;
use crate::model::letter::{FactorNoun, Message};
use crate::store::{StoreError, Tx, accounts, audit, devices, recovery_codes};

/// What setting a factor up shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setup {
    /// A key for an authenticator app, as text and as QR code (an SVG element).
    Key {
        /// Base32, as RFC 4648 section 6 has it.
        key: String,
        /// An SVG element.
        qr: String,
    },
    /// Options for the browser's WebAuthn interface.
    Credential(Value),
    /// A code was sent to this recipient.
    Sent(String),
    /// Which recipient?
    Recipient,
}

/// What comes of confirming a factor that is being set up.
pub enum Confirmed {
    /// It is set up, and proved: storing it is what there is to spend.
    Added(Box<Proved>),
    /// One more thing is needed.
    Goes(Enrolment),
    /// The answer is refused.
    Wrong(Refusal),
}

/// Setting a factor up: on the way to a session, or on the account's pages. The account is known.
pub trait Enrol: Sync {
    /// Begins.
    fn begin<'a>(
        &'a self,
        context: Context<'a>,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Result<Enrolment, Refusal>, Fault>>;

    /// What its page shows.
    fn setup<'a>(&'a self, context: Context<'a>, begun: &'a Enrolment) -> BoxFuture<'a, Result<Setup, Fault>>;

    /// Confirms.
    fn confirm<'a>(
        &'a self,
        context: Context<'a>,
        begun: &'a Enrolment,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Confirmed, Fault>>;

    /// How mail calls it.
    fn noun(&self) -> FactorNoun;

    /// What an account has of it, oldest first.
    fn list<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<Vec<Own>, StoreError>>;

    /// Gives one another name, by the id that [`Enrol::list`] gives; false where there is none. A factor whose name is not the
    /// person's to give (`Own::renamable`) leaves it at that.
    fn rename<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _user_id: Uuid,
        _id: &'a str,
        _name: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async { Ok(false) })
    }

    /// Takes one from an account by the id that [`Enrol::list`] gives; false where there is none.
    fn remove<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid, id: &'a str) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Takes all of it from an account.
    fn remove_all<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// One of what an account has of a factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Which factor, by its registered name.
    pub factor: &'static str,
    /// Names it among the account's.
    pub id: String,
    /// What the person calls it; may be empty.
    pub name: String,
    /// Whether they may call it something else.
    pub renamable: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// Every factor that people set up.
pub fn enrolments() -> impl Iterator<Item = (&'static dyn Factor, &'static dyn Enrol)> {
    FACTORS
        .iter()
        .filter_map(|factor| factor.enrolment().map(|enrolment| (*factor, enrolment)))
}

/// Whether an account has any second factor that was set up; recovery codes alone are none.
pub fn has_any(account: &Account) -> bool {
    enrolments().any(|(factor, _)| factor.is_second_of(account))
}

/// Takes everything from an account that was set up.
pub async fn remove_all(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    for (_, enrolment) in enrolments() {
        enrolment.remove_all(tx, user_id).await?;
    }
    Ok(())
}

/// What follows when something was taken from an account. Codes are for the day on which a factor is lost: without one they
/// are nothing to ask for. Browsers that left the second factor out must show the next one.
pub async fn after_removal(
    tx: &mut Tx,
    user_id: Uuid,
    noun: FactorNoun,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !accounts::find(tx, user_id).await?.is_some_and(|left| has_any(&left)) {
        recovery_codes::remove_all(tx, user_id).await?;
    }
    devices::distrust_all(tx, user_id).await?;
    let details = json!({ "factor": format!("{noun:?}") });
    audit::record(tx, AuditKind::FactorRemoved, origin, &user_id.to_string(), details, now).await
}

/// What a person calls a factor: one short line.
pub(in crate::flow) fn named(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(60).collect()
}

/// Leaves a trace of a factor that was added, and tells the person by mail.
pub(super) fn added(context: Context<'_>, account: &Account, noun: FactorNoun) -> Spend {
    let now = context.state.clock.now();
    let locale = account.user.claims.get_str("locale").unwrap_or(context.locale);
    let message = Message::FactorAdded(noun, super::codes::asked(context));
    let letter = context.state.write_letter(&message, locale);
    let origin = context.visitor.origin.by(account.user.subject());
    let input = Arc::new((account.user.email.clone(), letter, origin));
    Arc::new(move |tx| {
        let input = Arc::clone(&input);
        Box::pin(async move {
            let (email, letter, origin) = &*input;
            let details = json!({ "factor": format!("{noun:?}") });
            audit::record(tx, AuditKind::FactorAdded, origin, &origin.actor, details, now).await?;
            letters::promise(tx, email, letter, now).await?;
            Ok(true)
        })
    })
}
