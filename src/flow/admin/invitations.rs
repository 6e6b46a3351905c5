//! Invitations to make an account.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub use super::page::Listing;
use super::page::{self, Place};
use super::{Call, Code, Nothing, Operation, Page, Refused, Route};
use crate::flow::invitations as flow;
use crate::model::Timestamp;
use crate::model::invitation;
use crate::model::permission::{Permission, Resource};
use crate::store::invitations;

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationStatus)]
pub enum Status {
    /// Its link works.
    Open,
    /// It became an account.
    Accepted,
    /// Its time is over.
    Expired,
}

/// An invitation. Its link goes by mail, and nowhere else: it shows that mail arrives.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Who is invited.
    pub email: String,
    /// The role of the account.
    pub role: String,
    /// The plan of the account.
    pub plan: String,
    /// Where it stands.
    pub status: Status,
    /// Who invited.
    pub invited_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// From when on the link is worth nothing.
    pub expires_at: DateTime<Utc>,
}

fn show(invitation: invitation::Invitation, now: Timestamp) -> Invitation {
    Invitation {
        id: invitation.id,
        status: match invitation.consumed_at {
            Some(_) => Status::Accepted,
            None if invitation.expires_at <= now => Status::Expired,
            None => Status::Open,
        },
        email: invitation.email,
        role: invitation.role,
        plan: invitation.plan,
        invited_by: invitation.invited_by,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    }
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listInvitations";
    const SUMMARY: &'static str = "Lists invitations, newest first.";
    const PERMISSION: Permission = Permission::read(Resource::Invitations);
    const ROUTE: Route = Route::get("/invitations");
    type Input = Listing;
    type Output = Page<Invitation>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let place = Place::read(input.after.as_deref())?.unwrap_or_else(Place::newest);
        let rows = call.state.db.read((), move |tx, ()| {
            Box::pin(invitations::page(tx, (place.at, place.id), limit as i64 + 1))
        });
        let place = |invitation: &invitation::Invitation| Place {
            at: invitation.created_at,
            id: invitation.id,
        };
        let now = call.state.clock.now();
        Ok(Page::cut(rows.await?, limit, place, |invitation| show(invitation, now)))
    }
}

/// An invitation that is to be sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateInvitation)]
pub struct NewInvitation {
    /// Who is invited.
    pub email: String,
    /// The role of the account; the default one where nothing is said. Nobody gives one that may more than they.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The plan of the account; the default one where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Days that it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 90, default = 7)]
    pub expires_in_days: Option<u16>,
    /// The language of the mail, as a BCP 47 tag; English where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createInvitation";
    const SUMMARY: &'static str = "Invites an address by mail; an open invitation to it is replaced.";
    const PERMISSION: Permission = Permission::write(Resource::Invitations);
    const ROUTE: Route = Route::create("/invitations");
    type Input = NewInvitation;
    type Output = Invitation;

    async fn run(call: Call<'_>, input: NewInvitation) -> Result<Invitation, Refused> {
        let state = call.state;
        let new = flow::NewInvitation {
            email: input.email,
            role: input.role,
            plan: input.plan,
            life: TimeDelta::days(input.expires_in_days.unwrap_or(7).into()),
            locale: input.locale.unwrap_or_else(|| "en".to_owned()),
        };
        let giver = call.administrator.authority();
        Ok(show(
            flow::invite(state, new, giver, &call.origin).await?,
            state.clock.now(),
        ))
    }
}

/// Which invitation.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichInvitation)]
pub struct Which {
    /// Its id, or the address that is invited.
    pub invitation_id: String,
}

/// See [`Operation::SUMMARY`].
pub struct Revoke;

impl Operation for Revoke {
    const ID: &'static str = "revokeInvitation";
    const SUMMARY: &'static str = "Takes an open invitation back.";
    const PERMISSION: Permission = Permission::delete(Resource::Invitations);
    const ROUTE: Route = Route::delete("/invitations/{invitation_id}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        flow::revoke(call.state, &input.invitation_id, &call.origin).await?;
        Ok(Nothing {})
    }
}

impl From<flow::Refused> for Refused {
    fn from(refused: flow::Refused) -> Self {
        use flow::Refused as R;
        let detail = refused.to_string();
        match refused {
            R::Email | R::NotAdmitted(_) => Self::value("email", detail),
            R::Taken => Self::because(Code::AlreadyExists, detail),
            R::Name => Self::value("role", detail),
            R::NotGiven(refused) => refused.into(),
            R::Life => Self::value("expires_in_days", detail),
            R::Unknown => Self::unknown("open invitation"),
            R::Fault(fault) => Self::Fault(fault),
        }
    }
}
