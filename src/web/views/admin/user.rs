//! The pages of one person.

use askama::Template;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{AdminFrame, Names, Paging, Tab, user_path};
use crate::flow::admin::users::{Email, Factors, Grant, Session, Status, User};
use crate::model::permission::{Permission, Resource};
use crate::web::views::Page;
use crate::web::views::account::EventRow;

/// A part of a person's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserTab {
    /// Claims, role and plan.
    Profile,
    /// Addresses.
    Addresses,
    /// Password and factors.
    Security,
    /// Where they are signed in.
    Sessions,
    /// What they let applications have.
    Grants,
    /// What is kept beside the claims.
    Metadata,
    /// What happened.
    History,
    /// Switching off and removing.
    Danger,
}

impl UserTab {
    const ALL: [Self; 8] = [
        Self::Profile,
        Self::Addresses,
        Self::Security,
        Self::Sessions,
        Self::Grants,
        Self::Metadata,
        Self::History,
        Self::Danger,
    ];

    /// What stands after the path of the person.
    pub const fn below(self) -> &'static str {
        match self {
            Self::Profile => "",
            Self::Addresses => "/addresses",
            Self::Security => "/security",
            Self::Sessions => "/sessions",
            Self::Grants => "/grants",
            Self::Metadata => "/metadata",
            Self::History => "/history",
            Self::Danger => "/danger",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Profile => "admin_users.tab_profile",
            Self::Addresses => "admin_users.tab_addresses",
            Self::Security => "admin_users.tab_security",
            Self::Sessions => "admin_users.tab_sessions",
            Self::Grants => "admin_users.tab_grants",
            Self::Metadata => "admin_users.tab_metadata",
            Self::History => "admin_users.tab_history",
            Self::Danger => "admin_users.tab_danger",
        }
    }

    /// Whether somebody may see it: the last one only who may do something there.
    fn is_for(self, frame: &AdminFrame) -> bool {
        match self {
            Self::Profile | Self::Addresses | Self::Security | Self::Metadata => true,
            Self::Sessions => frame.may(Permission::read(Resource::Sessions)),
            Self::Grants => frame.may(Permission::read(Resource::Grants)),
            Self::History => frame.may(Permission::read(Resource::Audit)),
            Self::Danger => frame.may_write(Resource::Users) || frame.may_delete(Resource::Users),
        }
    }

    /// Those that a frame's owner may see, as links.
    pub fn links(self, user: &User, frame: &AdminFrame) -> Vec<Tab> {
        let seen = Self::ALL.into_iter().filter(|tab| tab.is_for(frame));
        seen.map(|tab| Tab {
            label: tab.label(),
            href: format!("{}{}", user_path(user), tab.below()),
            current: tab == self,
        })
        .collect()
    }
}

/// Claims, role and plan.
#[derive(Debug, Template)]
#[template(path = "admin/user/profile.html")]
pub struct AdminUserProfile<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The person.
    pub user: User,
    /// What stands in the form.
    pub typed: ProfileForm,
    /// The roles to choose from.
    pub roles: Vec<String>,
    /// The plans to choose from.
    pub plans: Vec<String>,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl AdminUserProfile<'_> {
    fn value(&self, value: &serde_json::Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}

/// What stands in the form of a person.
#[derive(Debug, Clone, Default)]
pub struct ProfileForm {
    /// The state that it was drawn from.
    pub revision: String,
    /// The `name` claim.
    pub name: String,
    /// The `given_name` claim.
    pub given_name: String,
    /// The `family_name` claim.
    pub family_name: String,
    /// The user name.
    pub username: String,
    /// The `locale` claim.
    pub locale: String,
    /// The `zoneinfo` claim.
    pub zoneinfo: String,
    /// Every other claim, as JSON.
    pub more: String,
    /// Whether mail is known to reach the primary address.
    pub email_verified: bool,
    /// The role.
    pub role: String,
    /// The plan.
    pub plan: String,
}

/// The addresses.
#[derive(Debug, Template)]
#[template(path = "admin/user/addresses.html")]
pub struct AdminUserAddresses<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Their addresses.
    pub addresses: Vec<Email>,
    /// What was typed.
    pub typed: &'a str,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// Password and factors.
#[derive(Debug, Template)]
#[template(path = "admin/user/security.html")]
pub struct AdminUserSecurity<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What they have set up.
    pub factors: Factors,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl AdminUserSecurity<'_> {
    fn kind(&self, factor: &str) -> &'static str {
        self.page.t.get(match factor {
            "passkey" => "admin_users.factor_passkey",
            "totp" => "admin_users.factor_totp",
            "sms" => "admin_users.factor_sms",
            _ => "admin_users.factor_other",
        })
    }
}

/// Where they are signed in.
#[derive(Debug, Template)]
#[template(path = "admin/user/sessions.html")]
pub struct AdminUserSessions<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The session of the browser that looks.
    pub own: Uuid,
    /// Each with its browser in words.
    pub sessions: Vec<(Session, String)>,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl AdminUserSessions<'_> {
    fn device<'s>(&self, device: &'s str) -> &'s str {
        match device {
            "" => self.page.t.get("account.unknown_device"),
            known => known,
        }
    }
}

/// What they let applications have.
#[derive(Debug, Template)]
#[template(path = "admin/user/grants.html")]
pub struct AdminUserGrants<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// By application.
    pub grants: Vec<Grant>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// What is kept beside the claims: three JSON objects.
#[derive(Debug, Template)]
#[template(path = "admin/user/metadata.html")]
pub struct AdminUserMetadata<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The state that it was drawn from.
    pub revision: String,
    /// Name and text of each.
    pub sections: [(&'static str, String); 3],
}

impl AdminUserMetadata<'_> {
    /// What a section is called, as a key.
    pub fn label_key(section: &str) -> &'static str {
        match section {
            "public" => "admin_users.metadata_public",
            "private" => "admin_users.metadata_private",
            _ => "admin_users.metadata_unsafe",
        }
    }

    fn label(&self, section: &str) -> &'static str {
        self.page.t.get(Self::label_key(section))
    }

    fn hint(&self, section: &str) -> &'static str {
        self.page.t.get(match section {
            "public" => "admin_users.metadata_public_hint",
            "private" => "admin_users.metadata_private_hint",
            _ => "admin_users.metadata_unsafe_hint",
        })
    }
}

/// What happened.
#[derive(Debug, Template)]
#[template(path = "admin/user/history.html")]
pub struct AdminUserHistory<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Newest first, each with who did it where it was somebody else.
    pub events: Vec<(EventRow, String)>,
    /// What those are called.
    pub names: Names,
    /// Where the list goes on.
    pub paging: Paging,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// Switching off and removing.
#[derive(Debug, Template)]
#[template(path = "admin/user/danger.html")]
pub struct AdminUserDanger<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The person.
    pub user: User,
}

impl AdminUserDanger<'_> {
    fn is_off(&self) -> bool {
        self.user.status == Status::Disabled
    }

    fn delete_href(&self) -> String {
        format!("{}/delete", user_path(&self.user))
    }
}
