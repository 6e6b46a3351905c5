//! Six digits that are sent to a person, and the link that does the same: what mail and text messages share.

use std::sync::Arc;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Context, Refusal, Spend};
use crate::crypto::{digest, random};
use crate::flow::Fault;
use crate::flow::limits::{self, Limit, Verdict};
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::journey::JourneyKind;
use crate::model::letter::Asked;
use crate::model::secret::{Digest, Secret};
use crate::state::State;
use crate::store::challenges::{self, NewChallenge, Purpose as Asks};
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, Tx};

/// How long a code works (SECURITY-CASES MF-09, PW-12: ten minutes at most).
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// What is known of a code that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payload {
    /// Whose account it proves; `None` where nothing was sent because there is no such account.
    pub user_id: Option<Uuid>,
    /// The recipient: an address as it is stored, or a phone number.
    pub recipient: String,
    /// Whether the person typed the recipient and may see it whole.
    pub typed: bool,
}

/// What a link of a mail leads to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailLink {
    /// Where the journey leads that asked for it.
    pub kind: JourneyKind,
    /// The journey that asked for it.
    pub journey: Uuid,
    /// The code that it stands for.
    pub challenge: Uuid,
    /// Whose account it proves.
    pub user_id: Option<Uuid>,
    /// The address.
    pub email: String,
    /// What the asking browser calls itself.
    pub user_agent: String,
    /// Where it comes from.
    pub address: String,
    /// When it asked.
    pub at: Timestamp,
}

/// A code that is about to be stored and sent.
#[derive(Clone)]
pub struct Code {
    /// Six digits.
    pub code: Secret,
    /// For a link; stored by [`Code::store_link`].
    pub link: Secret,
    /// The challenge's id.
    pub id: Uuid,
    owner: String,
    asks: Asks,
    recipient_key: String,
    digest: Digest,
    payload: serde_json::Value,
    now: Timestamp,
}

impl Code {
    /// Makes one for a journey. `recipient_key` counts what one recipient is sent, in a folded form.
    pub fn new(state: &State, owner: Uuid, asks: Asks, recipient_key: &str, payload: &Payload) -> Self {
        let now = state.clock.now();
        let id = random::uuid_at(now);
        let code = random::digits(6);
        Self {
            id,
            owner: owner.to_string(),
            asks,
            recipient_key: recipient(state, recipient_key),
            digest: code_digest(state, id, &code),
            payload: json!(payload),
            now,
            code,
            link: random::secret(random::prefix::LINK),
        }
    }

    /// Stores it, and takes back what was sent before for the same.
    pub async fn store(&self, tx: &mut Tx) -> Result<(), StoreError> {
        challenges::retire_of_owner(tx, &self.owner, self.asks, self.now).await?;
        // Of the ways back that one address was sent the newest leads back, whichever browser asked (PW-05).
        if self.asks == Asks::Recovery {
            challenges::retire_of_recipient(tx, &self.recipient_key, self.asks, self.now).await?;
        }
        let new = NewChallenge {
            id: self.id,
            owner: &self.owner,
            purpose: self.asks,
            recipient_key: &self.recipient_key,
            digest: Some(self.digest),
            payload: &self.payload,
            now: self.now,
            expires_at: self.now + CODE_LIFE,
        };
        challenges::insert(tx, &new).await
    }

    /// Stores the link beside it.
    pub async fn store_link(&self, tx: &mut Tx, link: &MailLink) -> Result<(), StoreError> {
        let end = self.now + CODE_LIFE;
        one_time_tokens::insert(tx, Purpose::MailLink, &digest::digest(&self.link), link, self.now, end).await
    }
}

/// Digits are few enough to be tried out: their digest is keyed, and bound to the one challenge.
fn code_digest(state: &State, id: Uuid, code: &Secret) -> Digest {
    digest::keyed(
        &state.master_key.derive("codes"),
        &[id.as_bytes(), code.expose().as_bytes()],
    )
}

/// Recipients rest as keyed digests.
fn recipient(state: &State, key: &str) -> String {
    use base64::Engine as _;
    let digest = digest::keyed(&state.master_key.derive("recipients"), &[key.as_bytes()]);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.as_bytes())
}

/// Counts a code that is about to be sent to a recipient, unless there were too many: of many at once no more get through than
/// may.
pub async fn may_send(state: &State, recipient_key: &str) -> Result<Result<(), Refusal>, Fault> {
    counted(state, Limit::CodeTo(recipient_key)).await
}

/// The same for mail that leads back into an account (PW-09).
pub async fn may_mail(state: &State, recipient_key: &str) -> Result<Result<(), Refusal>, Fault> {
    counted(state, Limit::MailTo(recipient_key)).await
}

async fn counted(state: &State, limit: Limit<'_>) -> Result<Result<(), Refusal>, Fault> {
    Ok(match limits::count(state, limit).await? {
        Verdict::Within => Ok(()),
        Verdict::Over(seconds) => Err(Refusal::SentTooOften(seconds)),
    })
}

