//! A code and a link by mail: to the address that is stored, never to what was typed.

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::codes::{self, Code, MailLink, Payload};
use super::{Answer, Check, Context, Factor, Prompt, Proved, Refusal, Spend};
use crate::flow::{Fault, first_mail, letters};
use crate::identity::{assurance, email};
use crate::model::account::Account;
use crate::model::journey::{Applicant, JourneyKind, Proof};
use crate::model::letter::{Letter, Message, Proof as MailProof};
use crate::store::accounts;

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
            Ok(match codes::sent(context, codes::asks(context.journey.kind)).await? {
                Some(payload) if payload.typed => Prompt::Sent(payload.recipient),
                Some(payload) => Prompt::Sent(codes::mask(&payload.recipient)),
                None => Prompt::Nothing,
            })
        })
    }

    fn check<'a>(&'a self, context: Context<'a>, answer: &'a Answer) -> BoxFuture<'a, Result<Check, Fault>> {
        Box::pin(async move {
            match codes::judge(context, codes::asks(context.journey.kind), &answer.code).await? {
                Ok((payload, id)) => {
                    let spend = codes::spend_code(context.state, context.journey.kind, context.journey.id, id);
                    prove(context, payload.user_id, spend).await
                }
                Err(refusal) => Ok(Check::Wrong(refusal)),
            }
        })
    }
}

/// Judges a code that shows that mail arrives, whoever's the address is; gives what is to be used up.
pub async fn judge(context: Context<'_>, answer: &Answer) -> Result<Result<Uuid, Refusal>, Fault> {
    let judged = codes::judge(context, codes::asks(context.journey.kind), &answer.code).await?;
    Ok(judged.map(|(_, id)| id))
}

/// Sends a code. For an identifier without an account the same is done and stored, down to a letter to nobody: neither the answer
/// nor the work for it tells a stranger who has an account (SECURITY-CASES UE-05).
async fn begin(context: Context<'_>) -> Result<Result<Option<Uuid>, Refusal>, Fault> {
    let Context { state, journey, .. } = context;
    if let (None, Some(applicant)) = (context.account, &journey.facts.applicant) {
        return begin_for(context, applicant).await;
    }
    let key = match context.account {
        Some(account) => email::key_of(&account.user.email),
        None => email::key_of(&journey.facts.identifier),
    };
    if let Err(refusal) = codes::may_send(state, &key).await? {
        return Ok(Err(refusal));
    }
    if journey.kind == JourneyKind::Recover
        && let Err(refusal) = codes::may_mail(state, &key).await?
    {
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
    let code = Code::new(state, journey.id, codes::asks(journey.kind), &key, &payload);
    let asked = codes::asked(context);
    let proof = MailProof {
        code: code.code.expose().to_owned(),
        link: format!("{}/link?token={}", state.issuer(), code.link.expose()),
        valid_for: codes::CODE_LIFE.num_seconds().unsigned_abs(),
    };
    // Beside another factor a code is typed where it was asked for.
    let second = !journey.facts.proofs.is_empty();
    let link = (!second).then(|| MailLink {
        kind: journey.kind,
        journey: journey.id,
        challenge: code.id,
        user_id: payload.user_id,
        email: match &known {
            Some(account) => account.user.email.clone(),
            None => payload.recipient.clone(),
        },
        user_agent: asked.user_agent.clone(),
        address: asked.address.clone(),
        at: asked.at,
    });
    let message = match journey.kind {
        JourneyKind::Recover => Message::ResetPassword(proof, asked),
        _ if second => Message::SecondFactorCode {
            code: proof.code,
            valid_for: proof.valid_for,
            asked,
        },
        _ => Message::SignInCode(proof, asked),
    };
    let theirs = known.as_ref().and_then(|account| account.user.claims.get_str("locale"));
    let letter = state.write_letter(&message, theirs.unwrap_or(context.locale));
    let to = known.map_or_else(|| letters::NOBODY.to_owned(), |account| account.user.email);
    let sent = Sent { code, to, letter, link };
    sent.store(context).await
}

/// A code on its way, with the letter and the link.
struct Sent {
    code: Code,
    to: String,
    letter: Letter,
    link: Option<MailLink>,
}

impl Sent {
    /// Stores all of it, whoever it is for; gives the id of the challenge.
    async fn store(self, context: Context<'_>) -> Result<Result<Option<Uuid>, Refusal>, Fault> {
        let (id, now) = (self.code.id, context.state.clock.now());
        let stored = context.state.db.write(self, move |tx, sent| {
            Box::pin(async move {
                sent.code.store(tx).await?;
                letters::promise(tx, &sent.to, &sent.letter, now).await?;
                match &sent.link {
                    Some(link) => sent.code.store_link(tx, link).await,
                    None => Ok(()),
                }
            })
        });
        stored.await?;
        Ok(Ok(Some(id)))
    }
}

/// What a right code or its link proves.
pub async fn prove(context: Context<'_>, user_id: Option<Uuid>, spend: Spend) -> Result<Check, Fault> {
    let account = match user_id {
        Some(user_id) => codes::account_of(context.state, user_id).await?,
        None => None,
    };
    let Some(mut account) = account else {
        return Ok(Check::Wrong(Refusal::Wrong));
    };
    let journey = context.journey;
    // Nothing else was shown, and nobody with a session is asked once more.
    let alone =
        journey.kind == JourneyKind::SignIn && journey.facts.proofs.is_empty() && journey.facts.expected.is_none();
    let spend = match alone && first_mail::is_first(&account) {
        true => {
            let origin = &context.visitor.origin;
            super::both(spend, first_mail::taking_over(context.state, &mut account, origin))
        }
        false => spend,
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

/// Sends a code to the address of an applicant. An address that has an account is told so by mail, and the page says the same
/// as ever.
async fn begin_for(context: Context<'_>, applicant: &Applicant) -> Result<Result<Option<Uuid>, Refusal>, Fault> {
    let Context { state, journey, .. } = context;
    let key = email::key_of(&applicant.email);
    if let Err(refusal) = codes::may_send(state, &key).await? {
        return Ok(Err(refusal));
    }
    let taken = state
        .db
        .read(key.clone(), |tx, key| Box::pin(accounts::find_by_key(tx, key)))
        .await?;
    let payload = Payload {
        user_id: None,
        recipient: applicant.email.clone(),
        typed: true,
    };
    let code = Code::new(state, journey.id, codes::asks(journey.kind), &key, &payload);
    let asked = codes::asked(context);
    let link = MailLink {
        kind: journey.kind,
        journey: journey.id,
        challenge: code.id,
        user_id: None,
        email: applicant.email.clone(),
        user_agent: asked.user_agent.clone(),
        address: asked.address.clone(),
        at: asked.at,
    };
    // Of an address that has an account nobody learns the secrets that are stored: the link and the code lead nowhere.
    let (to, message) = match taken {
        None => {
            let proof = MailProof {
                code: code.code.expose().to_owned(),
                link: format!("{}/link?token={}", state.issuer(), code.link.expose()),
                valid_for: codes::CODE_LIFE.num_seconds().unsigned_abs(),
            };
            (applicant.email.clone(), Message::SignUpCode(proof, asked))
        }
        Some(account) => {
            let link = format!("{}/sign-in", state.issuer());
            (account.user.email, Message::AlreadyRegistered { link, asked })
        }
    };
    let letter = state.write_letter(&message, context.locale);
    let sent = Sent {
        code,
        to,
        letter,
        link: Some(link),
    };
    sent.store(context).await
}
