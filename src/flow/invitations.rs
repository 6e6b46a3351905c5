//! Invitations: whoever may invite names an address, a role and a plan; a link goes there by mail, and nowhere else, so that
//! it also shows that mail arrives. The account that comes of it has that address.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::catalogue::{Defaults, NotGiven, hold_given};
use super::{Fault, admission, letters};
use crate::crypto::{digest, random};
use crate::identity::admission::{Occasion, Refusal};
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::invitation::Invitation;
use crate::model::letter::Message;
use crate::model::permission::Authority;
use crate::model::secret::{Digest, Secret};
use crate::settings::is_name;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, email_addresses, invitations};

/// The longest that an invitation may be open.
pub const LONGEST: TimeDelta = TimeDelta::days(90);

/// An invitation that is about to be sent.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The address, as typed.
    pub email: String,
    /// The role of the account; the default one where `None`. Whoever invites must hold the right to give it.
    pub role: Option<String>,
    /// The plan of the account; the default one where `None`.
    pub plan: Option<String>,
    /// How long it is open.
    pub life: TimeDelta,
    /// The language of the mail: a BCP 47 tag.
    pub locale: String,
}

/// Why nobody is invited, or no invitation taken back. For whoever may invite, who may know.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not an address.
    #[error("not an e-mail address")]
    Email,
    /// The address has an account.
    #[error("an account with this address exists")]
    Taken,
    /// Letters, digits and `_-.:`.
    #[error("a role or plan is 1 to 64 letters, digits, _ - . :, and not dots alone")]
    Name,
    /// See [`NotGiven`].
    #[error(transparent)]
    NotGiven(#[from] NotGiven),
    /// No time, or too long a one.
    #[error("an invitation is open for 1 to 90 days")]
    Life,
    /// See [`Refusal`].
    #[error(transparent)]
    NotAdmitted(#[from] Refusal),
    /// There is no open invitation.
    #[error("there is no such open invitation")]
    Unknown,
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Invites. The open invitation to the same address, if there is one, is worth nothing from then on.
/// Nobody promises a role that administers more than they do.
pub async fn invite(
    state: &State,
    new: NewInvitation,
    giver: &Authority,
    origin: &Origin,
) -> Result<Invitation, Refused> {
    let email = email::parse(&new.email).map_err(|_| Refused::Email)?;
    admission::judge(state, Occasion::Invitation, &email)?;
    let accounts = &state.settings.accounts;
    let role = new.role.unwrap_or_else(|| accounts.default_role.clone());
    let plan = new.plan.unwrap_or_else(|| accounts.default_plan.clone());
    if !is_name(&role) || !is_name(&plan) {
        return Err(Refused::Name);
    }
    if new.life <= TimeDelta::zero() || new.life > LONGEST {
        return Err(Refused::Life);
    }
    let (now, secret) = (state.clock.now(), random::secret(random::prefix::LINK));
    let invitation = Invitation {
        id: random::uuid_at(now),
        email: email.address().to_owned(),
        email_key: email.key().to_owned(),
        role,
        plan,
        invited_by: origin.actor.clone(),
        created_at: now,
        expires_at: now + new.life,
        consumed_at: None,
    };
    let message = Message::Invitation {
        link: format!("{}/sign-up?invitation={}", state.issuer(), secret.expose()),
        valid_for: new.life.num_seconds().unsigned_abs(),
    };
    let letter = state.write_letter(&message, &new.locale);
    let given = (Defaults::of(&state.settings), giver.clone());
    let unit = (
        invitation.clone(),
        digest::digest(&secret),
        letter,
        given,
        origin.clone(),
    );
    let stored = state
        .db
        .write(
            unit,
            move |tx, (invitation, digest, letter, (defaults, giver), origin)| {
                Box::pin(async move {
                    let (role, plan) = (&invitation.role, &invitation.plan);
                    if let Err(refused) = hold_given(tx, defaults, role, plan, giver).await? {
                        return Ok(Err(Refused::from(refused)));
                    }
                    if email_addresses::owner(tx, &invitation.email_key).await?.is_some() {
                        return Ok(Err(Refused::Taken));
                    }
                    invitations::put(tx, invitation, digest).await?;
                    let details = json!({ "role": invitation.role, "plan": invitation.plan });
                    let target = invitation.id.to_string();
                    audit::record(tx, AuditKind::InvitationCreated, origin, &target, details, now).await?;
                    letters::promise(tx, &invitation.email, letter, now).await?;
                    Ok(Ok(()))
                })
            },
        )
        .await?;
    stored.map(|()| invitation)
}

/// The newest invitations, whatever became of them.
pub async fn list(state: &State, limit: u16) -> Result<Vec<Invitation>, Fault> {
    // Whatever is open was made before it ends.
    let before = (state.clock.now() + LONGEST, Uuid::max());
    let listed = state
        .db
        .read((), move |tx, ()| Box::pin(invitations::page(tx, before, limit.into())));
    Ok(listed.await?)
}

/// Takes the open invitation back that an id or an address names.
pub async fn revoke(state: &State, name: &str, origin: &Origin) -> Result<(), Refused> {
    let now = state.clock.now();
    let revoked = state
        .db
        .write((name.to_owned(), origin.clone()), move |tx, (name, origin)| {
            Box::pin(async move {
                let (revoked, target) = match Uuid::parse_str(name) {
                    Ok(id) => (invitations::revoke(tx, id).await?, id.to_string()),
                    Err(_) => {
                        let key = email::key_of(name);
                        (invitations::revoke_to(tx, &key).await?, key)
                    }
                };
                if revoked {
                    audit::record(tx, AuditKind::InvitationRevoked, origin, &target, json!({}), now).await?;
                }
                Ok(revoked)
            })
        })
        .await?;
    match revoked {
        true => Ok(()),
        false => Err(Refused::Unknown),
    }
}

/// The open invitation of a link, for the page that it leads to. Looking changes nothing.
pub async fn look(state: &State, token: &Secret) -> Result<Option<Invitation>, Fault> {
    if admission::may_come(state, Occasion::Invitation).is_err() {
        return Ok(None);
    }
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { invitations::find(tx, &digest, now).await })
    });
    Ok(found.await?)
}

/// Uses the invitation of a link up, in the unit that makes the account; see [`accept_by_id`].
pub async fn accept(
    tx: &mut Tx,
    digest: &Digest,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<Invitation>, StoreError> {
    match invitations::find(tx, digest, now).await? {
        Some(invitation) => use_up(tx, invitation, email_key, now).await,
        None => Ok(None),
    }
}

/// Uses an invitation up, in the unit that makes the account: of any number of callers one gets it. `None`, and nothing is
/// used up, when it is over, was taken back or replaced, or is another address's: a link that was handed on is worth nothing
/// (EV-14). The role and the plan of the account are those of the invitation.
pub async fn accept_by_id(
    tx: &mut Tx,
    id: Uuid,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<Invitation>, StoreError> {
    match invitations::find_by_id(tx, id, now).await? {
        Some(invitation) => use_up(tx, invitation, email_key, now).await,
        None => Ok(None),
    }
}

async fn use_up(
    tx: &mut Tx,
    invitation: Invitation,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<Invitation>, StoreError> {
    // The address of an invitation never changes, so that the two statements cannot disagree.
    if invitation.email_key != email_key || !invitations::consume(tx, invitation.id, now).await? {
        return Ok(None);
    }
    let (origin, target) = (Origin::default(), invitation.id.to_string());
    audit::record(tx, AuditKind::InvitationAccepted, &origin, &target, json!({}), now).await?;
    Ok(Some(invitation))
}
