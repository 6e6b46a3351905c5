//! The password of a person.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{User, Which, shown, take};
use crate::crypto::password as hashes;
use crate::flow::account::password::end_grants;
use crate::flow::admin::{Call, Nothing, Operation, Refused, Route};
use crate::flow::users::{self as accounts, Change};
use crate::flow::{Fault, letters, passwords as rules};
use crate::model::audit::AuditKind;
use crate::model::letter::{Asked, Message};
use crate::model::permission::{Permission, Resource};
use crate::model::secret::Secret;
use crate::state::TOKEN_MEMORY;
use crate::store::{audit, passwords, sessions};

/// Another password.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetUserPassword)]
pub struct NewPassword {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A hash of it in place of it: bcrypt, scrypt, PBKDF2, Argon2, of Firebase or Django.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The next sign-in with it ends in another one.
    #[serde(default)]
    pub require_change: bool,
    /// Leave them signed in where they are; otherwise they are signed out everywhere, and every refresh token dies.
    #[serde(default)]
    pub keep_sessions: bool,
}

/// See [`Operation::SUMMARY`].
pub struct SetPassword;

impl Operation for SetPassword {
    const ID: &'static str = "setUserPassword";
    const SUMMARY: &'static str = "Gives a person another password, and tells them by mail that it was changed.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::act("/users/{user_id}/password");
    type Input = NewPassword;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: NewPassword) -> Result<Nothing, Refused> {
        let state = call.state;
        let user = take(&call, &input.user_id).await?;
        let phc = match (input.password, input.password_hash) {
            (Some(typed), None) => {
                let about = [user.email.as_str(), user.claims.get_str("name").unwrap_or_default()];
                let judged = rules::judge_new(state, &Secret::new(typed), &about).await?;
                let normal = judged.map_err(accounts::Refused::Password)?;
                state.passwords.hash(normal).await.map_err(Fault::from)?
            }
            (None, Some(hash)) => {
                hashes::check(&hash).map_err(accounts::Refused::Hash)?;
                hash
            }
            _ => return Err(Refused::value("password", "a password or a hash of it")),
        };
        let now = state.clock.now();
        let asked = Asked {
            user_agent: String::new(),
            address: String::new(),
            at: now,
        };
        let locale = user.claims.get_str("locale").unwrap_or_default();
        let letter = state.write_letter(&Message::PasswordChanged(asked), locale);
        let alive_until = now + TOKEN_MEMORY;
        let (must_change, keep) = (input.require_change, input.keep_sessions);
        let unit = (user, phc, letter, call.origin.clone());
        let stored = state.db.write(unit, move |tx, (user, phc, letter, origin)| {
            Box::pin(async move {
                passwords::put(tx, user.id, phc, now).await?;
                if must_change {
                    passwords::require_change(tx, user.id).await?;
                }
                if !keep {
                    sessions::end_all(tx, user.id, now).await?;
                    end_grants(tx, user.id, alive_until, now).await?;
                }
                let details = json!({ "require_change": must_change, "keep_sessions": keep });
                audit::record(tx, AuditKind::PasswordChanged, origin, &user.subject(), details, now).await?;
                letters::promise(tx, &user.email, letter, now).await
            })
        });
        stored.await?;
        Ok(Nothing {})
    }
}

/// See [`Operation::SUMMARY`].
pub struct RequireChange;

impl Operation for RequireChange {
    const ID: &'static str = "requireUserPasswordChange";
    const SUMMARY: &'static str = "Makes the next sign-in with the password end in another one.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::post("/users/{user_id}/password/require-change");
    type Input = Which;
    type Output = User;

    async fn run(call: Call<'_>, input: Which) -> Result<User, Refused> {
        let user = take(&call, &input.user_id).await?;
        let (id, now) = (user.id, call.state.clock.now());
        let unit = (
            user.subject(),
            call.administrator.authority().clone(),
            call.origin.clone(),
        );
        let changed = call.state.db.write(unit, move |tx, (name, giver, origin)| {
            Box::pin(async move {
                match accounts::apply(tx, name, &Change::RequirePasswordChange, giver, origin, now).await? {
                    Ok(_) => shown(tx, id).await,
                    Err(refused) => Ok(Err(refused.into())),
                }
            })
        });
        changed.await?
    }
}
