//! An authenticator app: RFC 6238.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Answer, Check, Confirmed, Context, Enrol, Factor, Own, Proved, Refusal, Setup, added, guess};
use crate::crypto::random;
use crate::flow::Fault;
use crate::identity::assurance;
use crate::identity::totp::{Owner, TotpSecret};
use crate::model::account::Account;
use crate::model::journey::{Enrolment, Proof};
use crate::model::letter::FactorNoun;
use crate::model::totp::TotpCredential;
use crate::store::{StoreError, Tx, totp_credentials};

/// See the module.
pub struct Totp;

const NAME: &str = "totp";

impl Factor for Totp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_ONE_TIME_CODE]
    }

    fn is_second_of(&self, account: &Account) -> bool {
        account.totp_credentials > 0
    }

    fn enrolment(&self) -> Option<&dyn Enrol> {
        Some(self)
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(check(context, answer))
    }
}

fn proof(context: Context<'_>) -> Proof {
    Proof {
        factor: NAME.to_owned(),
        amr: vec![assurance::AMR_ONE_TIME_CODE.to_owned()],
        at: context.state.clock.now(),
    }
}

async fn check(context: Context<'_>, answer: &Answer) -> Result<Check, Fault> {
    let (state, Some(account)) = (context.state, context.account) else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    if answer.code.expose().trim().is_empty() {
        return Ok(Check::Wrong(Refusal::Missing));
    }
    let user_id = account.user.id;
    let budget = match guess::begin(context, user_id).await? {
        Ok(budget) => budget,
        Err(refusal) => return Ok(Check::Wrong(refusal)),
    };
    let apps = state
        .db
        .read((), move |tx, ()| Box::pin(totp_credentials::list(tx, user_id)))
        .await?;
    let now = state.clock.now();
    let matching = apps.iter().find_map(|app| {
        let owner = Owner {
            user_id,
            credential_id: app.id,
        };
        let secret = TotpSecret::open(&state.master_key, owner, &app.sealed).ok()?;
        Some((app.id, secret.matching_step(answer.code.expose(), now)?))
    });
    let Some((id, step)) = matching else {
        guess::failed(context, user_id).await?;
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    Ok(Check::Right(Box::new(Proved {
        account: account.clone(),
        proof: proof(context),
        spend: Arc::new(move |tx| {
            let budget = budget.clone();
            Box::pin(async move {
                // A code of this step or an older one was used: it is no proof, and no reason to forget failures.
                if !totp_credentials::spend(tx, id, user_id, step, now).await? {
                    return Ok(false);
                }
                budget.clear(tx).await?;
                Ok(true)
            })
        }),
    })))
}

/// What waits until a first code has confirmed it.
#[derive(Serialize, Deserialize)]
struct Begun {
    id: Uuid,
    /// The secret, sealed for its owner, in base64.
    secret: String,
}

impl Begun {
    fn read(enrolment: &Enrolment) -> Result<Self, Fault> {
        serde_json::from_str(&enrolment.sealed).map_err(|error| Fault::Internal(error.to_string()))
    }

    fn open(&self, context: Context<'_>, user_id: Uuid) -> Result<(TotpSecret, Vec<u8>), Fault> {
        let sealed = STANDARD
            .decode(&self.secret)
            .map_err(|error| Fault::Internal(error.to_string()))?;
        let owner = Owner {
            user_id,
            credential_id: self.id,
        };
        let secret = TotpSecret::open(&context.state.master_key, owner, &sealed)
            .map_err(|error| Fault::Internal(error.to_string()))?;
        Ok((secret, sealed))
    }
}

impl Enrol for Totp {
    fn begin<'a>(
        &'a self,
        context: Context<'a>,
        _answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Result<Enrolment, Refusal>, Fault>> {
        Box::pin(async move {
            let Some(account) = context.account else {
                return Ok(Err(Refusal::Wrong));
            };
            if account.totp_credentials >= totp_credentials::LIMIT {
                return Ok(Err(Refusal::TooMany));
            }
            let id = random::uuid();
            let owner = Owner {
                user_id: account.user.id,
                credential_id: id,
            };
            let sealed = TotpSecret::new(random::bytes())
                .seal(&context.state.master_key, owner)
                .map_err(|error| Fault::Internal(error.to_string()))?;
            let begun = Begun {
                id,
                secret: STANDARD.encode(sealed),
            };
            Ok(Ok(Enrolment {
                factor: NAME.to_owned(),
                sealed: serde_json::to_string(&begun).map_err(|error| Fault::Internal(error.to_string()))?,
            }))
        })
    }

    fn setup<'a>(&'a self, context: Context<'a>, begun: &'a Enrolment) -> BoxFuture<'a, Result<Setup, Fault>> {
        Box::pin(async move {
            let Some(account) = context.account else {
                return Err(Fault::Internal("a factor of nobody".to_owned()));
            };
            let (secret, _) = Begun::read(begun)?.open(context, account.user.id)?;
            let issuer = &context.state.settings.branding.name;
            Ok(Setup::Key {
                key: secret.to_text(),
                qr: secret.to_qr(issuer, &account.user.email).unwrap_or_default(),
            })
        })
    }

    fn confirm<'a>(
        &'a self,
        context: Context<'a>,
        begun: &'a Enrolment,
        answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Confirmed, Fault>> {
        Box::pin(async move {
            let Some(account) = context.account else {
                return Ok(Confirmed::Wrong(Refusal::Wrong));
            };
            if answer.code.expose().trim().is_empty() {
                return Ok(Confirmed::Wrong(Refusal::Missing));
            }
            let user_id = account.user.id;
            let begun = Begun::read(begun)?;
            let (secret, sealed) = begun.open(context, user_id)?;
            let now = context.state.clock.now();
            let Some(step) = secret.matching_step(answer.code.expose(), now) else {
                return Ok(Confirmed::Wrong(Refusal::Wrong));
            };
            let app = TotpCredential {
                id: begun.id,
                user_id,
                name: super::named(&answer.name),
                sealed,
                created_at: now,
                last_used_at: None,
            };
            let mut account = account.clone();
            account.totp_credentials += 1;
            let note = added(context, &account, FactorNoun::Totp);
            Ok(Confirmed::Added(Box::new(Proved {
                account,
                proof: proof(context),
                spend: Arc::new(move |tx| {
                    let (app, note) = (app.clone(), Arc::clone(&note));
                    Box::pin(async move {
                        let stored = totp_credentials::insert_unconfirmed(tx, &app).await?
                            && totp_credentials::confirm(tx, app.id, user_id, step, now).await?;
                        Ok(stored && note(tx).await?)
                    })
                }),
            })))
        })
    }

    fn noun(&self) -> FactorNoun {
        FactorNoun::Totp
    }

    fn list<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<Vec<Own>, StoreError>> {
        Box::pin(async move {
            let apps = totp_credentials::list(tx, user_id).await?.into_iter();
            let own = apps.map(|app| Own {
                factor: NAME,
                id: app.id.to_string(),
                name: app.name,
                renamable: true,
                created_at: app.created_at,
                last_used_at: app.last_used_at,
            });
            Ok(own.collect())
        })
    }

    fn rename<'a>(
        &'a self,
        tx: &'a mut Tx,
        user_id: Uuid,
        id: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            match Uuid::parse_str(id) {
                Ok(id) => totp_credentials::rename(tx, id, user_id, name).await,
                Err(_) => Ok(false),
            }
        })
    }

    fn remove<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid, id: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            match Uuid::parse_str(id) {
                Ok(id) => totp_credentials::remove(tx, id, user_id).await,
                Err(_) => Ok(false),
            }
        })
    }

    fn remove_all<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { totp_credentials::remove_all(tx, user_id).await.map(drop) })
    }
}
