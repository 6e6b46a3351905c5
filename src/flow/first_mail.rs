//! The moment at which mail is first shown to arrive at the address of an account (SECURITY-CASES EV-01, EV-02). Whoever made
//! the account may have typed somebody else's address and be waiting for that person to move in. So whoever comes by mail
//! alone takes the account over as it stands, without the password, sessions and addresses of whoever was there before.
//!
//! Who has shown the password, or has a session, is the one who was there: nothing is taken from them. An account with second
//! factors is entered by whoever has them and by nobody else, and mail alone verifies nothing there: the address would become
//! one of somebody who may not read it.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::account::password::end_grants;
use super::account::phone;
use super::factors::Spend;
use crate::model::Timestamp;
use crate::model::account::Account;
use crate::model::audit::{AuditKind, Origin};
use crate::model::user::User;
use crate::state::{State, TOKEN_MEMORY};
use crate::store::{StoreError, Tx, accounts, audit, journeys, personal_data, sessions, take_back, users};

/// Whether mail to an account is proved for the first time, by somebody who has shown nothing else.
pub(super) fn is_first(account: &Account) -> bool {
    !account.user.email_verified && account.totp_credentials == 0 && account.passkeys == 0
}

/// What the first proof brings, for the unit that uses it up.
pub(super) fn taking_over(state: &State, account: &mut Account, origin: &Origin) -> Spend {
    account.user.email_verified = true;
    account.phc = None;
    account.password_change_required = false;
    let now = state.clock.now();
    let alive_until = now + TOKEN_MEMORY;
    let input = Arc::new((account.user.clone(), origin.by(account.user.subject())));
    Arc::new(move |tx| {
        let input = Arc::clone(&input);
        Box::pin(async move {
            let (user, origin) = &*input;
            take_over(tx, user, origin, alive_until, now).await?;
            Ok(true)
        })
    })
}

/// Verifies the address and takes everything from the account that was there before.
pub(super) async fn take_over(
    tx: &mut Tx,
    user: &User,
    origin: &Origin,
    alive_until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    users::hold(tx, user.id).await?;
    // Somebody may have verified it meanwhile, or added a factor.
    if !still_first(tx, user.id).await? || !users::set_email_verified(tx, user.id, &user.email, now).await? {
        return Ok(());
    }
    sessions::end_all(tx, user.id, now).await?;
    end_grants(tx, user.id, alive_until, now).await?;
    journeys::end_all(tx, user.id).await?;
    super::account::emails::drop_pending(tx, user.id, now).await?;
    personal_data::retire_links(tx, user.id).await?;
    let gone = take_back::since(tx, user.id, Timestamp::UNIX_EPOCH, now).await?;
    // The number stays for whoever is asked about it, an administrator may have given it; but it is not known to be theirs.
    let phone = phone::doubt(tx, user.id, now).await?;
    let details = json!({
        "password": gone.password, "devices": gone.devices, "addresses": gone.addresses, "factors": gone.factors, "phone": phone,
    });
    audit::record(tx, AuditKind::EmailVerified, origin, &origin.actor, details, now).await
}

async fn still_first(tx: &mut Tx, id: Uuid) -> Result<bool, StoreError> {
    Ok(accounts::find(tx, id).await?.is_some_and(|account| is_first(&account)))
}
