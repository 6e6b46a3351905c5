//! Switches people off and on.

use super::{User, Which, shown, take};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::users::{self as accounts, Change};
use crate::model::permission::{Permission, Resource};
use crate::store::user_lists;

/// See [`Operation::SUMMARY`].
pub struct Disable;

impl Operation for Disable {
    const ID: &'static str = "disableUser";
    const SUMMARY: &'static str = "Switches a person off: signed out everywhere, every token dead.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::post("/users/{user_id}/disable");
    type Input = Which;
    type Output = User;

    async fn run(call: Call<'_>, input: Which) -> Result<User, Refused> {
        change(&call, &input, Change::Disable).await
    }
}

/// See [`Operation::SUMMARY`].
pub struct Enable;

impl Operation for Enable {
    const ID: &'static str = "enableUser";
    const SUMMARY: &'static str = "Switches a person on again.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::post("/users/{user_id}/enable");
    type Input = Which;
    type Output = User;

    async fn run(call: Call<'_>, input: Which) -> Result<User, Refused> {
        change(&call, &input, Change::Enable).await
    }
}

async fn change(call: &Call<'_>, which: &Which, change: Change) -> Result<User, Refused> {
    let user = take(call, &which.user_id).await?;
    let (id, now) = (user.id, call.state.clock.now());
    let giver = call.administrator.authority().clone();
    let unit = (
        id.to_string(),
        change,
        giver,
        call.origin.clone(),
        call.expected.clone(),
    );
    let changed = call
        .state
        .db
        .write(unit, move |tx, (name, change, giver, origin, expected)| {
            Box::pin(async move {
                if let Some(expected) = expected {
                    let known = user_lists::find(tx, id)
                        .await?
                        .map(|listed| User::from(listed).revision());
                    if known.as_ref() != Some(expected) {
                        return Ok(Err(Refused::revision()));
                    }
                }
                match accounts::apply(tx, name, change, giver, origin, now).await? {
                    Ok(_) => shown(tx, id).await,
                    Err(refused) => Ok(Err(refused.into())),
                }
            })
        });
    changed.await?
}
