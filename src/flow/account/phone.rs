//! The phone number of a person: one, kept in the standard claims `phone_number` and `phone_number_verified`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::limits::Verdict;
use super::super::{Fault, factors, letters, texts};
use super::{Actor, proof};
use crate::crypto::random;
use crate::identity::{claims, phone};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::letter::{FactorNoun, Letter, Message};
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::state::State;
use crate::store::contact_proofs::{self, Contact, NewProof};
use crate::store::{StoreError, Tx, audit, text_factors, users};

/// A number that waits for its code.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Names it in forms.
    pub id: Uuid,
    /// The number.
    pub number: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    /// The number of the account, if it has one.
    pub number: Option<String>,
    /// Whether texts are known to reach it.
    pub verified: bool,
    /// One that waits.
    pub waiting: Option<Waiting>,
}

/// Gathers what the page shows.
pub async fn read(state: &State, user: &User) -> Result<Phone, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let pending = state.db.read((), move |tx, ()| {
        Box::pin(contact_proofs::pending(tx, id, Contact::Phone, now))
    });
    let waiting = pending.await?.pop().map(|pending| Waiting {
        id: pending.id,
        number: pending.payload.0.contact,
    });
    Ok(Phone {
        number: user.claims.get_str("phone_number").map(str::to_owned),
        verified: is_verified(user),
        waiting,
    })
}

/// What comes of asking for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A text with a code is on its way.
    Sent,
    /// Not a number, or one without its country code.
    Invalid,
    /// Too many texts: seconds to wait.
    TooMany(u64),
}

/// Asks for a number.
pub async fn ask(state: &State, actor: &Actor, text: &str) -> Result<Asked, Fault> {
    let Ok(number) = phone::parse(text) else {
        return Ok(Asked::Invalid);
    };
    let user_id = actor.user().id;
    if let Verdict::Over(seconds) = texts::may_ask(state, user_id, &number).await? {
        return Ok(Asked::TooMany(seconds));
    }
    let now = state.clock.now();
    let (id, code) = (random::uuid(), Secret::new(proof::code()));
    let new = NewProof {
        id,
        kind: Contact::Phone,
        recipient_key: number.clone(),
        digest: proof::digest(&state.master_key, id, code.expose()),
        contact: number,
        expires_at: now + proof::LIFE,
    };
    let asked = state
        .db
        .write((new, texts::code(state, &code)), move |tx, (new, body)| {
            Box::pin(async move {
                users::hold(tx, user_id).await?;
                // One number waits at a time.
                for pending in contact_proofs::pending(tx, user_id, Contact::Phone, now).await? {
                    contact_proofs::cancel(tx, user_id, Contact::Phone, &pending.recipient_key, now).await?;
                }
                contact_proofs::insert(tx, user_id, new, now).await?;
                texts::promise(tx, &new.contact, body, now).await?;
                Ok(Asked::Sent)
            })
        });
    Ok(asked.await?)
}

/// What comes of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The number belongs to the account.
    Added,
    /// Another code.
    Wrong,
    /// Too old, used or tried too often.
    Gone,
}

/// Takes the code that was sent to a number.
pub async fn confirm(state: &State, actor: &Actor, id: Uuid, code: &str) -> Result<Confirmed, Fault> {
    let now = state.clock.now();
    let unit = (
        proof::digest(&state.master_key, id, code),
        notice(state, actor, &Message::FactorAdded(FactorNoun::Phone, actor.asked(now))),
        actor.by(),
    );
    let user_id = actor.user().id;
    let confirmed = state.db.write(unit, move |tx, (digest, letter, origin)| {
        Box::pin(async move {
            let attempt = contact_proofs::attempt(tx, user_id, Contact::Phone, id, now).await?;
            let Some((stored, number)) = attempt else {
                return Ok(Confirmed::Gone);
            };
            if stored != *digest {
                return Ok(Confirmed::Wrong);
            }
            if !contact_proofs::consume(tx, id, now).await? {
                return Ok(Confirmed::Gone);
            }
            let changes = json!({ "phone_number": number, "phone_number_verified": true });
            put(tx, user_id, changes, (AuditKind::PhoneAdded, letter, origin), now).await?;
            Ok(Confirmed::Added)
        })
    });
    Ok(confirmed.await?)
}

