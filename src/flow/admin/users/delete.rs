//! Removes a person.

use super::{Which, take, unknown};
use crate::flow::account::deletion::{self, Removed};
use crate::flow::admin::{Call, Code, Nothing, Operation, Refused, Route};
use crate::model::permission::{Permission, Resource};

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deleteUser";
    const SUMMARY: &'static str = "Removes a person at once, with everything that is stored about them.";
    const PERMISSION: Permission = Permission::delete(Resource::Users);
    const ROUTE: Route = Route::delete("/users/{user_id}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let user = take(&call, &input.user_id).await?;
        match deletion::remove(call.state, &user, &call.origin).await? {
            Removed::Done => Ok(Nothing {}),
            Removed::Unknown => Err(unknown()),
            Removed::LastAdministrator => Err(Refused::because(
                Code::LastAdministrator,
                "this is the last administrator",
            )),
        }
    }
}
