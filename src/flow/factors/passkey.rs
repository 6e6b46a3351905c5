//! A passkey or security key: Web Authentication Level 3. By itself it is discovered, so that nothing depends on an identifier
//! and nobody learns who has one; beside another factor it is one of the account's.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Check, Confirmed, Context, Enrol, Factor, Own, Prompt, Proved, Refusal, Setup, added};
use crate::crypto::passkeys::{self as ceremony, PasskeyError, RelyingParty};
use crate::crypto::random;
use crate::flow::Fault;
use crate::identity::assurance::{self, Proof as Shown};
use crate::model::account::Account;
use crate::model::journey::{Enrolment, Proof};
use crate::model::letter::FactorNoun;
use crate::model::passkey::{Passkey as Credential, PasskeyUse};
use crate::store::challenges::{self, NewChallenge, Purpose};
use crate::store::{StoreError, Tx, accounts, passkeys};

/// See the module.
pub struct Passkey;

const NAME: &str = "passkey";

#[derive(Serialize, Deserialize)]
struct Payload {
    options: Value,
    state: Value,
}

impl Factor for Passkey {
    fn name(&self) -> &'static str {
        NAME
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_HARDWARE_KEY]
    }

    fn is_first(&self) -> bool {
        true
    }

    fn is_discoverable(&self) -> bool {
        true
    }

    fn is_second_of(&self, account: &Account) -> bool {
        account.passkeys > 0
    }

    fn enrolment(&self) -> Option<&dyn Enrol> {
        Some(self)
    }

    fn begin<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Result<Option<Uuid>, Refusal>, Fault>> {
        Box::pin(begin(context))
    }

    fn prompt<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Prompt, Fault>> {
        Box::pin(async move {
            let Some(id) = context.journey.facts.challenge else {
                return Ok(Prompt::Nothing);
            };
            let now = context.state.clock.now();
            let found = context
                .state
                .db
                .read(context.journey.id.to_string(), move |tx, owner| {
                    Box::pin(challenges::peek(tx, id, owner, Purpose::UsePasskey, now))
                })
                .await?;
            Ok(match found {
                Some(payload) => Prompt::Credential(read(payload)?.options),
                None => Prompt::Nothing,
            })
        })
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(check(context, answer))
    }
}

fn read(payload: Value) -> Result<Payload, Fault> {
    serde_json::from_value(payload).map_err(|error| Fault::Internal(error.to_string()))
}

fn relying_party(context: Context<'_>) -> Result<RelyingParty, Fault> {
    let settings = &context.state.settings;
    let headless = &settings.headless;
    RelyingParty::shared(
        settings.issuer(),
        &settings.branding.name,
        &headless.passkey_domain,
        &headless.origins,
    )
    .map_err(|error| Fault::Internal(error.to_string()))
}

/// Makes a challenge.
async fn begin(context: Context<'_>) -> Result<Result<Option<Uuid>, Refusal>, Fault> {
    let (state, journey) = (context.state, context.journey);
    let party = relying_party(context)?;
    let begun = match journey.facts.expected.or(journey.facts.user_id) {
        None => party.begin_discovery(),
        Some(user_id) => {
            let theirs = state
                .db
                .read((), move |tx, ()| Box::pin(passkeys::list(tx, user_id)))
                .await?;
            let purpose = match journey.facts.proofs.is_empty() {
                true => PasskeyUse::Passwordless,
                false => PasskeyUse::SecondFactor,
            };
            party.begin_authentication(user_id, &theirs, purpose)
        }
    };
    let begun = match begun {
        Ok(begun) => begun,
        // There is none: the page says so.
        Err(PasskeyError::WrongCredential) => return Ok(Err(Refusal::Wrong)),
        Err(error) => return Err(Fault::Internal(error.to_string())),
    };
    let now = state.clock.now();
    let id = random::uuid_at(now);
    let payload = json!(Payload {
        options: begun.options,
        state: begun.state,
    });
    state
        .db
        .write((journey.id.to_string(), payload), move |tx, (owner, payload)| {
            Box::pin(async move {
                challenges::retire_of_owner(tx, owner, Purpose::UsePasskey, now).await?;
                let new = NewChallenge {
                    id,
                    owner,
                    purpose: Purpose::UsePasskey,
                    recipient_key: "",
                    digest: None,
                    payload,
                    now,
                    expires_at: now + super::CODE_LIFE,
                };
                challenges::insert(tx, &new).await
            })
        })
        .await?;
    Ok(Ok(Some(id)))
}

async fn check(context: Context<'_>, answer: &Answer) -> Result<Check, Fault> {
    let (state, owner) = (context.state, context.journey.id.to_string());
    if answer.credential.trim().is_empty() {
        return Ok(Check::Wrong(Refusal::Missing));
    }
    let Some(id) = context.journey.facts.challenge else {
        return Ok(Check::Wrong(Refusal::Expired));
    };
    let Ok(claimed) = RelyingParty::claimed(&answer.credential) else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    let now = state.clock.now();
    let unit = (owner.clone(), claimed.credential_id);
    let (attempt, known) = state
        .db
        .write(unit, move |tx, (owner, credential_id)| {
            Box::pin(async move {
                let attempt = challenges::attempt(tx, id, owner, Purpose::UsePasskey, now).await?;
                Ok((attempt, passkeys::find(tx, credential_id).await?))
            })
        })
        .await?;
    let Some(attempt) = attempt else {
        return Ok(Check::Wrong(Refusal::Expired));
    };
    let Some((passkey, user)) = known.filter(|(_, user)| user.disabled_at.is_none()) else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    let payload = read(attempt.payload)?;
    let shown = match relying_party(context)?.finish_authentication(&payload.state, &answer.credential, &passkey) {
        Ok(shown) => shown,
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            return Ok(Check::Wrong(Refusal::Wrong));
        }
    };
    let account = state
        .db
        .read((), move |tx, ()| Box::pin(accounts::find(tx, user.id)))
        .await?;
    let Some(account) = account else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    let spent = Arc::new((owner, shown.credential_id.clone()));
    Ok(Check::Right(Box::new(Proved {
        account,
        proof: proof(context, shown.user_verified, shown.synced),
        spend: Arc::new(move |tx| {
            let spent = Arc::clone(&spent);
            Box::pin(async move {
                let (owner, credential_id) = &*spent;
                let consumed = challenges::consume(tx, id, owner, Purpose::UsePasskey, now).await?;
                Ok(consumed.is_some()
                    && passkeys::note_use(tx, credential_id, shown.user_id, shown.sign_count, shown.backed_up, now)
                        .await?)
            })
        }),
    })))
}

