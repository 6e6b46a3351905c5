//! The e-mail addresses of a person. An address joins the account when the code or the link that was mailed to it comes back
//! from the account that asked. That somebody else has it is told to that address alone, never to whoever asks.

use serde_json::json;
use uuid::Uuid;

use super::super::{Fault, admission, letters};
use super::{Actor, proof};
use crate::crypto::random;
use crate::identity::admission::Occasion;
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::email::Email;
use crate::model::letter::{Letter, Message, Proof};
use crate::model::user::User;
use crate::state::State;
use crate::store::contact_proofs::{self, Contact, NewProof};
use crate::store::email_addresses::{self, EmailAddress};
use crate::store::{StoreError, Tx, audit, challenges, personal_data, users};

/// Addresses of one account, those that wait for their code included.
pub const MOST: usize = 10;
/// Mails that one address is sent within [`proof::WINDOW`].
const MAILS_TO_ONE: i64 = 3;
/// Mails that one person causes in that time.
const MAILS_BY_ONE: i64 = 10;

/// An address that waits for its code.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Names it in forms.
    pub id: Uuid,
    /// The address.
    pub email: String,
    /// Its folded form.
    pub email_key: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What the page shows.
pub struct Addresses {
    /// Those of the account, oldest first.
    pub own: Vec<EmailAddress>,
    /// Those that wait.
    pub waiting: Vec<Waiting>,
}

/// Gathers it.
pub async fn list(state: &State, user: &User) -> Result<Addresses, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let listed = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            let own = email_addresses::list(tx, id).await?;
            let waiting = contact_proofs::pending(tx, id, Contact::Email, now).await?;
            let waiting = waiting.into_iter().map(|pending| Waiting {
                id: pending.id,
                email: pending.payload.0.contact,
                email_key: pending.recipient_key,
                expires_at: pending.expires_at,
            });
            Ok(Addresses {
                own,
                waiting: waiting.collect(),
            })
        })
    });
    Ok(listed.await?)
}

/// What comes of asking for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A mail is on its way: with a code, or with the news that somebody tried.
    Sent,
    /// Not an address.
    Invalid,
    /// Addresses like this one are not taken here; see `identity::admission`.
    NotAdmitted,
    /// The account has it already.
    Yours,
    /// The account has as many as it may.
    Full,
    /// Too many mails within the hour.
    TooMany,
}

struct Request {
    email: Email,
    proof: NewProof,
    letter: Letter,
    letter_if_taken: Letter,
    origin: Origin,
    now: Timestamp,
}

/// Asks for another address.
pub async fn ask(state: &State, actor: &Actor, text: &str) -> Result<Asked, Fault> {
    let Ok(email) = email::parse(text) else {
        return Ok(Asked::Invalid);
    };
    if admission::judge(state, Occasion::Another, &email).is_err() {
        return Ok(Asked::NotAdmitted);
    }
    let now = state.clock.now();
    let (id, code) = (random::uuid(), proof::code());
    let proof_for_mail = Proof {
        link: format!("{}/account/emails/confirm?id={id}&code={code}", state.issuer()),
        code: code.clone(),
        valid_for: proof::LIFE.num_seconds().unsigned_abs(),
    };
    let request = Request {
        proof: NewProof {
            id,
            kind: Contact::Email,
            recipient_key: email.key().to_owned(),
            digest: proof::digest(&state.master_key, id, &code),
            contact: email.address().to_owned(),
            expires_at: now + proof::LIFE,
        },
        email,
        letter: state.write_letter(
            &Message::ConfirmNewEmail(proof_for_mail, actor.asked(now)),
            &actor.locale,
        ),
        letter_if_taken: state.write_letter(&Message::EmailTaken(actor.asked(now)), &actor.locale),
        origin: actor.by(),
        now,
    };
    let user_id = actor.user().id;
    let asked = state
        .db
        .write(request, move |tx, request| Box::pin(take_request(tx, user_id, request)));
    Ok(asked.await?)
}

