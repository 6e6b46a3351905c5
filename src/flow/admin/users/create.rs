//! Makes an account.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{User, shown};
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::catalogue::{Defaults, hold_given};
use crate::flow::users::{self as accounts, NewPassword};
use crate::identity::username::{self, Username};
use crate::model::permission::{Permission, Resource};
use crate::model::secret::Secret;
use crate::store::passwords;

/// An account that is to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateUser)]
pub struct NewUser {
    /// The address to sign in with.
    pub email: String,
    /// Whether mail is known to reach it.
    #[serde(default)]
    pub email_verified: bool,
    /// The password; without one the person signs in by other ways, or asks for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A hash of the password in place of it: bcrypt, scrypt, PBKDF2, Argon2, of Firebase or Django.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The next sign-in with the password ends in another one.
    #[serde(default)]
    pub require_password_change: bool,
    /// Another name to sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Short for the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The role; the default one where nothing is said. Nobody gives one that may more than they.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The plan; the default one where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Standard claims (OpenID Connect Core section 5.1).
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createUser";
    const SUMMARY: &'static str = "Makes an account.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::create("/users");
    type Input = NewUser;
    type Output = User;

    async fn run(call: Call<'_>, input: NewUser) -> Result<User, Refused> {
        let state = call.state;
        let username = username::parse(&input.username.unwrap_or_default())
            .map_err(|error| Refused::value("username", error.to_string()))?;
        let mut claims = input.claims;
        if let Some(name) = input.name {
            claims.insert("name".to_owned(), name.into());
        }
        if let Some(username) = &username {
            claims.insert("preferred_username".to_owned(), username.as_str().into());
        }
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let password = match (given(input.password), given(input.password_hash)) {
            (None, None) => NewPassword::None,
            (Some(typed), None) => NewPassword::Typed(Secret::new(typed)),
            (None, Some(hash)) => NewPassword::Hashed(hash),
            (Some(_), Some(_)) => return Err(Refused::value("password_hash", "a password or a hash of it, not both")),
        };
        let must_change = input.require_password_change && !matches!(password, NewPassword::None);
        let new = accounts::NewUser {
            email: input.email,
            email_verified: input.email_verified,
            password,
            role: input.role,
            plan: input.plan,
            claims,
        };
        let mut prepared = accounts::prepare(state, new).await?;
        prepared.username_key = username.as_ref().map(Username::key).map(str::to_owned);
        let giver = (Defaults::of(&state.settings), call.administrator.authority().clone());
        let unit = (prepared, giver, call.origin.clone());
        let stored = state.db.write(unit, move |tx, (prepared, (defaults, giver), origin)| {
            Box::pin(async move {
                let user = &prepared.user;
                if let Err(refused) = hold_given(tx, defaults, &user.role, &user.plan, giver).await? {
                    return Ok(Err(refused.into()));
                }
                accounts::store(tx, prepared, origin).await?;
                if must_change {
                    passwords::require_change(tx, prepared.user.id).await?;
                }
                shown(tx, prepared.user.id).await
            })
        });
        stored.await.map_err(accounts::Refused::from)?
    }

    fn revision(output: &User) -> Option<String> {
        Some(output.revision())
    }
}
