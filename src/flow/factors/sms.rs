//! A code by text message, as a second factor (RFC 8176 section 2: `sms`).
//!
//! A person chooses it: a number that is verified is a contact and no factor. What they chose is a row of `text_factors`, and
//! it counts only while its number is the account's verified one ([`Account::texts_to`]), so that a number that was changed or
//! taken away proves nothing. To whom a code goes is read from what is stored, never from the form that asks for it
//! (SECURITY-CASES MF-07).

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

use super::codes::{self, Code, Payload};
use super::{Answer, Check, Confirmed, Context, Enrol, Factor, Own, Prompt, Proved, Refusal, Setup, Spend};
use super::{added, both, guess};
use crate::flow::account::phone as phone_of;
use crate::flow::limits::Verdict;
use crate::flow::{Fault, texts};
use crate::identity::{assurance, claims, phone};
use crate::model::account::Account;
use crate::model::audit::AuditKind;
use crate::model::journey::{Enrolment, Proof};
use crate::model::letter::FactorNoun;
use crate::state::State;
use crate::store::challenges::Purpose;
use crate::store::{StoreError, Tx, accounts, audit, text_factors};

/// See the module.
pub struct Sms;

const NAME: &str = "sms";

impl Factor for Sms {
    fn name(&self) -> &'static str {
        NAME
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_TEXT_MESSAGE]
    }

    fn is_available(&self, state: &State) -> bool {
        texts::is_available(state)
    }

    fn is_second_of(&self, account: &Account) -> bool {
        account.texts_to().is_some()
    }

    fn begin<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Result<Option<Uuid>, Refusal>, Fault>> {
        Box::pin(async move {
            let Some((account, number)) = theirs(context) else {
                return Ok(Err(Refusal::Wrong));
            };
            if let Err(refusal) = codes::may_send(context.state, number).await? {
                return Ok(Err(refusal));
            }
            Ok(Ok(Some(send(context, account, number).await?)))
        })
    }

    fn prompt<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Prompt, Fault>> {
        Box::pin(async move {
            let sent = codes::sent(context, Purpose::Text).await?;
            Ok(sent.map_or(Prompt::Nothing, |payload| Prompt::Sent(codes::mask(&payload.recipient))))
        })
    }

    fn enrolment(&self) -> Option<&dyn Enrol> {
        Some(self)
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(check(context, answer))
    }
}

/// The account, and the number that its codes go to.
fn theirs(context: Context<'_>) -> Option<(&Account, &str)> {
    let account = context.account?;
    Some((account, account.texts_to()?))
}

fn proof(context: Context<'_>) -> Proof {
    Proof {
        factor: NAME.to_owned(),
        amr: vec![assurance::AMR_TEXT_MESSAGE.to_owned()],
        at: context.state.clock.now(),
    }
}

/// Sends a code to a number; those before it in this journey are worth nothing from then on. Gives its challenge.
async fn send(context: Context<'_>, account: &Account, number: &str) -> Result<Uuid, Fault> {
    let Context { state, journey, .. } = context;
    let payload = Payload {
        user_id: Some(account.user.id),
        recipient: number.to_owned(),
        typed: false,
    };
    let code = Code::new(state, journey.id, Purpose::Text, number, &payload);
    let text = texts::code(state, &code.code);
    let (id, now) = (code.id, state.clock.now());
    let unit = (code, payload.recipient, text);
    state
        .db
        .write(unit, move |tx, (code, number, text)| {
            Box::pin(async move {
                code.store(tx).await?;
                texts::promise(tx, number, text, now).await
            })
        })
        .await?;
    Ok(id)
}

async fn check(context: Context<'_>, answer: &Answer) -> Result<Check, Fault> {
    let (state, Some((account, number))) = (context.state, theirs(context)) else {
        return Ok(Check::Wrong(Refusal::Expired));
    };
    if answer.code.expose().trim().is_empty() {
        return Ok(Check::Wrong(Refusal::Missing));
    }
    let (user_id, now) = (account.user.id, state.clock.now());
    let budget = match guess::begin(context, user_id).await? {
        Ok(budget) => budget,
        Err(refusal) => return Ok(Check::Wrong(refusal)),
    };
    let (payload, id) = match codes::judge(context, Purpose::Text, &answer.code).await? {
        Ok(right) => right,
        Err(refusal) => {
            if matches!(refusal, Refusal::Wrong | Refusal::TooMany) {
                guess::failed(context, user_id).await?;
            }
            return Ok(Check::Wrong(refusal));
        }
    };
    // It went to a number that was the person's a minute ago.
    if payload.user_id != Some(user_id) || payload.recipient != number {
        return Ok(Check::Wrong(Refusal::Expired));
    }
    let number = payload.recipient;
    let used: Spend = Arc::new(move |tx| {
        let (budget, number) = (budget.clone(), number.clone());
        Box::pin(async move {
            if !text_factors::note_use(tx, user_id, &number, now).await? {
                return Ok(false);
            }
            budget.clear(tx).await?;
            Ok(true)
        })
    });
    Ok(Check::Right(Box::new(Proved {
        account: account.clone(),
        proof: proof(context),
        spend: both(codes::spend(state, context.journey.id, Purpose::Text, id), used),
    })))
}

/// What is known while it is set up: nothing, or where a code was sent.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Begun {
    number: String,
    challenge: Option<Uuid>,
}

