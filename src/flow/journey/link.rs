//! The link of a mail that also holds a code. In the browser that asked it does what the code does. In another one it may
//! sign in there, or reset there: whoever reads the mailbox is its owner. It never lets the browser in that asked: somebody
//! else may have asked, and be waiting.

use super::act::Walk;
use super::situation::Situation;
use super::{Here, Outcome, begin, find};
use crate::crypto::digest;
use crate::flow::Fault;
use crate::flow::factors::{self, Check, Context, MailLink, Proved};
use crate::model::journey::{JourneyFacts, JourneyKind};
use crate::model::secret::Secret;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};

/// A link that works, seen from a browser.
#[derive(Clone, Debug)]
pub struct LinkHere {
    /// What it stands for.
    pub link: MailLink,
    /// Whether this is the browser that asked for it, and its journey goes on.
    pub own: bool,
}

/// What a link would do here. Looking changes nothing: mail scanners look too.
pub async fn look(state: &State, here: &Here, token: &Secret) -> Result<Option<LinkHere>, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move { one_time_tokens::find::<MailLink>(tx, Purpose::MailLink, &digest, now).await })
        })
        .await?;
    let Some(link) = found else { return Ok(None) };
    let journey = find(state, here, link.journey).await?;
    Ok(Some(LinkHere {
        own: journey.is_some_and(|journey| journey.facts.challenge == Some(link.challenge)),
        link,
    }))
}

/// Follows a link.
pub async fn follow(state: &State, here: &Here, token: &Secret) -> Result<Outcome, Fault> {
    let Some(LinkHere { link, own }) = look(state, here, token).await? else {
        return Ok(Outcome::Gone);
    };
    let journey = match own {
        true => find(state, here, link.journey).await?,
        // An account that waits in another browser holds what was typed there, perhaps by somebody else.
        false if link.kind == JourneyKind::SignUp => None,
        false => {
            let facts = JourneyFacts {
                identifier: link.email.clone(),
                ..JourneyFacts::default()
            };
            Some(begin(state, link.kind, facts))
        }
    };
    let Some(journey) = journey else {
        return Ok(Outcome::Gone);
    };
    let situation = Situation::of(state, here, &journey).await?;
    let step = situation.next(state, &journey);
    let walk = Walk {
        state,
        here,
        journey,
        situation,
        step,
    };
    let spend_code = factors::spend_code(state, link.kind, link.journey, link.challenge);
    let (digest, now) = (digest::digest(token), state.clock.now());
    let spend_link: factors::Spend = std::sync::Arc::new(move |tx| {
        Box::pin(async move {
            let used = one_time_tokens::consume::<MailLink>(tx, Purpose::MailLink, &digest, now).await?;
            Ok(used.is_some())
        })
    });
    let spend = factors::both(spend_code, spend_link);
    if walk.journey.facts.applicant.is_some() {
        return walk.mail_proved(spend).await;
    }
    let context = Context {
        state,
        journey: &walk.journey,
        account: walk.situation.account.as_ref(),
        visitor: &here.visitor,
        locale: &here.locale,
    };
    match factors::prove_mail(context, link.user_id, spend).await? {
        Check::Right(proved) => {
            let Proved { account, proof, spend } = *proved;
            walk.proved(Proved { account, proof, spend }).await
        }
        Check::Wrong(_) => Ok(Outcome::Gone),
    }
}
