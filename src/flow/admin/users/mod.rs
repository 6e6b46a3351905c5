//! People, for administrators. Whoever changes somebody must hold everything that person holds (SECURITY-CASES AD-05): else a
//! helper with the right to set passwords would be every administrator.

mod create;
mod delete;
mod emails;
mod events;
mod factors;
mod grants;
mod list;
mod metadata;
mod password;
mod sessions;
mod show;
mod status;
mod update;

pub use create::{Create, NewUser};
pub use delete::Delete;
pub use emails::{AddEmail, Email, EmailInput, ListEmails, RemoveEmail, WhichEmail};
pub use events::{Event, EventListing, ListEvents};
pub use factors::{CreateRecoveryLink, Factor, Factors, ListFactors, RecoveryLink, RemoveFactor, WhichFactor};
pub use grants::{Grant, ListGrants, RevokeGrant, WhichGrant};
pub use list::{List, Listing, Order};
pub use metadata::{Metadata, MetadataChanges, ShowMetadata, UpdateMetadata};
pub use password::{NewPassword, RequireChange, SetPassword};
pub use sessions::{EndSession, EndSessions, ListSessions, Session, WhichSession};
pub use show::Show;
pub use status::{Disable, Enable};
pub use update::{Changes, Update};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Call, Refused, revision};
use crate::flow::catalogue::NotGiven;
use crate::flow::{roles, users as accounts};
use crate::model::user;
use crate::store::user_lists::{self, Listed};
use crate::store::{StoreError, Tx};

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UserStatus)]
pub enum Status {
    /// They can.
    Active,
    /// Switched off by an administrator.
    Disabled,
    /// They have asked for the end of their account, and can still take that back.
    Leaving,
}

/// A person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// The `sub` of their tokens.
    pub id: uuid::Uuid,
    /// Their primary address.
    pub email: String,
    /// Whether mail is known to reach it.
    pub email_verified: bool,
    /// The name that they may sign in with beside their addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What services authorise on.
    pub role: String,
    /// What services authorise on.
    pub plan: String,
    /// Whether they can sign in.
    pub status: Status,
    /// Standard claims besides the addresses (OpenID Connect Core section 5.1).
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
    /// Whether they have a second factor: an app, a passkey or text messages.
    pub second_factor: bool,
    /// When they last signed in with a browser; it is remembered for a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When a claim of it changed last.
    pub updated_at: DateTime<Utc>,
    /// When it goes, where that is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_at: Option<DateTime<Utc>>,
}

impl User {
    /// Names this state of the account: of what administrators change, whatever its person does meanwhile.
    pub fn revision(&self) -> String {
        revision(&Self {
            second_factor: false,
            last_sign_in_at: None,
            ..self.clone()
        })
    }
}

impl From<Listed> for User {
    fn from(listed: Listed) -> Self {
        let Listed {
            user,
            standing,
            last_sign_in_at,
            second_factor,
        } = listed;
        Self {
            id: user.id,
            status: match (user.disabled_at, standing.delete_at) {
                (Some(_), _) => Status::Disabled,
                (None, Some(_)) => Status::Leaving,
                (None, None) => Status::Active,
            },
            email: user.email,
            email_verified: user.email_verified,
            username: standing.username_key,
            role: user.role,
            plan: user.plan,
            claims: user.claims.members().clone(),
            second_factor,
            last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            delete_at: standing.delete_at,
        }
    }
}

/// Which person.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichUser)]
pub struct Which {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
}

impl Which {
    /// By `sub` or address.
    pub fn named(name: impl Into<String>) -> Self {
        Self { user_id: name.into() }
    }
}

/// The person that a `sub` or an address names, to be looked at.
async fn look(call: &Call<'_>, name: &str) -> Result<user::User, Refused> {
    let found = accounts::named(call.state, name).await?;
    found.ok_or_else(unknown)
}

/// The person that a `sub` or an address names, to be changed: nobody who holds more than the caller.
async fn take(call: &Call<'_>, name: &str) -> Result<user::User, Refused> {
    let found = look(call, name).await?;
    call.administrator
        .may_give(&roles::authority(call.state, &found).await?)?;
    Ok(found)
}

fn unknown() -> Refused {
    Refused::unknown("user")
}

/// A person as a unit of work has them, to be shown.
async fn shown(tx: &mut Tx, id: uuid::Uuid) -> Result<Result<User, Refused>, StoreError> {
    let found = user_lists::find(tx, id).await?;
    Ok(found.map(User::from).ok_or_else(unknown))
}

impl From<accounts::Refused> for Refused {
    fn from(refused: accounts::Refused) -> Self {
        use super::Code;
        use accounts::Refused as R;
        let detail = refused.to_string();
        match refused {
            R::Email => Self::value("email", detail),
            R::Taken => Self::because(Code::AlreadyExists, "an account with this address or user name exists"),
            R::Password(_) | R::Hash(_) => Self::value("password", detail),
            R::NoPassword => Self::because(Code::NotFound, detail),
            R::Claims(_) => Self::value("claims", detail),
            R::Name => Self::value("role", detail),
            R::NotGiven(refused) => refused.into(),
            R::Above => Self::exceeds(),
            R::Metadata(_) => Self::value("metadata", detail),
            R::Unknown => unknown(),
            R::LastAdministrator => Self::because(Code::LastAdministrator, detail),
            R::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<NotGiven> for Refused {
    fn from(refused: NotGiven) -> Self {
        match refused {
            NotGiven::Beyond(_) => Self::exceeds(),
            NotGiven::Unknown(unknown) => Self::value(&unknown.kind.to_string(), unknown.to_string()),
        }
    }
}
