//! Using a refresh token: one unit of work in which of any number of callers one moves the family on.

use serde_json::json;

use super::{answer, revocation_end};
use crate::crypto::refresh::{self, PresentedRefresh, RefreshKey};
use crate::flow::Failure;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::catalogue::Entitlements;
use crate::model::client::Client;
use crate::model::refresh::RefreshFamily;
use crate::model::scope::Scope;
use crate::model::user::User;
use crate::protocol::access_token::Subject;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::mappings;
use crate::protocol::token::TokenAnswer;
use crate::protocol::token::refresh_token::{self, Fate, Renewal};
use crate::protocol::trace::{Check, Trace};
use crate::state::State;
use crate::store::refresh_families::{self, FamilyInUse};
use crate::store::{StoreError, Tx, audit, revocations};

struct Unit {
    presented: PresentedRefresh,
    renewal: Renewal,
    client: Client,
    origin: Origin,
    key: RefreshKey,
    retry: chrono::TimeDelta,
    now: Timestamp,
    idle_expires_at: Timestamp,
    revocation_end: Timestamp,
}

enum Renewed {
    Yes(Box<(RefreshFamily, User, Entitlements, Scope)>),
    Refused(OAuthError),
}

pub(super) async fn run(
    state: &State,
    client: &Client,
    renewal: Renewal,
    origin: Origin,
    trace: &mut Trace,
) -> Result<TokenAnswer, Failure> {
    let Some(presented) = refresh::parse(&renewal.token) else {
        let error = refresh_token::unknown();
        trace.refuse(Check::RefreshToken, &error);
        return Err(error.into());
    };
    let now = state.clock.now();
    let unit = Unit {
        presented,
        renewal,
        client: client.clone(),
        origin,
        key: state.refresh_key.clone(),
        retry: state.settings.tokens.refresh_retry(),
        now,
        idle_expires_at: now + state.settings.tokens.refresh_idle(),
        revocation_end: revocation_end(state),
    };
    let judged = state.db.write(unit, |tx, unit| {
        Box::pin(async move {
            let mut trace = Trace::default();
            Ok((renew(tx, unit, &mut trace).await?, trace))
        })
    });
    let (renewed, judged) = judged.await?;
    trace.extend(judged);
    match renewed {
        Renewed::Refused(error) => Err(error.into()),
        Renewed::Yes(renewed) => {
            let (family, user, entitlements, scope) = *renewed;
            let authorization = &family.authorization;
            let subject = Subject {
                issuer: state.issuer(),
                client,
                authorization,
                scope: &scope,
                user: &user,
                entitlements: &entitlements,
            };
            let generation = u32::try_from(family.generation).map_err(|_| refresh_token::refused())?;
            let token = state
                .refresh_key
                .token(authorization.grant_id, &family.salt, generation);
            answer(state, &subject, None, Some(token.expose().to_owned()))
        }
    }
}

async fn renew(tx: &mut Tx, unit: &Unit, trace: &mut Trace) -> Result<Renewed, StoreError> {
    let id = unit.presented.family;
    let mut refusal = refresh_token::unknown();
    let entitled = mappings::need_entitlements(&unit.client.metadata);
    // A second look when another caller moved the family on in between.
    for _ in 0..2 {
        let Some(found) = refresh_families::find_in_use(tx, id, entitled, unit.now).await? else {
            break;
        };
        let FamilyInUse {
            family,
            user,
            entitlements,
            session_live,
        } = found;
        if !unit.key.issued(&unit.presented, &family.salt) {
            break;
        }
        let fate = refresh_token::fate(&family, unit.presented.generation, &unit.client, unit.retry, unit.now);
        match fate {
            Fate::Refuse => {
                refusal = refresh_token::dead(&family, unit.now);
                break;
            }
            Fate::Revoke => return revoke(tx, unit, &family, trace).await,
            Fate::Rotate | Fate::Repeat => {}
        }
        // A second look begins anew.
        *trace = Trace::default();
        trace.pass(Check::RefreshToken);
        trace.pass(Check::RefreshReuse);
        let scope = refresh_token::scope(&family, &unit.renewal, &unit.client, &user, session_live);
        let check = match &scope {
            Err(error) if error.code == ErrorCode::InvalidGrant => Check::Person,
            _ => Check::Scope,
        };
        let scope = match trace.judge(check, scope) {
            Ok(scope) => scope,
            Err(error) => return Ok(Renewed::Refused(error)),
        };
        if fate == Fate::Repeat {
            return Ok(Renewed::Yes(Box::new((family, user, entitlements, scope))));
        }
        if let Some(family) =
            refresh_families::advance(tx, id, family.generation, unit.now, unit.idle_expires_at).await?
        {
            return Ok(Renewed::Yes(Box::new((family, user, entitlements, scope))));
        }
    }
    *trace = Trace::default();
    trace.refuse(Check::RefreshToken, &refusal);
    Ok(Renewed::Refused(refusal))
}

/// RFC 9700 section 4.14.2: the family dies, with every access token that it led to.
async fn revoke(tx: &mut Tx, unit: &Unit, family: &RefreshFamily, trace: &mut Trace) -> Result<Renewed, StoreError> {
    let error = refresh_token::reused(family, unit.presented.generation, &unit.client);
    *trace = Trace::default();
    trace.pass(Check::RefreshToken);
    trace.refuse(Check::RefreshReuse, &error);
    let grant = family.authorization.grant_id;
    refresh_families::revoke(tx, grant, unit.now).await?;
    revocations::insert(tx, &grant.simple().to_string(), unit.revocation_end).await?;
    let details = json!({ "presented": unit.presented.generation, "live": family.generation });
    audit::record(
        tx,
        AuditKind::RefreshReused,
        &unit.origin,
        &grant.to_string(),
        details,
        unit.now,
    )
    .await?;
    Ok(Renewed::Refused(error))
}
