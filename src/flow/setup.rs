//! The first administrator: whoever opens the link of the first start's banner. One link at a time, used once.

use chrono::TimeDelta;
use serde_json::json;

use super::applicants::{self, AddressProblem, Demands, NewAccount, Problems};
use super::journey::Finished;
use super::{Fault, NewSession, Visitor, roles, users};
use crate::crypto::{digest, random};
use crate::identity::assurance;
use crate::model::audit::AuditKind;
use crate::model::secret::Secret;
use crate::model::user::ADMIN_ROLE;
use crate::settings::Field;
use crate::state::State;
use crate::store::one_time_tokens::{self, Purpose};
use crate::store::{StoreError, audit};

/// How long a link works; a restart makes another one.
const LINK_LIFE: TimeDelta = TimeDelta::hours(24);

/// Makes a link while there is no administrator; the ones before it are worth nothing then. `None` when there is one.
pub async fn link(state: &State) -> Result<Option<String>, Fault> {
    let secret = random::secret(random::prefix::LINK);
    let (digest, now) = (digest::digest(&secret), state.clock.now());
    let made = state
        .db
        .write((), move |tx, ()| {
            Box::pin(async move {
                if roles::count_administrators(tx).await? > 0 {
                    return Ok(false);
                }
                one_time_tokens::retire(tx, Purpose::Setup).await?;
                one_time_tokens::insert(tx, Purpose::Setup, &digest, &json!({}), now, now + LINK_LIFE).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(made.then(|| format!("{}/setup?token={}", state.issuer(), secret.expose())))
}

/// Whether a link still works.
pub async fn look(state: &State, token: &Secret) -> Result<bool, Fault> {
    let (digest, now) = (digest::digest(token), state.clock.now());
    let found: Option<serde_json::Value> = state
        .db
        .read((), move |tx, ()| {
            Box::pin(async move {
                // Made on the command line meanwhile, perhaps.
                match roles::count_administrators(tx).await? {
                    0 => one_time_tokens::find(tx, Purpose::Setup, &digest, now).await,
                    _ => Ok(None),
                }
            })
        })
        .await?;
    Ok(found.is_some())
}

/// What the administrator enters.
pub struct Input {
    /// The link's secret.
    pub token: Secret,
    /// The form.
    pub account: NewAccount,
    /// Who signs in.
    pub visitor: Visitor,
}

/// What comes of it.
pub enum Outcome {
    /// The administrator is made, and signed in.
    Done(Box<Finished>),
    /// Nothing happened; the link still works.
    Problems(Problems),
    /// The link is used up or too old.
    Gone,
}

/// Makes the first administrator: the link is used up in the same transaction, so of any number of callers one becomes it.
pub async fn run(state: &State, input: Input) -> Result<Outcome, Fault> {
    if !look(state, &input.token).await? {
        return Ok(Outcome::Gone);
    }
    let demands = Demands {
        name: Field::Optional,
        username: Field::Off,
        phone: Field::Off,
        no_password: false,
    };
    let judged = match applicants::judge(state, &input.account, demands).await? {
        Ok(judged) => judged,
        Err(problems) => return Ok(Outcome::Problems(problems)),
    };
    let prepared = users::prepare_judged(state, judged, ADMIN_ROLE.to_owned()).await?;
    let now = state.clock.now();
    let user = prepared.user.clone();
    let amr = vec![assurance::AMR_PASSWORD.to_owned()];
    let session = NewSession::prepare(&user, amr, &input.visitor.device, state, true);
    let digest = digest::digest(&input.token);
    let unit = (
        prepared,
        session.clone(),
        input.visitor.replaced,
        input.visitor.origin.by(user.subject()),
    );
    let stored = state
        .db
        .write(unit, move |tx, (prepared, session, replaced, origin)| {
            Box::pin(async move {
                let link: Option<serde_json::Value> =
                    one_time_tokens::consume(tx, Purpose::Setup, &digest, now).await?;
                if link.is_none() {
                    return Ok(false);
                }
                // Nodes that start together may each have made a link. Whoever comes first takes the others away, and waits
                // here for one who came at the same moment.
                one_time_tokens::retire(tx, Purpose::Setup).await?;
                // And an administrator may have been made on the command line since the link was printed.
                if roles::count_administrators(tx).await? > 0 {
                    return Ok(false);
                }
                users::store(tx, prepared, origin).await?;
                session.store(tx, replaced.as_ref()).await?;
                audit::record(
                    tx,
                    AuditKind::AdministratorCreated,
                    origin,
                    &origin.actor,
                    json!({}),
                    now,
                )
                .await?;
                Ok(true)
            })
        })
        .await;
    match stored {
        Ok(true) => Ok(Outcome::Done(Box::new(Finished {
            session,
            interaction: None,
            return_to: None,
            device: None,
            first: String::new(),
        }))),
        Ok(false) => Ok(Outcome::Gone),
        Err(StoreError::Conflict) => Ok(Outcome::Problems(Problems {
            address: Some(AddressProblem::Taken),
            ..Problems::default()
        })),
        Err(error) => Err(error.into()),
    }
}
