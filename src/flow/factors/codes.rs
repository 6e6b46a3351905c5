//! Six digits that are sent to a person, and the link that does the same: what mail and text messages share.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Context, Refusal};
use crate::crypto::{digest, random};
use crate::flow::Fault;
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::letter::Asked;
use crate::model::secret::{Digest, Secret};
use crate::state::State;
use crate::store::challenges::{self, Key, NewChallenge};
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, Tx};

/// How long a code works (SECURITY-CASES MF-09, PW-12: ten minutes at most).
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// Answers to one code.
pub const TRIES: i64 = 5;
/// What a mailed code is for: one that was mailed for a sign-in is of no use elsewhere, since it is its journey's.
pub const MAIL_CODE: &str = "mail_code";
/// Codes to one recipient within [`SENDING_WINDOW`].
const SENDINGS: i64 = 3;
const SENDING_WINDOW: TimeDelta = TimeDelta::minutes(10);

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
    /// For a link; stored only where a link is sent.
    pub link: Secret,
    challenge: NewChallenge,
}

impl Code {
    /// Makes one for a journey. `recipient_key` counts what one recipient is sent, in a folded form.
    pub fn new(state: &State, owner: Uuid, purpose: &'static str, recipient_key: &str, payload: &Payload) -> Self {
        let now = state.clock.now();
        let id = random::uuid_at(now);
        let code = random::digits(6);
        Self {
            challenge: NewChallenge {
                id,
                owner,
                purpose,
                recipient_key: recipient(state, recipient_key),
                digest: code_digest(state, id, &code),
                payload: json!(payload),
                created_at: now,
                expires_at: now + CODE_LIFE,
            },
            code,
            link: random::secret(random::prefix::LINK),
        }
    }

    /// The challenge's id.
    pub fn id(&self) -> Uuid {
        self.challenge.id
    }

    /// Stores it, and takes back what was sent before for the same purpose.
    pub async fn store(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let new = &self.challenge;
        challenges::retire(tx, new.owner, new.purpose, new.id, new.created_at).await?;
        challenges::insert(tx, new).await
    }

    /// Stores the link beside it.
    pub async fn store_link(&self, tx: &mut Tx, link: &MailLink) -> Result<(), StoreError> {
        let (now, end) = (self.challenge.created_at, self.challenge.expires_at);
        one_time_tokens::insert(tx, Purpose::MailLink, &digest::digest(&self.link), link, now, end).await
    }
}

/// Digits are few enough to be tried out: their digest is keyed, and bound to the one challenge.
fn code_digest(state: &State, id: Uuid, code: &Secret) -> Digest {
    digest::keyed(&state.master_key.derive("codes"), &[id.as_bytes(), code.expose().as_bytes()])
}

/// Recipients rest as keyed digests.
fn recipient(state: &State, key: &str) -> String {
    use base64::Engine as _;
    let digest = digest::keyed(&state.master_key.derive("recipients"), &[key.as_bytes()]);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest.as_bytes())
}

/// Whether another code may be sent to a recipient.
pub async fn may_send(state: &State, recipient_key: &str) -> Result<Result<(), Refusal>, Fault> {
    let now = state.clock.now();
    let sent = state
        .db
        .read(recipient(state, recipient_key), move |tx, key| {
            Box::pin(challenges::recent(tx, key, now - SENDING_WINDOW))
        })
        .await?;
    Ok(match sent < SENDINGS {
        true => Ok(()),
        false => Err(Refusal::SentTooOften(SENDING_WINDOW.num_seconds().unsigned_abs())),
    })
}

/// Compares a typed code with the one that was sent; counted before it is compared.
pub async fn judge(
    context: Context<'_>,
    purpose: &'static str,
    typed: &Secret,
) -> Result<Result<(Payload, Uuid), Refusal>, Fault> {
    let state = context.state;
    let code = Secret::new(digits_of(typed.expose()));
    if code.expose().is_empty() {
        return Ok(Err(Refusal::Missing));
    }
    let Some(id) = context.journey.facts.challenge else {
        return Ok(Err(Refusal::Expired));
    };
    let key = Key {
        id,
        owner: context.journey.id,
        purpose,
    };
    let now = state.clock.now();
    let (waiting, found) = state
        .db
        .write((), move |tx, ()| {
            Box::pin(async move {
                let waiting = challenges::find(tx, key, now).await?.is_some();
                Ok((waiting, challenges::attempt(tx, key, TRIES, now).await?))
            })
        })
        .await?;
    let Some(challenge) = found else {
        return Ok(Err(if waiting { Refusal::TooMany } else { Refusal::Expired }));
    };
    let payload: Payload =
        serde_json::from_value(challenge.payload).map_err(|error| Fault::Internal(error.to_string()))?;
    // Both are asked, whatever the first says: the answer takes as long for an address without an account.
    let right = code_digest(state, id, &code) == challenge.digest;
    Ok(match (right, payload.user_id, context.journey.facts.applicant.is_some()) {
        (true, Some(_), _) | (true, None, true) => Ok((payload, id)),
        _ if challenge.attempts >= TRIES => Err(Refusal::TooMany),
        _ => Err(Refusal::Wrong),
    })
}

/// What was sent and waits.
pub async fn sent(context: Context<'_>, purpose: &'static str) -> Result<Option<Payload>, Fault> {
    let Some(id) = context.journey.facts.challenge else {
        return Ok(None);
    };
    let (state, owner) = (context.state, context.journey.id);
    let now = state.clock.now();
    let found = state
        .db
        .read((), move |tx, ()| {
            Box::pin(challenges::find(tx, Key { id, owner, purpose }, now))
        })
        .await?;
    found
        .map(|challenge| serde_json::from_value(challenge.payload).map_err(|error| Fault::Internal(error.to_string())))
        .transpose()
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
