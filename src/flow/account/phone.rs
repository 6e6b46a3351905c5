//! The phone number of a person: one, kept in the standard claims `phone_number` and `phone_number_verified`.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::{Fault, letters, texts};
use super::{Actor, proof};
use crate::crypto::random;
use crate::identity::{claims, phone};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::letter::{FactorNoun, Letter, Message};
use crate::model::user::User;
use crate::state::State;
use crate::store::contact_proofs::{self, Contact, NewProof};
use crate::store::{StoreError, Tx, audit, users};

/// Texts that one number is sent within [`proof::WINDOW`]: they cost money.
const TEXTS_TO_ONE: i64 = 3;
/// Texts that one person causes in that time.
const TEXTS_BY_ONE: i64 = 5;

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

/// Whether texts can leave this installation.
pub fn is_available(state: &State) -> bool {
    texts::is_available(state)
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
        verified: user.claims.get("phone_number_verified") == Some(&Value::Bool(true)),
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
    /// Too many texts within the hour.
    TooMany,
}

/// Asks for a number.
pub async fn ask(state: &State, actor: &Actor, text: &str) -> Result<Asked, Fault> {
    let Ok(number) = phone::parse(text) else {
        return Ok(Asked::Invalid);
    };
    let now = state.clock.now();
    let (id, code) = (random::uuid(), proof::code());
    let new = NewProof {
        id,
        kind: Contact::Phone,
        recipient_key: number.clone(),
        digest: proof::digest(&state.master_key, id, &code),
        contact: number,
        expires_at: now + proof::LIFE,
    };
    let user_id = actor.user().id;
    let asked = state.db.write((new, text_body(state, &code)), move |tx, (new, body)| {
        Box::pin(async move {
            users::hold(tx, user_id).await?;
            let since = now - proof::WINDOW;
            if contact_proofs::sent_since(tx, &new.recipient_key, Contact::Phone, since).await? >= TEXTS_TO_ONE
                || contact_proofs::asked_since(tx, user_id, Contact::Phone, since).await? >= TEXTS_BY_ONE
            {
                return Ok(Asked::TooMany);
            }
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

/// The same in every language: the service, the code, and the line by which browsers offer it to our pages alone.
fn text_body(state: &State, code: &str) -> String {
    let host = url::Url::parse(state.issuer())
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    format!("{}: {code}\n\n@{host} #{code}", state.settings.branding.name)
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

/// Changes the claims, and tells of it where that changed anything.
async fn put(
    tx: &mut Tx,
    user_id: Uuid,
    changes: Value,
    (kind, letter, origin): (AuditKind, &Letter, &Origin),
    now: Timestamp,
) -> Result<(), StoreError> {
    users::hold(tx, user_id).await?;
    let Some(user) = users::find(tx, user_id).await? else {
        return Ok(());
    };
    let changes = changes.as_object().cloned().unwrap_or_else(Map::new);
    let claims = claims::change(&user.claims, changes).map_err(|_| StoreError::Corrupt("claims"))?;
    if claims == user.claims {
        return Ok(());
    }
    users::set_claims(tx, user_id, &claims, now).await?;
    audit::record(tx, kind, origin, &origin.actor, json!({}), now).await?;
    if user.email_verified {
        letters::promise(tx, &user.email, letter, now).await?;
    }
    Ok(())
}
