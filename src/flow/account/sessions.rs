//! Where a person is signed in and which applications know them; ends either.

use serde_json::json;
use uuid::Uuid;

use super::super::Fault;
use super::Actor;
use crate::model::audit::{AuditKind, Origin};
use crate::model::session::Session;
use crate::model::user::User;
use crate::state::{State, TOKEN_MEMORY};
use crate::store::consents::{self, ConnectedApp};
use crate::store::{audit, authorization_codes, refresh_families, revocations, sessions};

/// The page's facts.
pub struct Overview {
    /// Live sessions, newest first.
    pub sessions: Vec<Session>,
    /// Applications that were allowed something.
    pub apps: Vec<ConnectedApp>,
}

/// Gathers them.
pub async fn overview(state: &State, user: &User) -> Result<Overview, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let gathered = state.db.read((), move |tx, ()| {
        Box::pin(async move {
            let sessions = sessions::list_live(tx, id, now).await?;
            let apps = consents::list(tx, id).await?;
            Ok(Overview { sessions, apps })
        })
    });
    Ok(gathered.await?)
}

/// Ends one of the person's sessions; another person's are not found.
pub async fn end_session(state: &State, user: &User, session: Uuid, origin: &Origin) -> Result<bool, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let ended = state.db.write(origin.by(user.subject()), move |tx, origin| {
        Box::pin(async move {
            let ended = sessions::end(tx, session, id, now).await?;
            if ended {
                let target = session.to_string();
                audit::record(tx, AuditKind::SessionEnded, origin, &target, json!({}), now).await?;
            }
            Ok(ended)
        })
    });
    Ok(ended.await?)
}

/// How many sessions are ended at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All but the one that asks.
    Others,
    /// The one that asks too.
    All,
}

/// Signs a person out in many browsers at once. Applications that were allowed to go on without a session do.
pub async fn end_many(state: &State, actor: &Actor, which: Which) -> Result<u64, Fault> {
    let (id, session, now) = (actor.user().id, actor.signed_in.session.id, state.clock.now());
    let ended = state.db.write(actor.by(), move |tx, origin| {
        Box::pin(async move {
            let ended = match which {
                Which::Others => sessions::end_others(tx, id, session, now).await?,
                Which::All => sessions::end_all(tx, id, now).await?,
            };
            if ended > 0 {
                let details = json!({ "sessions": ended });
                audit::record(tx, AuditKind::SessionEnded, origin, &origin.actor, details, now).await?;
            }
            Ok(ended)
        })
    });
    Ok(ended.await?)
}

/// Takes back what an application was allowed: its codes, refresh tokens and access tokens for this person die.
pub async fn revoke_app(state: &State, user: &User, client_id: &str, origin: &Origin) -> Result<bool, Fault> {
    revoke_app_by(state, user, client_id, origin.by(user.subject())).await
}

/// The same, by whoever the origin names.
pub async fn revoke_app_by(state: &State, user: &User, client_id: &str, origin: Origin) -> Result<bool, Fault> {
    let (id, now) = (user.id, state.clock.now());
    let lifetime = TOKEN_MEMORY;
    let (issued_from, alive_until) = (now - lifetime, now + lifetime);
    let unit = (client_id.to_owned(), origin);
    let revoked = state.db.write(unit, move |tx, (client_id, origin)| {
        Box::pin(async move {
            if !consents::revoke(tx, id, client_id).await? {
                return Ok(false);
            }
            authorization_codes::delete_for_consent(tx, id, client_id).await?;
            // A client without refresh tokens has no families: its access tokens live by the codes alone.
            let mut grants = authorization_codes::granted_since(tx, id, client_id, issued_from).await?;
            grants.extend(refresh_families::revoke_for_consent(tx, id, client_id, now).await?);
            for grant in grants {
                revocations::insert(tx, &grant.simple().to_string(), alive_until).await?;
            }
            let details = json!({ "user": id });
            audit::record(tx, AuditKind::ConsentRevoked, origin, client_id, details, now).await?;
            Ok(true)
        })
    });
    Ok(revoked.await?)
}