/// Compares a typed code with the one that was sent last in the journey; counted before it is compared.
pub async fn judge(
    context: Context<'_>,
    asks: Asks,
    typed: &Secret,
) -> Result<Result<(Payload, Uuid), Refusal>, Fault> {
    judge_one(context, asks, context.journey.facts.challenge, typed).await
}

/// The same for a challenge that the journey keeps elsewhere.
pub async fn judge_one(
    context: Context<'_>,
    asks: Asks,
    challenge: Option<Uuid>,
    typed: &Secret,
) -> Result<Result<(Payload, Uuid), Refusal>, Fault> {
    let state = context.state;
    let code = Secret::new(digits_of(typed.expose()));
    if code.expose().is_empty() {
        return Ok(Err(Refusal::Missing));
    }
    let Some(id) = challenge else {
        return Ok(Err(Refusal::Expired));
    };
    let now = state.clock.now();
    let (waits, attempt) = state
        .db
        .write(context.journey.id.to_string(), move |tx, owner| {
            Box::pin(async move {
                let waits = challenges::peek(tx, id, owner, asks, now).await?.is_some();
                Ok((waits, challenges::attempt(tx, id, owner, asks, now).await?))
            })
        })
        .await?;
    let Some(attempt) = attempt else {
        return Ok(Err(if waits { Refusal::TooMany } else { Refusal::Expired }));
    };
    let payload: Payload =
        serde_json::from_value(attempt.payload).map_err(|error| Fault::Internal(error.to_string()))?;
    // Both are asked, whatever the first says: the answer takes as long for an address without an account.
    let right = attempt.digest == Some(code_digest(state, id, &code));
    let proves = payload.user_id.is_some() || context.journey.facts.applicant.is_some();
    Ok(match right && proves {
        true => Ok((payload, id)),
        false if attempt.left == 0 => Err(Refusal::TooMany),
        false => Err(Refusal::Wrong),
    })
}

/// What was sent and waits.
pub async fn sent(context: Context<'_>, asks: Asks) -> Result<Option<Payload>, Fault> {
    let Some(id) = context.journey.facts.challenge else {
        return Ok(None);
    };
    let now = context.state.clock.now();
    let found = context
        .state
        .db
        .read(context.journey.id.to_string(), move |tx, owner| {
            Box::pin(challenges::peek(tx, id, owner, asks, now))
        })
        .await?;
    found
        .map(|payload| serde_json::from_value(payload).map_err(|error| Fault::Internal(error.to_string())))
        .transpose()
}

/// What the mail of a journey asks for.
pub fn asks(kind: JourneyKind) -> Asks {
    match kind {
        JourneyKind::Recover => Asks::Recovery,
        JourneyKind::SignIn | JourneyKind::SignUp | JourneyKind::Enrol => Asks::Mail,
    }
}

/// Uses up the mailed code of a journey.
pub fn spend_code(state: &State, kind: JourneyKind, journey: Uuid, id: Uuid) -> Spend {
    spend(state, journey, asks(kind), id)
}

/// Uses up a code of a journey.
pub fn spend(state: &State, journey: Uuid, asks: Asks, id: Uuid) -> Spend {
    let (owner, now) = (journey.to_string(), state.clock.now());
    Arc::new(move |tx| {
        let owner = owner.clone();
        Box::pin(async move { Ok(challenges::consume(tx, id, &owner, asks, now).await?.is_some()) })
    })
}

/// The browser that asks, for the mail.
pub fn asked(context: Context<'_>) -> Asked {
    Asked {
        user_agent: context.visitor.device.user_agent.clone(),
        address: context.visitor.device.address.clone(),
        at: context.state.clock.now(),
    }
}

/// The digits of what somebody typed or pasted: without spaces and dashes, and full-width ones as plain ones.
fn digits_of(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    typed.nfkc().filter(char::is_ascii_digit).take(12).collect()
}

/// Hides the middle of an address or a number that the person did not type.
pub fn mask(recipient: &str) -> String {
    match recipient.split_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}•••@{domain}")
        }
        None => {
            let count = recipient.chars().count();
            recipient
                .chars()
                .enumerate()
                .map(|(at, c)| if at < 3 || at + 2 >= count { c } else { '•' })
                .collect()
        }
    }
}

/// The account that a proved code is of, as it is now.
pub async fn account_of(state: &State, user_id: Uuid) -> Result<Option<Account>, Fault> {
    let found = state
        .db
        .read((), move |tx, ()| Box::pin(crate::store::accounts::find(tx, user_id)));
    Ok(found.await?.filter(|account| account.user.disabled_at.is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        for same in ["123456", " 123 456 ", "123-456", "１２３４５６", "123456\u{200b}"] {
            assert_eq!(digits_of(same), "123456", "{same:?}");
        }
    }

    #[test]
    fn a_recipient_is_recognised_and_not_told() {
        assert_eq!(mask("ada.lovelace@example.com"), "a•••@example.com");
        assert_eq!(mask("+441632960123"), "+44••••••••23");
    }
}