async fn take_request(tx: &mut Tx, user_id: Uuid, request: &Request) -> Result<Asked, StoreError> {
    let (key, now) = (request.email.key(), request.now);
    users::hold(tx, user_id).await?;
    let own = email_addresses::list(tx, user_id).await?;
    if own.iter().any(|address| address.email_key == key) {
        return Ok(Asked::Yours);
    }
    let waiting = contact_proofs::pending(tx, user_id, Contact::Email, now).await?;
    let others = waiting.iter().filter(|pending| pending.recipient_key != key).count();
    if own.len() + others >= MOST {
        return Ok(Asked::Full);
    }
    let since = now - proof::WINDOW;
    if contact_proofs::sent_since(tx, key, Contact::Email, since).await? >= MAILS_TO_ONE
        || contact_proofs::asked_since(tx, user_id, Contact::Email, since).await? >= MAILS_BY_ONE
    {
        return Ok(Asked::TooMany);
    }
    let mut proof = request.proof.clone();
    let (to, letter) = match email_addresses::owner(tx, key).await? {
        Some((_, stored)) => {
            proof.digest = proof::unguessable();
            (stored, &request.letter_if_taken)
        }
        None => (proof.contact.clone(), &request.letter),
    };
    contact_proofs::insert(tx, user_id, &proof, now).await?;
    let origin = &request.origin;
    audit::record(tx, AuditKind::EmailRequested, origin, &origin.actor, json!({}), now).await?;
    letters::promise(tx, &to, letter, now).await?;
    Ok(Asked::Sent)
}

/// What comes of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The address belongs to the account.
    Added,
    /// Another code.
    Wrong,
    /// Too old, used, tried too often, taken back, or never asked for by this account.
    Gone,
    /// Somebody else made an account with it meanwhile.
    Taken,
}

/// An address that waits for its code in this account; `None` when there is none, whoever else may have asked.
pub async fn waiting(state: &State, user: &User, id: Uuid) -> Result<Option<Waiting>, Fault> {
    let addresses = list(state, user).await?;
    Ok(addresses.waiting.into_iter().find(|waiting| waiting.id == id))
}

/// Takes the code that was mailed to an address.
pub async fn confirm(state: &State, actor: &Actor, id: Uuid, code: &str) -> Result<Confirmed, Fault> {
    let Some(waiting) = waiting(state, actor.user(), id).await? else {
        return Ok(Confirmed::Gone);
    };
    let now = state.clock.now();
    let message = Message::EmailAdded {
        email: waiting.email,
        asked: actor.asked(now),
    };
    let unit = (
        proof::digest(&state.master_key, id, code),
        state.write_letter(&message, &actor.locale),
        actor.by(),
    );
    let user_id = actor.user().id;
    let confirmed = state.db.write(unit, move |tx, (digest, letter, origin)| {
        Box::pin(async move {
            let kind = Contact::Email;
            let Some((stored, contact)) = contact_proofs::attempt(tx, user_id, kind, id, now).await? else {
                return Ok(Confirmed::Gone);
            };
            if stored != *digest {
                return Ok(Confirmed::Wrong);
            }
            let email = email::parse(&contact).map_err(|_| StoreError::Corrupt("challenge"))?;
            if !contact_proofs::consume(tx, id, now).await? {
                return Ok(Confirmed::Gone);
            }
            if !email_addresses::add(tx, user_id, &email, now).await? {
                return Ok(Confirmed::Taken);
            }
            let details = json!({ "email": email.address() });
            audit::record(tx, AuditKind::EmailAdded, origin, &origin.actor, details, now).await?;
            tell_primary(tx, user_id, letter, now).await?;
            Ok(Confirmed::Added)
        })
    });
    Ok(confirmed.await?)
}

/// Tells the primary address, if mail is known to reach it.
async fn tell_primary(tx: &mut Tx, user_id: Uuid, letter: &Letter, now: Timestamp) -> Result<(), StoreError> {
    match users::find(tx, user_id).await? {
        Some(user) if user.email_verified => letters::promise(tx, &user.email, letter, now).await,
        _ => Ok(()),
    }
}

