//! Finds out who administers: by a key, by an access token with administrative scopes, or by the session of a browser.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::administrator::{Administrator, Kind};
use super::refused::Refused;
use crate::crypto::digest;
use crate::crypto::random::prefix;
use crate::flow::journey::{self, Reach};
use crate::flow::{Fault, account, bearer, roles};
use crate::identity::assurance::{self, AMR_PASSWORD};
use crate::model::secret::Digest;
use crate::model::user::User;
use crate::settings::{AdministratorFactor, SecondFactorPolicy};
use crate::state::State;
use crate::store::api_keys;

/// How stale the note of a key's last use may be.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What a caller shows.
#[derive(Clone, Copy, Debug)]
pub enum Credentials<'a> {
    /// What follows `Bearer` in the `Authorization` header (RFC 6750 section 2.1): a key, or an access token.
    Bearer(&'a str),
    /// The digest of the session cookie of a browser; who asks has made sure that a page of ours sent it.
    Session(Digest),
}

/// Finds out who it is. Whether they may do anything is another question.
///
/// # Errors
/// [`super::Code::Unauthenticated`]: nobody that is known here.
pub async fn identify(state: &State, credentials: Credentials<'_>, address: IpAddr) -> Result<Administrator, Refused> {
    let found = match credentials {
        Credentials::Bearer(key) if key.starts_with(prefix::API_KEY) => by_key(state, key, address).await?,
        Credentials::Bearer(token) => by_token(state, token).await?,
        Credentials::Session(session) => by_session(state, session).await?,
    };
    found.ok_or_else(Refused::nobody)
}

async fn by_key(state: &State, key: &str, address: IpAddr) -> Result<Option<Administrator>, Fault> {
    let (digest, now) = (digest::of_text(key), state.clock.now());
    let found = state.db.read((), move |tx, ()| {
        Box::pin(async move { api_keys::find_live(tx, &digest, now).await })
    });
    let Some(key) = found.await?.filter(|key| key.admits(address)) else {
        return Ok(None);
    };
    if key.last_used_at.is_none_or(|last| now - last >= NOTE_EVERY) {
        let (id, address) = (key.id, address.to_string());
        let noted = state.db.write_one(address, move |tx, address| {
            Box::pin(api_keys::used(tx, id, now, address))
        });
        noted.await?;
    }
    Ok(Some(Administrator::new(Kind::ApiKey(key.id), key.permissions)))
}

async fn by_token(state: &State, token: &str) -> Result<Option<Administrator>, Fault> {
    let Some(bearer) = bearer::find(state, token).await? else {
        return Ok(None);
    };
    let claims = &bearer.claims;
    // A token for another service is none for this one (RFC 9068 section 4).
    if !claims.aud.iter().any(|audience| audience == state.issuer()) {
        return Ok(None);
    }
    let kind = match &bearer.user {
        Some(user) => Kind::Person(user.id),
        None => Kind::Client(claims.client_id.clone()),
    };
    let weak = match &bearer.user {
        Some(user) => lacks_second_factor(state, user, claims.acr.as_deref(), &[AMR_PASSWORD.to_owned()]).await?,
        None => false,
    };
    // The scope says what the application may do, the role what the person may do at all.
    Ok(Some(Administrator::new(kind, bearer.authority()).weak(weak)))
}

async fn by_session(state: &State, session: Digest) -> Result<Option<Administrator>, Fault> {
    let signed_in = account::who(state, Some(session)).await?;
    let Some(signed_in) = signed_in else { return Ok(None) };
    let stale = !signed_in.is_fresh(state.clock.now());
    let (user, amr) = (&signed_in.user, &signed_in.session.amr);
    let weak = lacks_second_factor(state, user, Some(assurance::acr(amr)), amr).await?;
    let authority = roles::authority(state, user).await?;
    let administrator = Administrator::new(Kind::Person(user.id), authority);
    Ok(Some(administrator.stale(stale).weak(weak)))
}

/// Whether a person has yet to show the second factor that administrators must, beside the methods that were shown. What cannot
/// be had here is not asked for.
pub async fn lacks_second_factor(
    state: &State,
    user: &User,
    acr: Option<&str>,
    shown: &[String],
) -> Result<bool, Fault> {
    let settings = &state.settings.second_factor;
    if settings.administrators == AdministratorFactor::Off
        || settings.policy == SecondFactorPolicy::Off
        || acr.is_some_and(|acr| assurance::satisfies(acr, assurance::TWO_FACTORS))
    {
        return Ok(false);
    }
    let wanted = [assurance::TWO_FACTORS.to_owned()];
    Ok(match journey::reach_of(state, user.id, shown, &wanted).await? {
        Reach::Owned => true,
        Reach::ToBeSetUp => settings.administrators == AdministratorFactor::Required,
        Reach::No => false,
    })
}