impl Begun {
    fn read(enrolment: &Enrolment) -> Result<Self, Fault> {
        serde_json::from_str(&enrolment.sealed).map_err(|error| Fault::Internal(error.to_string()))
    }

    /// What a journey knows already.
    fn of(context: Context<'_>) -> Result<Self, Fault> {
        let begun = context.journey.facts.enrolment.as_ref();
        begun
            .filter(|enrolment| enrolment.factor == NAME)
            .map_or_else(|| Ok(Self::default()), Self::read)
    }

    fn keep(&self) -> Result<Enrolment, Fault> {
        Ok(Enrolment {
            factor: NAME.to_owned(),
            sealed: serde_json::to_string(self).map_err(|error| Fault::Internal(error.to_string()))?,
        })
    }
}

/// Sends a first code to a number that a person has typed.
async fn ask(context: Context<'_>, account: &Account, number: &str) -> Result<Result<Enrolment, Refusal>, Fault> {
    if let Verdict::Over(seconds) = texts::may_ask(context.state, account.user.id, number).await? {
        return Ok(Err(Refusal::SentTooOften(seconds)));
    }
    let begun = Begun {
        number: number.to_owned(),
        challenge: Some(send(context, account, number).await?),
    };
    begun.keep().map(Ok)
}

/// Takes the code that was sent to a number: the number is the account's from then on, and its codes go there.
async fn confirm(context: Context<'_>, account: &Account, begun: &Begun, answer: &Answer) -> Result<Confirmed, Fault> {
    let (state, user_id) = (context.state, account.user.id);
    let judged = codes::judge_one(context, Purpose::Text, begun.challenge, &answer.code).await?;
    let (Payload { recipient: number, .. }, id) = match judged {
        Ok(right) => right,
        Err(refusal) => return Ok(Confirmed::Wrong(refusal)),
    };
    let mut account = account.clone();
    let new = json!({ "phone_number": number, "phone_number_verified": true });
    let new = new.as_object().cloned().unwrap_or_else(Map::new);
    account.user.claims =
        claims::change(&account.user.claims, new).map_err(|error| Fault::Internal(error.to_string()))?;
    account.text_number = Some(number.clone());
    let now = state.clock.now();
    let unit = Arc::new((number, context.visitor.origin.by(account.user.subject())));
    let join: Spend = Arc::new(move |tx| {
        let unit = Arc::clone(&unit);
        Box::pin(async move {
            let (number, origin) = &*unit;
            if phone_of::set(tx, user_id, number, now).await? {
                audit::record(tx, AuditKind::PhoneAdded, origin, &origin.actor, json!({}), now).await?;
            }
            text_factors::put(tx, user_id, number, now).await?;
            Ok(true)
        })
    });
    let used = both(codes::spend(state, context.journey.id, Purpose::Text, id), join);
    let note = added(context, &account, FactorNoun::TextMessages);
    Ok(Confirmed::Added(Box::new(Proved {
        account,
        proof: proof(context),
        spend: both(used, note),
    })))
}

impl Enrol for Sms {
    /// Asks for the number, or sends another code to the one that was given.
    fn begin<'a>(
        &'a self,
        context: Context<'a>,
        _answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Result<Enrolment, Refusal>, Fault>> {
        Box::pin(async move {
            let begun = Begun::of(context)?;
            match context.account {
                None => Ok(Err(Refusal::Wrong)),
                Some(account) if begun.challenge.is_some() => ask(context, account, &begun.number).await,
                Some(_) => begun.keep().map(Ok),
            }
        })
    }

    fn setup<'a>(&'a self, _context: Context<'a>, begun: &'a Enrolment) -> BoxFuture<'a, Result<Setup, Fault>> {
        Box::pin(async move {
            let begun = Begun::read(begun)?;
            Ok(match begun.challenge {
                Some(_) => Setup::Sent(begun.number),
                None => Setup::Recipient,
            })
        })
    }

    fn confirm<'a>(
        &'a self,
        context: Context<'a>,
        begun: &'a Enrolment,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Confirmed, Fault>> {
        Box::pin(async move {
            let Some(account) = context.account else {
                return Ok(Confirmed::Wrong(Refusal::Wrong));
            };
            let begun = Begun::read(begun)?;
            if begun.challenge.is_some() {
                return confirm(context, account, &begun, answer).await;
            }
            let Ok(number) = phone::parse(&answer.phone) else {
                return Ok(Confirmed::Wrong(Refusal::Wrong));
            };
            Ok(match ask(context, account, &number).await? {
                Ok(next) => Confirmed::Goes(next),
                Err(refusal) => Confirmed::Wrong(refusal),
            })
        })
    }

    fn noun(&self) -> FactorNoun {
        FactorNoun::TextMessages
    }

    fn list<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<Vec<Own>, StoreError>> {
        Box::pin(async move {
            let account = accounts::find(tx, user_id).await?;
            let counts = account.is_some_and(|account| account.texts_to().is_some());
            let found = text_factors::find(tx, user_id).await?.filter(|_| counts);
            let own = found.map(|found| Own {
                factor: NAME,
                id: found.number.clone(),
                name: found.number,
                renamable: false,
                created_at: found.created_at,
                last_used_at: found.last_used_at,
            });
            Ok(own.into_iter().collect())
        })
    }

    fn remove<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid, id: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(text_factors::remove(tx, user_id, id))
    }

    fn remove_all<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { text_factors::remove_all(tx, user_id).await.map(drop) })
    }
}
