//! A code and a link by mail: to the address that is stored, never to what was typed.

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::codes::{self, Code, MailLink, Payload};
use super::{Answer, Check, Context, Factor, Prompt, Proved, Refusal, Spend};
use crate::flow::{Fault, letters};
use crate::identity::{assurance, email};
use crate::model::account::Account;
use crate::model::journey::{JourneyKind, Proof};
use crate::model::letter::{Message, Proof as MailProof};
use crate::store::accounts;
use crate::store::challenges::Purpose;

/// See the module.
pub struct Email;

impl Factor for Email {
    fn name(&self) -> &'static str {
        "email"
    }

    fn amr(&self) -> &'static [&'static str] {
        &[assurance::AMR_MAIL]
    }

    fn is_first(&self) -> bool {
        true
    }

    fn is_second_of(&self, account: &Account) -> bool {
        account.user.email_verified
    }

    fn begin<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Result<Option<Uuid>, Refusal>, Fault>> {
        Box::pin(begin(context))
    }

    fn prompt<'a>(&'a self, context: Context<'a>) -> BoxFuture<'a, Result<Prompt, Fault>> {
        Box::pin(async move {
            Ok(match codes::sent(context, Purpose::Mail).await? {
                Some(payload) if payload.typed => Prompt::Sent(payload.recipient),
                Some(payload) => Prompt::Sent(codes::mask(&payload.recipient)),
                None => Prompt::Nothing,
            })
        })
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(async move {
            match codes::judge(context, Purpose::Mail, &answer.code).await? {
                Ok((payload, id)) => {
                    let spend = codes::spend_code(context.state, context.journey.id, id);
                    prove(context, payload.user_id, spend).await
                }
                Err(refusal) => Ok(Check::Wrong(refusal)),
            }
        })
    }
}

/// Sends a code. For an identifier without an account the same is stored and nothing is sent: nobody sees a difference.
async fn begin(context: Context<'_>) -> Result<Result<Option<Uuid>, Refusal>, Fault> {
    let Context { state, journey, .. } = context;
    let key = match context.account {
        Some(account) => email::key_of(&account.user.email),
        None => email::key_of(&journey.facts.identifier),
    };
    if let Err(refusal) = codes::may_send(state, &key).await? {
        return Ok(Err(refusal));
    }
    let known = match context.account {
        Some(account) => Some(account.clone()),
        None => state
            .db
            .read(key.clone(), |tx, key| Box::pin(accounts::find_by_key(tx, key)))
            .await?
            .filter(|account| account.user.disabled_at.is_none()),
    };
    let typed = context.account.is_none();
    let recipient = match &known {
        Some(account) if !typed => account.user.email.clone(),
        // What was typed is shown again, so that no spelling of ours tells that there is an account.
        _ => journey.facts.identifier.trim().to_owned(),
    };
    let payload = Payload {
        user_id: known.as_ref().map(|account| account.user.id),
        recipient,
        typed,
    };
    let code = Code::new(state, journey.id, Purpose::Mail, &key, &payload);
    let asked = codes::asked(context);
    let letter = |account: &Account| {
        let proof = MailProof {
            code: code.code.expose().to_owned(),
            link: format!("{}/link?token={}", state.issuer(), code.link.expose()),
            valid_for: codes::CODE_LIFE.num_seconds().unsigned_abs(),
        };
        let second = !journey.facts.proofs.is_empty();
        let message = match journey.kind {
            JourneyKind::Recover => Message::ResetPassword(proof, asked.clone()),
            _ if second => Message::SecondFactorCode {
                code: proof.code,
                valid_for: proof.valid_for,
                asked: asked.clone(),
            },
            _ => Message::SignInCode(proof, asked.clone()),
        };
        let locale = account.user.claims.get_str("locale").unwrap_or(context.locale);
        (account.user.email.clone(), state.write_letter(&message, locale), second)
    };
    let mail = known.as_ref().map(letter);
    let link = known.map(|account| MailLink {
        kind: journey.kind,
        journey: journey.id,
        challenge: code.id,
        user_id: Some(account.user.id),
        email: account.user.email,
        user_agent: asked.user_agent,
        address: asked.address,
        at: asked.at,
    });
    let (id, now) = (code.id, state.clock.now());
    state
        .db
        .write((code, mail, link), move |tx, (code, mail, link)| {
            Box::pin(async move {
                code.store(tx).await?;
                if let Some((to, letter, second)) = mail {
                    letters::promise(tx, to, letter, now).await?;
                    if let (false, Some(link)) = (*second, link) {
                        code.store_link(tx, link).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
    Ok(Ok(Some(id)))
}

/// What a right code or its link proves.
pub async fn prove(context: Context<'_>, user_id: Option<Uuid>, spend: Spend) -> Result<Check, Fault> {
    let account = match user_id {
        Some(user_id) => codes::account_of(context.state, user_id).await?,
        None => None,
    };
    let Some(account) = account else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    Ok(Check::Right(Box::new(Proved {
        account,
        proof: Proof {
            factor: "email".to_owned(),
            amr: vec![assurance::AMR_MAIL.to_owned()],
            at: context.state.clock.now(),
        },
        spend,
    })))
}
