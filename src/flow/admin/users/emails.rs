//! The addresses of a person.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Which, look, take};
use crate::flow::account::emails::{self as own_emails, MOST};
use crate::flow::admin::{Call, Code, Nothing, Operation, Page, Refused, Route};
use crate::identity::email;
use crate::model::audit::AuditKind;
use crate::model::letter::{Asked, Message};
use crate::model::permission::{Permission, Resource};
use crate::store::{StoreError, audit, email_addresses, users};

/// An address of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = UserEmail)]
pub struct Email {
    /// The address.
    pub email: String,
    /// Whether it is the one that claims carry and mail goes to.
    pub primary: bool,
    /// Whether mail is known to reach it.
    pub verified: bool,
    /// Since when it is theirs.
    pub created_at: DateTime<Utc>,
}

impl From<email_addresses::EmailAddress> for Email {
    fn from(address: email_addresses::EmailAddress) -> Self {
        Self {
            email: address.email,
            primary: address.is_primary,
            verified: address.is_verified,
            created_at: address.created_at,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct ListEmails;

impl Operation for ListEmails {
    const ID: &'static str = "listUserEmails";
    const SUMMARY: &'static str = "Lists the addresses of a person, oldest first.";
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::get("/users/{user_id}/emails");
    type Input = Which;
    type Output = Page<Email>;

    async fn run(call: Call<'_>, input: Which) -> Result<Self::Output, Refused> {
        let id = look(&call, &input.user_id).await?.id;
        let own = call
            .state
            .db
            .read((), move |tx, ()| Box::pin(email_addresses::list(tx, id)));
        Ok(Page {
            items: own.await?.into_iter().map(Email::from).collect(),
            next: None,
        })
    }
}

/// An address for a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddUserEmail)]
pub struct EmailInput {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// The address, which counts as verified: whoever adds it knows that mail reaches them.
    pub email: String,
    /// Whether it becomes the one that claims carry and mail goes to.
    #[serde(default)]
    pub primary: bool,
}

/// See [`Operation::SUMMARY`].
pub struct AddEmail;

impl Operation for AddEmail {
    const ID: &'static str = "addUserEmail";
    const SUMMARY: &'static str = "Gives a person another address, or makes one of theirs the primary one.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::post("/users/{user_id}/emails");
    type Input = EmailInput;
    type Output = Page<Email>;

    async fn run(call: Call<'_>, input: EmailInput) -> Result<Self::Output, Refused> {
        let user = take(&call, &input.user_id).await?;
        let email = email::parse(&input.email).map_err(|_| Refused::value("email", "not an e-mail address"))?;
        let now = call.state.clock.now();
        let asked = Asked {
            user_agent: String::new(),
            address: String::new(),
            at: now,
        };
        let message = Message::PrimaryEmailChanged {
            email: email.address().to_owned(),
            asked,
        };
        let locale = user.claims.get_str("locale").unwrap_or_default();
        let letter = call.state.write_letter(&message, locale);
        let primary = input.primary;
        let unit = (user.id, email, letter, call.origin.clone());
        let added = call.state.db.write(unit, move |tx, (id, email, letter, origin)| {
            Box::pin(async move {
                users::hold(tx, *id).await?;
                let own = email_addresses::list(tx, *id).await?;
                if !own.iter().any(|address| address.email_key == email.key()) {
                    if own.len() >= MOST {
                        let detail = format!("an account has {MOST} addresses at most");
                        return Ok(Err(Refused::because(Code::LimitReached, detail)));
                    }
                    if !email_addresses::add(tx, *id, email, now).await? {
                        let detail = "another account has this address";
                        return Ok(Err(Refused::because(Code::AlreadyExists, detail)));
                    }
                    let details = json!({ "email": email.address() });
                    audit::record(tx, AuditKind::EmailAdded, origin, &id.to_string(), details, now).await?;
                }
                if primary {
                    own_emails::exchange_primary(tx, *id, email, letter, origin, now).await?;
                }
                let own = email_addresses::list(tx, *id).await?;
                Ok::<_, StoreError>(Ok(own.into_iter().map(Email::from).collect()))
            })
        });
        Ok(Page {
            items: added.await??,
            next: None,
        })
    }
}

/// Which address of a person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichUserEmail)]
pub struct WhichEmail {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// The address.
    pub email: String,
}

/// See [`Operation::SUMMARY`].
pub struct RemoveEmail;

impl Operation for RemoveEmail {
    const ID: &'static str = "removeUserEmail";
    const SUMMARY: &'static str = "Takes an address from a person; not the primary one.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::delete("/users/{user_id}/emails/{email}");
    type Input = WhichEmail;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: WhichEmail) -> Result<Nothing, Refused> {
        let user = take(&call, &input.user_id).await?;
        let (key, now) = (email::key_of(&input.email), call.state.clock.now());
        if key == email::key_of(&user.email) {
            return Err(Refused::because(Code::InUse, "this is the primary address"));
        }
        let unit = (user.id, key, call.origin.clone());
        let removed = call.state.db.write(unit, move |tx, (id, key, origin)| {
            Box::pin(async move {
                users::hold(tx, *id).await?;
                let removed = email_addresses::remove(tx, *id, key).await?;
                if removed {
                    let details = json!({ "email": key });
                    audit::record(tx, AuditKind::EmailRemoved, origin, &id.to_string(), details, now).await?;
                }
                Ok(removed)
            })
        });
        match removed.await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("address")),
        }
    }
}
