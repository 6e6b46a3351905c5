//! Redeeming a code: one unit of work that uses it up, judges it, and keeps what the client will come back with.

use serde_json::json;

use super::{answer, revocation_end, still_allowed};
use crate::crypto::{digest, random};
use crate::flow::Failure;
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::authorization::Authorization;
use crate::model::catalogue::Entitlements;
use crate::model::client::Client;
use crate::model::refresh::RefreshFamily;
use crate::model::secret::Digest;
use crate::model::user::User;
use crate::protocol::access_token::Subject;
use crate::protocol::error::OAuthError;
use crate::protocol::mappings;
use crate::protocol::token::TokenAnswer;
use crate::protocol::token::authorization_code::{self, Offline, Redemption};
use crate::protocol::trace::{Check, Trace};
use crate::state::State;
use crate::store::token_facts::About;
use crate::store::{StoreError, Tx, audit, authorization_codes, refresh_families, revocations, token_facts};

struct Unit {
    digest: Digest,
    redemption: Redemption,
    client: Client,
    origin: Origin,
    salt: Vec<u8>,
    now: Timestamp,
    idle_expires_at: Timestamp,
    expires_at: Timestamp,
    revocation_end: Timestamp,
}

enum Redeemed {
    Yes(Box<(Authorization, User, Entitlements, Option<RefreshFamily>)>),
    Refused(OAuthError),
}

pub(super) async fn run(
    state: &State,
    client: &Client,
    redemption: Redemption,
    origin: Origin,
    trace: &mut Trace,
) -> Result<TokenAnswer, Failure> {
    let now = state.clock.now();
    let unit = Unit {
        digest: digest::digest(&redemption.code),
        redemption,
        client: client.clone(),
        origin,
        salt: random::bytes::<32>().to_vec(),
        now,
        idle_expires_at: now + state.settings.tokens.refresh_idle(),
        expires_at: now + state.settings.tokens.refresh_absolute(),
        revocation_end: revocation_end(state),
    };
    // A unit may run more than once: it brings its own trace, and that of the last time counts.
    let judged = state.db.write(unit, |tx, unit| {
        Box::pin(async move {
            let mut trace = Trace::default();
            Ok((redeem(tx, unit, &mut trace).await?, trace))
        })
    });
    let (redeemed, judged) = judged.await?;
    trace.extend(judged);
    match redeemed {
        Redeemed::Refused(error) => Err(error.into()),
        Redeemed::Yes(redeemed) => {
            let (authorization, user, entitlements, family) = *redeemed;
            let scope = still_allowed(&authorization.scope, client);
            let subject = Subject {
                issuer: state.issuer(),
                client,
                authorization: &authorization,
                scope: &scope,
                user: &user,
                entitlements: &entitlements,
            };
            let refresh_token = family.map(|family| {
                state
                    .refresh_key
                    .token(authorization.grant_id, &family.salt, 0)
                    .expose()
                    .to_owned()
            });
            answer(state, &subject, authorization.nonce.clone(), refresh_token)
        }
    }
}

async fn redeem(tx: &mut Tx, unit: &Unit, trace: &mut Trace) -> Result<Redeemed, StoreError> {
    let Some((authorization, binding)) = authorization_codes::consume(tx, &unit.digest, unit.now).await? else {
        return presented_again(tx, unit, trace).await;
    };
    trace.pass(Check::Code);
    // From here on the code is used up, whatever is wrong with the request.
    let about = About {
        user_id: authorization.user_id,
        jti: "",
        issued_at: i64::MAX,
        grant: "",
        session_id: authorization.session_id,
        entitled: mappings::need_entitlements(&unit.client.metadata),
    };
    let facts = token_facts::find(tx, about, unit.now).await?;
    let (user, entitlements, session_live) = match facts {
        Some(facts) => (Some(facts.user), facts.entitlements, facts.session_live),
        None => (None, Entitlements::default(), false),
    };
    let client = &unit.client;
    let judged = authorization_code::judge(
        &authorization,
        &binding,
        &unit.redemption,
        client,
        user.as_ref(),
        session_live,
        trace,
    );
    let user = match (judged, user) {
        (Ok(()), Some(user)) => user,
        (judged, _) => {
            let details = json!({ "issued_to": authorization.client_id });
            misuse(tx, unit, &authorization.grant_id.to_string(), details).await?;
            return Ok(Redeemed::Refused(
                judged.err().unwrap_or_else(authorization_code::refused),
            ));
        }
    };
    let family = authorization_code::refresh_family(&authorization, client).map(|Offline(offline)| RefreshFamily {
        authorization: authorization.clone(),
        salt: unit.salt.clone(),
        generation: 0,
        rotated_at: unit.now,
        idle_expires_at: unit.idle_expires_at,
        expires_at: unit.expires_at,
        revoked_at: None,
        offline,
    });
    if let Some(family) = &family {
        refresh_families::insert(tx, family).await?;
    }
    Ok(Redeemed::Yes(Box::new((authorization, user, entitlements, family))))
}

/// RFC 6749 section 4.1.2: a code that comes twice was stolen by one of the two. Everything it led to dies.
async fn presented_again(tx: &mut Tx, unit: &Unit, trace: &mut Trace) -> Result<Redeemed, StoreError> {
    let used = authorization_codes::find_used(tx, &unit.digest).await?;
    let error = authorization_code::dead(used.is_some());
    trace.refuse(Check::Code, &error);
    if let Some(grant) = used {
        refresh_families::revoke(tx, grant, unit.now).await?;
        revocations::insert(tx, &grant.simple().to_string(), unit.revocation_end).await?;
        misuse(tx, unit, &grant.to_string(), json!({ "presented": "again" })).await?;
    }
    Ok(Redeemed::Refused(error))
}

async fn misuse(tx: &mut Tx, unit: &Unit, grant: &str, details: serde_json::Value) -> Result<(), StoreError> {
    audit::record(tx, AuditKind::CodeMisused, &unit.origin, grant, details, unit.now).await
}