fn proof(context: Context<'_>, user_verified: bool, synced: bool) -> Proof {
    Proof {
        factor: NAME.to_owned(),
        amr: assurance::merge(&[Shown::Passkey { user_verified, synced }]),
        at: context.state.clock.now(),
    }
}

impl Enrol for Passkey {
    fn begin<'a>(
        &'a self,
        context: Context<'a>,
        _answer: &'a Answer,
    ) -> BoxFuture<'a, Result<Result<Enrolment, Refusal>, Fault>> {
        Box::pin(async move {
            let Some(account) = context.account else {
                return Ok(Err(Refusal::Wrong));
            };
            let user_id = account.user.id;
            let theirs = context
                .state
                .db
                .read((), move |tx, ()| Box::pin(passkeys::list(tx, user_id)))
                .await?;
            if theirs.len() >= usize::try_from(passkeys::LIMIT).unwrap_or_default() {
                return Ok(Err(Refusal::TooMany));
            }
            let person = ceremony::Account {
                user_id,
                name: &account.user.email,
                display_name: account.user.display_name(),
            };
            // Who has no password needs one that signs in by itself. Beside a password whatever the person has is a good
            // second step, a simple security key too; what can sign in by itself is asked to.
            let passwordless = account.phc.is_none() && context.state.settings.sign_in.offers(NAME);
            let purpose = match passwordless {
                true => PasskeyUse::Passwordless,
                false => PasskeyUse::SecondFactor,
            };
            let begun = relying_party(context)?
                .begin_registration(person, &theirs, purpose)
                .map_err(|error| Fault::Internal(error.to_string()))?;
            let payload = Payload {
                options: begun.options,
                state: begun.state,
            };
            Ok(Ok(Enrolment {
                factor: NAME.to_owned(),
                sealed: serde_json::to_string(&payload).map_err(|error| Fault::Internal(error.to_string()))?,
            }))
        })
    }

    fn setup<'a>(&'a self, _context: Context<'a>, begun: &'a Enrolment) -> BoxFuture<'a, Result<Setup, Fault>> {
        Box::pin(async move {
            let payload: Payload =
                serde_json::from_str(&begun.sealed).map_err(|error| Fault::Internal(error.to_string()))?;
            Ok(Setup::Credential(payload.options))
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
            if answer.credential.trim().is_empty() {
                return Ok(Confirmed::Wrong(Refusal::Missing));
            }
            let payload: Payload =
                serde_json::from_str(&begun.sealed).map_err(|error| Fault::Internal(error.to_string()))?;
            let made = match relying_party(context)?.finish_registration(&payload.state, &answer.credential) {
                Ok(made) => made,
                Err(error) => {
                    tracing::info!(%error, "a new passkey was refused");
                    return Ok(Confirmed::Wrong(Refusal::Wrong));
                }
            };
            let now = context.state.clock.now();
            let proof = proof(context, made.user_verified, made.credential.synced);
            let credential = Arc::new(Credential {
                credential_id: made.credential_id,
                user_id: account.user.id,
                name: super::named(&answer.name),
                credential: made.credential,
                sign_count: made.sign_count,
                backed_up: made.backed_up,
                discoverable: made.discoverable,
                created_at: now,
                last_used_at: None,
            });
            let mut account = account.clone();
            account.passkeys += 1;
            let note = added(context, &account, FactorNoun::Passkey);
            Ok(Confirmed::Added(Box::new(Proved {
                account,
                proof,
                // The challenge lives in the journey, whose next revision is part of the same unit: it works once.
                spend: Arc::new(move |tx| {
                    let (credential, note) = (Arc::clone(&credential), Arc::clone(&note));
                    Box::pin(async move { Ok(passkeys::insert(tx, &credential).await? && note(tx).await?) })
                }),
            })))
        })
    }

    fn noun(&self) -> FactorNoun {
        FactorNoun::Passkey
    }

    fn list<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<Vec<Own>, StoreError>> {
        Box::pin(async move {
            let keys = passkeys::list(tx, user_id).await?.into_iter();
            let own = keys.map(|key| Own {
                factor: NAME,
                id: URL_SAFE_NO_PAD.encode(&key.credential_id),
                name: key.name,
                renamable: true,
                created_at: key.created_at,
                last_used_at: key.last_used_at,
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
            match URL_SAFE_NO_PAD.decode(id) {
                Ok(id) => passkeys::rename(tx, &id, user_id, name).await,
                Err(_) => Ok(false),
            }
        })
    }

    fn remove<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid, id: &'a str) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move {
            match URL_SAFE_NO_PAD.decode(id) {
                Ok(id) => passkeys::remove(tx, &id, user_id).await,
                Err(_) => Ok(false),
            }
        })
    }

    fn remove_all<'a>(&'a self, tx: &'a mut Tx, user_id: Uuid) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { passkeys::remove_all(tx, user_id).await.map(drop) })
    }
}
