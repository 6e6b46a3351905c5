//! Shows a person.

use super::{User, Which, look, shown};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::model::permission::{Permission, Resource};

/// See [`Operation::SUMMARY`].
pub struct Show;

impl Operation for Show {
    const ID: &'static str = "showUser";
    const SUMMARY: &'static str = "Shows a person.";
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::get("/users/{user_id}");
    type Input = Which;
    type Output = User;

    async fn run(call: Call<'_>, input: Which) -> Result<User, Refused> {
        let id = look(&call, &input.user_id).await?.id;
        let found = call.state.db.read((), move |tx, ()| Box::pin(shown(tx, id)));
        found.await?
    }

    fn revision(output: &User) -> Option<String> {
        Some(output.revision())
    }
}
