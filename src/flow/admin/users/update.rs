//! Changes a person.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{User, shown, take};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::users::{self as accounts, Change};
use crate::flow::{catalogue, roles};
use crate::identity::claims;
use crate::identity::username::{self, Username};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::permission::{Authority, Permission, Resource};
use crate::store::{StoreError, Tx, audit, user_lists, users};

/// What is to be changed: what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateUser)]
pub struct Changes {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// Whether mail is known to reach the primary address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Another name to sign in with; null takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub username: Option<Option<String>>,
    /// Another role. Nobody gives one that may more than they.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Another plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Standard claims; null takes one away, what is not named stays (RFC 7396).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
}

/// Tells null from nothing.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updateUser";
    const SUMMARY: &'static str = "Changes role, plan, user name or claims of a person.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::patch("/users/{user_id}");
    type Input = Changes;
    type Output = User;

    async fn run(call: Call<'_>, input: Changes) -> Result<User, Refused> {
        let user = take(&call, &input.user_id).await?;
        let username = match &input.username {
            None => None,
            Some(text) => Some(
                username::parse(text.as_deref().unwrap_or_default())
                    .map_err(|error| Refused::value("username", error.to_string()))?,
            ),
        };
        let now = call.state.clock.now();
        let unit = Unit {
            id: user.id,
            input,
            username,
            origin: call.origin.clone(),
            expected: call.expected.clone(),
            giver: call.administrator.authority().clone(),
            now,
        };
        let changed = call.state.db.write(unit, |tx, unit| Box::pin(unit.run(tx)));
        changed.await.map_err(accounts::Refused::from)?
    }

    fn revision(output: &User) -> Option<String> {
        Some(output.revision())
    }
}

struct Unit {
    id: Uuid,
    input: Changes,
    username: Option<Option<Username>>,
    origin: Origin,
    expected: Option<String>,
    giver: Authority,
    now: Timestamp,
}

impl Unit {
    /// Everything is judged before anything is written: what a unit gives back is committed.
    async fn run(&self, tx: &mut Tx) -> Result<Result<User, Refused>, StoreError> {
        if self.input.role.is_some() {
            roles::hold_administration(tx).await?;
        }
        users::hold(tx, self.id).await?;
        let Some(before) = user_lists::find(tx, self.id).await? else {
            return Ok(Err(super::unknown()));
        };
        if self
            .expected
            .as_ref()
            .is_some_and(|expected| *expected != User::from(before.clone()).revision())
        {
            return Ok(Err(Refused::revision()));
        }
        let mut members = self.input.claims.clone();
        if let Some(username) = &self.username {
            let shown = username.as_ref().map_or(Value::Null, |name| name.as_str().into());
            members.insert("preferred_username".to_owned(), shown);
        }
        let claims = match claims::change(&before.user.claims, members) {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(Refused::value("claims", error.to_string()))),
        };
        let role = self.input.role.clone().map(Change::Role);
        let plan = self.input.plan.clone().map(Change::Plan);
        if let Some(Change::Plan(plan)) = &plan
            && let Err(refused) = catalogue::hold_plan(tx, plan).await?
        {
            return Ok(Err(refused.into()));
        }
        // The first one judges before it writes, and leaves nothing to refuse for the second.
        for change in role.into_iter().chain(plan) {
            let name = self.id.to_string();
            let applied = accounts::apply(tx, &name, &change, &self.giver, &self.origin, self.now).await?;
            if let Err(refused) = applied {
                return Ok(Err(refused.into()));
            }
        }
        self.write_rest(tx, &before, &claims).await?;
        shown(tx, self.id).await
    }

    async fn write_rest(
        &self,
        tx: &mut Tx,
        before: &user_lists::Listed,
        claims: &crate::model::claims::StandardClaims,
    ) -> Result<(), StoreError> {
        let mut details = Map::new();
        if *claims != before.user.claims {
            users::set_claims(tx, self.id, claims, self.now).await?;
            let names = |claims: &crate::model::claims::StandardClaims| claims.members().clone();
            details.insert("claims".to_owned(), json!([names(&before.user.claims), names(claims)]));
        }
        if let Some(username) = &self.username {
            let key = username.as_ref().map(Username::key);
            if key != before.standing.username_key.as_deref() {
                users::set_username(tx, self.id, key, self.now).await?;
                details.insert("username".to_owned(), json!([before.standing.username_key, key]));
            }
        }
        if let Some(verified) = self
            .input
            .email_verified
            .filter(|verified| *verified != before.user.email_verified)
        {
            users::set_verified(tx, self.id, verified, self.now).await?;
            details.insert(
                "email_verified".to_owned(),
                json!([before.user.email_verified, verified]),
            );
        }
        if !details.is_empty() {
            let target = self.id.to_string();
            audit::record(
                tx,
                AuditKind::UserUpdated,
                &self.origin,
                &target,
                details.into(),
                self.now,
            )
            .await?;
        }
        Ok(())
    }
}
