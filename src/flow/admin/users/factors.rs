//! The second factors and passkeys of a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Which, look, take, unknown};
use crate::flow::admin::{Call, Nothing, Operation, Refused, Route};
use crate::flow::factors::{self, Own};
use crate::flow::{letters, lost_factor};
use crate::model::letter::{Asked, Message};
use crate::model::permission::{Permission, Resource};
use crate::store::{recovery_codes, users};

/// One of what a person has set up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Factor {
    /// Its kind: `passkey`, `totp`, `sms`.
    pub factor: String,
    /// Names it among the person's.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<Own> for Factor {
    fn from(own: Own) -> Self {
        Self {
            factor: own.factor.to_owned(),
            id: own.id,
            name: own.name,
            created_at: own.created_at,
            last_used_at: own.last_used_at,
        }
    }
}

/// Everything that a person has set up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Factors {
    /// Kind by kind, oldest first.
    pub items: Vec<Factor>,
    /// Recovery codes that are left.
    pub recovery_codes_left: u64,
}

/// See [`Operation::SUMMARY`].
pub struct ListFactors;

impl Operation for ListFactors {
    const ID: &'static str = "listUserFactors";
    const SUMMARY: &'static str = "Lists the second factors and passkeys of a person.";
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::get("/users/{user_id}/factors");
    type Input = Which;
    type Output = Factors;

    async fn run(call: Call<'_>, input: Which) -> Result<Factors, Refused> {
        let (id, now) = (look(&call, &input.user_id).await?.id, call.state.clock.now());
        let read = call.state.db.read((), move |tx, ()| {
            Box::pin(async move {
                let mut own = Vec::new();
                for (_, enrolment) in factors::enrolments() {
                    own.extend(enrolment.list(tx, id).await?);
                }
                Ok((own, recovery_codes::count_left(tx, id, now).await?))
            })
        });
        let (own, left) = read.await?;
        Ok(Factors {
            items: own.into_iter().map(Factor::from).collect(),
            recovery_codes_left: u64::try_from(left).unwrap_or_default(),
        })
    }
}

/// Which factor of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichUserFactor)]
pub struct WhichFactor {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// Its kind.
    pub factor: String,
    /// Its id.
    pub factor_id: String,
}

/// See [`Operation::SUMMARY`].
pub struct RemoveFactor;

impl Operation for RemoveFactor {
    const ID: &'static str = "removeUserFactor";
    const SUMMARY: &'static str = "Takes a second factor or passkey from a person, who is told by mail.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::delete("/users/{user_id}/factors/{factor}/{factor_id}");
    type Input = WhichFactor;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: WhichFactor) -> Result<Nothing, Refused> {
        let user = take(&call, &input.user_id).await?;
        let enrolment = factors::find(&input.factor).and_then(|factor| factor.enrolment());
        let enrolment = enrolment.ok_or_else(|| Refused::unknown("factor"))?;
        let now = call.state.clock.now();
        let locale = user.claims.get_str("locale").unwrap_or_default();
        let asked = Asked {
            user_agent: String::new(),
            address: String::new(),
            at: now,
        };
        let letter = call
            .state
            .write_letter(&Message::FactorRemoved(enrolment.noun(), asked), locale);
        let unit = (user.clone(), letter, call.origin.clone(), input.factor_id);
        let removed = call.state.db.write(unit, move |tx, (user, letter, origin, id)| {
            Box::pin(async move {
                users::hold(tx, user.id).await?;
                if !enrolment.remove(tx, user.id, id).await? {
                    return Ok(false);
                }
                factors::after_removal(tx, user.id, enrolment.noun(), origin, now).await?;
                letters::promise(tx, &user.email, letter, now).await?;
                Ok(true)
            })
        });
        match removed.await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("factor")),
        }
    }
}

/// A link that works once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RecoveryLink {
    /// For the person, by a way that is known to reach them and nobody else. It works once, for a day.
    pub link: String,
}

/// See [`Operation::SUMMARY`].
pub struct CreateRecoveryLink;

impl Operation for CreateRecoveryLink {
    const ID: &'static str = "createUserRecoveryLink";
    const SUMMARY: &'static str =
        "Makes a link by which a person does without their lost second factors; they still prove the first one.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::create("/users/{user_id}/recovery-link");
    type Input = Which;
    type Output = RecoveryLink;

    async fn run(call: Call<'_>, input: Which) -> Result<RecoveryLink, Refused> {
        let user = take(&call, &input.user_id).await?;
        let link = lost_factor::administrators_link(call.state, &user.subject(), &call.origin).await?;
        link.map(|link| RecoveryLink { link }).ok_or_else(unknown)
    }
}