/// Makes an address of the account the one that applications see and mail goes to; false when the account has it not. An
/// old one that was never confirmed leaves the account. What was sent to the old one works no more.
pub async fn make_primary(state: &State, actor: &Actor, email_key: &str) -> Result<bool, Fault> {
    let own = list(state, actor.user()).await?.own;
    let Some(wanted) = own.into_iter().find(|address| address.email_key == email_key) else {
        return Ok(false);
    };
    let now = state.clock.now();
    let email = email::parse(&wanted.email).map_err(|_| Fault::Internal("a stored address is none".into()))?;
    let message = Message::PrimaryEmailChanged {
        email: wanted.email,
        asked: actor.asked(now),
    };
    let unit = (email, state.write_letter(&message, &actor.locale), actor.by());
    let user_id = actor.user().id;
    let changed = state.db.write(unit, move |tx, (email, letter, origin)| {
        Box::pin(exchange_primary(tx, user_id, email, letter, origin, now))
    });
    Ok(changed.await?)
}

/// The same as part of another unit, by whoever the origin names; `letter` tells the old address.
pub(in crate::flow) async fn exchange_primary(
    tx: &mut Tx,
    user_id: Uuid,
    email: &Email,
    letter: &Letter,
    origin: &Origin,
    now: Timestamp,
) -> Result<bool, StoreError> {
    users::hold(tx, user_id).await?;
    let own = email_addresses::list(tx, user_id).await?;
    let (Some(new), Some(old)) = (
        own.iter().find(|address| address.email_key == email.key()),
        own.iter().find(|address| address.is_primary),
    ) else {
        return Ok(false);
    };
    if new.is_primary {
        return Ok(true);
    }
    users::set_primary_email(tx, user_id, email, now).await?;
    contact_proofs::cancel_sent_to(tx, &old.email_key, now).await?;
    personal_data::retire_links(tx, user_id).await?;
    challenges::retire_of_person(tx, user_id, now).await?;
    if old.is_verified {
        letters::promise(tx, &old.email, letter, now).await?;
    } else {
        email_addresses::remove(tx, user_id, &old.email_key).await?;
    }
    let details = json!({ "email": [old.email, new.email] });
    audit::record(
        tx,
        AuditKind::PrimaryEmailChanged,
        origin,
        &user_id.to_string(),
        details,
        now,
    )
    .await?;
    Ok(true)
}

/// Takes an address from the account; false when it is the primary one, or none of the account's.
pub async fn remove(state: &State, actor: &Actor, email_key: &str) -> Result<bool, Fault> {
    let own = list(state, actor.user()).await?.own;
    let Some(address) = own.into_iter().find(|address| address.email_key == email_key) else {
        return Ok(false);
    };
    let now = state.clock.now();
    let message = Message::EmailRemoved {
        email: address.email.clone(),
        asked: actor.asked(now),
    };
    let unit = (address, state.write_letter(&message, &actor.locale), actor.by());
    let user_id = actor.user().id;
    let removed = state.db.write(unit, move |tx, (address, letter, origin)| {
        Box::pin(async move {
            users::hold(tx, user_id).await?;
            if !email_addresses::remove(tx, user_id, &address.email_key).await? {
                return Ok(false);
            }
            contact_proofs::cancel_sent_to(tx, &address.email_key, now).await?;
            let details = json!({ "email": address.email });
            audit::record(tx, AuditKind::EmailRemoved, origin, &origin.actor, details, now).await?;
            letters::promise(tx, &address.email, letter, now).await?;
            tell_primary(tx, user_id, letter, now).await?;
            Ok(true)
        })
    });
    Ok(removed.await?)
}

/// Takes back what waits for a code.
pub async fn cancel(state: &State, user: &User, email_key: &str) -> Result<(), Fault> {
    let (id, now) = (user.id, state.clock.now());
    let cancelled = state.db.write_one(email_key.to_owned(), move |tx, key| {
        Box::pin(contact_proofs::cancel(tx, id, Contact::Email, key, now))
    });
    Ok(cancelled.await?)
}

/// Whatever waits in a person's name for a code waits no more: to be called in the unit of a password reset, after which an
/// attacker's half-finished change must not be finished.
pub async fn drop_pending(tx: &mut Tx, user_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    contact_proofs::cancel_all(tx, user_id, now).await
}
