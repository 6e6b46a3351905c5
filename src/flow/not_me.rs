//! "This was not me": the link in the mail about a sign-in with a new browser. Whoever follows it reads the mailbox that was
//! told; whoever signed in knew the password or had something else that is not theirs alone. So everything is taken back
//! that the sign-in gave, and what it may have been made to last with.

use serde_json::json;

use super::Fault;
use super::account::emails::drop_pending;
use super::account::password::end_grants;
use super::account::phone;
use super::alerts::Disowned;
use crate::crypto::digest;
use crate::identity::email;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::letter::Asked;
use crate::model::secret::Secret;
use crate::model::user::User;
use crate::state::{State, TOKEN_MEMORY};
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{
    StoreError, Tx, audit, devices, email_addresses, journeys, personal_data, sessions, take_back, users,
};

/// The sign-in that a link is about.
#[derive(Clone, Debug)]
pub struct Found {
    /// The address that was told.
    pub email: String,
    /// The browser, and when.
    pub asked: Asked,
}

impl From<&Disowned> for Found {
    fn from(link: &Disowned) -> Self {
        Self {
            email: link.email.clone(),
            asked: Asked {
                user_agent: link.user_agent.clone(),
                address: link.address.clone(),
                at: link.at,
            },
        }
    }
}

/// What a link would take back; `None` when it is used up, too old, or nonsense. Looking changes nothing: mail scanners look
/// too.
pub async fn look(state: &State, token: &Secret) -> Result<Option<Found>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { one_time_tokens::find::<Disowned>(tx, Purpose::NotMe, &digest, now).await })
    });
    Ok(found.await?.as_ref().map(Found::from))
}

/// Takes the sign-in back: every session and grant ends, the password goes (the next one is set by a reset), no browser is
/// trusted, half-finished changes die, and every factor, browser and address that joined since goes. The address that was told
/// becomes the primary one again if another took its place, and so does the phone number. `None` when the link is used up or too old.
pub async fn confirm(state: &State, token: &Secret, origin: Origin) -> Result<Option<Found>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let alive_until = now + TOKEN_MEMORY;
    let confirmed = state.db.write(origin, move |tx, origin| {
        Box::pin(async move {
            let Some(link) = one_time_tokens::consume::<Disowned>(tx, Purpose::NotMe, &digest, now).await? else {
                return Ok(None);
            };
            // Before anything is read: a change that is under way in one of the sessions must not come after.
            users::hold(tx, link.whose).await?;
            let Some(user) = users::find(tx, link.whose).await? else {
                return Ok(None);
            };
            sessions::end_all(tx, user.id, now).await?;
            end_grants(tx, user.id, alive_until, now).await?;
            journeys::end_all(tx, user.id).await?;
            drop_pending(tx, user.id, now).await?;
            personal_data::retire_links(tx, user.id).await?;
            devices::distrust_all(tx, user.id).await?;
            restore_address(tx, &user, &link, now).await?;
            let phone = match &link.phone {
                Some(held) => phone::put_back(tx, user.id, held, now).await?,
                None => false,
            };
            let gone = take_back::since(tx, user.id, link.at, now).await?;
            // A deletion that was asked for by whoever signed in.
            users::keep(tx, user.id, now).await?;
            let details = json!({
                "signed_in_at": link.at.to_rfc3339(),
                "password": gone.password,
                "factors": gone.factors,
                "devices": gone.devices,
                "addresses": gone.addresses,
                "phone": phone,
            });
            let origin = origin.by(user.subject());
            audit::record(tx, AuditKind::SignInDisowned, &origin, &origin.actor, details, now).await?;
            Ok(Some(Found::from(&link)))
        })
    });
    Ok(confirmed.await?)
}

/// Whoever follows the link reads this mailbox, and it was the account's before the sign-in. If it became somebody else's
/// meanwhile, it stays theirs.
async fn restore_address(tx: &mut Tx, user: &User, link: &Disowned, now: Timestamp) -> Result<(), StoreError> {
    if user.email == link.email {
        return Ok(());
    }
    let Ok(told) = email::parse(&link.email) else {
        return Ok(());
    };
    email_addresses::add(tx, user.id, &told, now).await?;
    match email_addresses::owner(tx, told.key()).await? {
        Some((owner, _)) if owner == user.id => users::set_primary_email(tx, user.id, &told, now).await,
        _ => Ok(()),
    }
}
