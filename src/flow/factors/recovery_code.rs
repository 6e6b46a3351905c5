//! Recovery codes: for when every other factor is out of reach.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Answer, Check, Context, Factor, Proved, Refusal, Spend, guess};
use crate::crypto::random;
use crate::flow::{Fault, letters};
use crate::identity::assurance;
use crate::identity::recovery_codes::{self, RecoveryKey};
use crate::model::account::Account;
use crate::model::audit::AuditKind;
use crate::model::journey::Proof;
use crate::model::letter::Message;
use crate::model::secret::Digest;
use crate::state::State;
use crate::store::{audit, recovery_codes as codes};

/// See the module.
pub struct RecoveryCode;

impl Factor for RecoveryCode {
    fn name(&self) -> &'static str {
        "recovery_code"
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_ONE_TIME_CODE]
    }

    /// Only beside another one: codes alone are what is left of a factor that was removed.
    fn is_second_of(&self, account: &Account) -> bool {
        account.recovery_codes > 0
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(check(context, answer))
    }
}

fn key(state: &State) -> RecoveryKey {
    RecoveryKey::new(state.master_key.derive(recovery_codes::PURPOSE))
}

async fn check(context: Context<'_>, answer: &Answer) -> Result<Check, Fault> {
    let (state, Some(account)) = (context.state, context.account) else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    if answer.code.expose().trim().is_empty() {
        return Ok(Check::Wrong(Refusal::Missing));
    }
    let (user_id, now) = (account.user.id, state.clock.now());
    let budget = match guess::begin(context, user_id).await? {
        Ok(budget) => budget,
        Err(refusal) => return Ok(Check::Wrong(refusal)),
    };
    let digest = key(state).digest(user_id, answer.code.expose());
    let known = match digest {
        Some(digest) => {
            state
                .db
                .read((), move |tx, ()| {
                    Box::pin(async move { codes::is_unused(tx, user_id, &digest, now).await })
                })
                .await?
        }
        None => false,
    };
    let (Some(digest), true) = (digest, known) else {
        guess::failed(context, user_id).await?;
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    let left = u64::try_from(account.recovery_codes - 1).unwrap_or_default();
    let asked = super::codes::asked(context);
    let locale = account.user.claims.get_str("locale").unwrap_or(context.locale);
    let letter = state.write_letter(&Message::RecoveryCodeUsed { left, asked }, locale);
    let origin = context.visitor.origin.by(account.user.subject());
    let told = Arc::new((account.user.email.clone(), letter, origin));
    Ok(Check::Right(Box::new(Proved {
        account: account.clone(),
        proof: Proof {
            factor: "recovery_code".to_owned(),
            amr: vec![assurance::AMR_ONE_TIME_CODE.to_owned()],
            at: now,
        },
        spend: Arc::new(move |tx| {
            let (budget, told) = (budget.clone(), Arc::clone(&told));
            Box::pin(async move {
                if !codes::spend(tx, user_id, &digest, now).await? {
                    return Ok(false);
                }
                budget.clear(tx).await?;
                let details = serde_json::json!({ "left": left });
                audit::record(tx, AuditKind::RecoveryCodeUsed, &told.2, &told.2.actor, details, now).await?;
                letters::promise(tx, &told.0, &told.1, now).await?;
                Ok(true)
            })
        }),
    })))
}

/// New codes, and what stores them in place of the old ones.
pub struct NewCodes {
    /// The codes, one a line.
    pub plain: String,
    /// Stores their digests.
    pub store: Spend,
}

/// Makes new codes for an account.
pub fn new_codes(state: &State, account: &Account) -> NewCodes {
    let (key, user_id, now) = (key(state), account.user.id, state.clock.now());
    let plain: Vec<_> = (0..recovery_codes::COUNT)
        .map(|_| recovery_codes::code(&random::bytes()))
        .collect();
    let digests: Arc<Vec<Digest>> = Arc::new(
        plain
            .iter()
            .filter_map(|code| key.digest(user_id, code.expose()))
            .collect(),
    );
    NewCodes {
        plain: plain
            .iter()
            .map(crate::model::secret::Secret::expose)
            .collect::<Vec<_>>()
            .join("\n"),
        store: Arc::new(move |tx| {
            let digests = Arc::clone(&digests);
            Box::pin(async move { codes::replace_all(tx, user_id, &digests, now).await.map(|()| true) })
        }),
    }
}

/// Codes for an account that has just got its first second factor and none yet.
pub async fn first_codes(context: Context<'_>, account: &Account) -> Result<Option<NewCodes>, Fault> {
    let offered = context.state.settings.second_factor.offers("recovery_code");
    Ok((offered && account.recovery_codes == 0).then(|| new_codes(context.state, account)))
}