/// Takes the number from the account, with whatever waits.
pub async fn remove(state: &State, actor: &Actor) -> Result<(), Fault> {
    let now = state.clock.now();
    let message = Message::FactorRemoved(FactorNoun::Phone, actor.asked(now));
    let unit = (notice(state, actor, &message), actor.by());
    let user_id = actor.user().id;
    let removed = state.db.write(unit, move |tx, (letter, origin)| {
        Box::pin(async move {
            for pending in contact_proofs::pending(tx, user_id, Contact::Phone, now).await? {
                contact_proofs::cancel(tx, user_id, Contact::Phone, &pending.recipient_key, now).await?;
            }
            let changes = json!({ "phone_number": null, "phone_number_verified": null });
            put(tx, user_id, changes, (AuditKind::PhoneRemoved, letter, origin), now).await
        })
    });
    Ok(removed.await?)
}

fn notice(state: &State, actor: &Actor, message: &Message) -> Letter {
    state.write_letter(message, &actor.locale)
}

/// Makes a number the verified one of an account, as part of another unit; false where it was already. What proves a second
/// factor by another number is the caller's to replace.
pub(in crate::flow) async fn set(tx: &mut Tx, user_id: Uuid, number: &str, now: Timestamp) -> Result<bool, StoreError> {
    users::hold(tx, user_id).await?;
    let changes = json!({ "phone_number": number, "phone_number_verified": true });
    Ok(change(tx, user_id, changes, now).await?.is_some())
}

/// The number that an account has at some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::flow) struct Held {
    number: Option<String>,
    verified: bool,
}

impl Held {
    /// As it is now.
    pub(in crate::flow) fn by(user: &User) -> Self {
        Self {
            number: user.claims.get_str("phone_number").map(str::to_owned),
            verified: is_verified(user),
        }
    }
}

fn is_verified(user: &User) -> bool {
    user.claims.get("phone_number_verified") == Some(&Value::Bool(true))
}

/// Gives an account back the number that it had, or none, as part of another unit; false where it has that one. What proves a
/// second factor by another number is the caller's to take away.
pub(in crate::flow) async fn put_back(
    tx: &mut Tx,
    user_id: Uuid,
    held: &Held,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let verified = held.number.as_ref().map(|_| held.verified);
    let changes = json!({ "phone_number": held.number, "phone_number_verified": verified });
    Ok(change(tx, user_id, changes, now).await?.is_some())
}

/// Says of the number of an account that nobody knows whose it is, as part of another unit; false where nobody did before.
pub(in crate::flow) async fn doubt(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let Some(held) = users::find(tx, user_id).await?.map(|user| Held::by(&user)) else {
        return Ok(false);
    };
    let doubted = Held {
        verified: false,
        ..held
    };
    put_back(tx, user_id, &doubted, now).await
}

/// Changes the claims; gives the person as they were before, where that changed anything.
async fn change(tx: &mut Tx, user_id: Uuid, changes: Value, now: Timestamp) -> Result<Option<User>, StoreError> {
    let Some(user) = users::find(tx, user_id).await? else {
        return Ok(None);
    };
    let changes = changes.as_object().cloned().unwrap_or_else(Map::new);
    let claims = claims::change(&user.claims, changes).map_err(|_| StoreError::Corrupt("claims"))?;
    if claims == user.claims {
        return Ok(None);
    }
    users::set_claims(tx, user_id, &claims, now).await?;
    Ok(Some(user))
}

/// Changes the claims, and tells of it where that changed anything. Codes that were texted to the number before prove nothing
/// from now on: it is somebody else's one day.
async fn put(
    tx: &mut Tx,
    user_id: Uuid,
    changes: Value,
    (kind, letter, origin): (AuditKind, &Letter, &Origin),
    now: Timestamp,
) -> Result<(), StoreError> {
    users::hold(tx, user_id).await?;
    let Some(user) = change(tx, user_id, changes, now).await? else {
        return Ok(());
    };
    audit::record(tx, kind, origin, &origin.actor, json!({}), now).await?;
    if text_factors::remove_all(tx, user_id).await? {
        factors::after_removal(tx, user_id, FactorNoun::TextMessages, origin, now).await?;
    }
    if user.email_verified {
        letters::promise(tx, &user.email, letter, now).await?;
    }
    Ok(())
}
