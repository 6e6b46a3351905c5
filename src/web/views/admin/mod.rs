//! The administrator's console: the frame of its pages, and a file for each.
//!
//! A page is a struct with `page` and `frame`, and a template that extends `admin/layout.html`; `admin/desk.html` has what
//! pages are made of. Whether a button is shown is asked of [`Frame::may`]; whether it works is the operation's to say.

mod apis;
mod ask;
mod audit;
mod catalogue;
mod clients;
mod dashboard;
mod invitations;
mod keys;
mod names;
mod notice;
mod people;
mod refusal;
mod section;
mod sessions;
mod settings;
mod upkeep;
mod user;
mod users;

use crate::model::permission::{Authority, Permission, Resource, Verb};

pub use apis::{AdminApi, AdminApis, ApiForm};
pub use ask::{AdminConfirm, AdminKept, AdminSecret};
pub use audit::{AdminAudit, AdminAuditVerified, AuditFilters};
pub use catalogue::{AdminCatalogue, AdminCatalogueEntry, Catalogue, CatalogueEntry};
pub use clients::*;
pub use dashboard::{AdminDashboard, Chart, Health};
pub use invitations::{AdminInvitations, InvitationForm};
pub use keys::{AdminKey, AdminKeyNew, AdminKeys, PermissionGroup};
pub use names::Names;
pub use notice::{as_query, notice};
pub use people::{AdminImport, Imported};
pub use refusal::Refusal;
pub use section::AdminSection;
pub use sessions::AdminSessions;
pub use settings::{AdminSetting, AdminSettings, SettingGroup, entered as setting_field};
pub use upkeep::AdminOutbox;
pub use user::{
    AdminUserAddresses, AdminUserDanger, AdminUserGrants, AdminUserHistory, AdminUserMetadata, AdminUserProfile,
    AdminUserSecurity, AdminUserSessions, ProfileForm, UserTab,
};
use users::status_tag;
pub use users::{AdminUserNew, AdminUsers, NewUserForm, UserFilter, called, user_path};

/// What every page of the console has around it.
#[derive(Debug, Clone)]
pub struct AdminFrame {
    /// Which page of the navigation it belongs to.
    pub section: AdminSection,
    /// The heading: the section's own words, else a name.
    pub title: Option<String>,
    /// Its address, where its forms post.
    pub here: String,
    /// Who is signed in.
    pub who: String,
    /// What they may.
    pub authority: Authority,
    /// Where they prove who they are, where they have to before they change anything.
    pub again: Option<String>,
    /// The one thing to do here: its words as a key, and where it is done.
    pub action: Option<(&'static str, String)>,
    /// The way back to the list: its words as a key, and its address.
    pub crumb: Option<(&'static str, String)>,
    /// Parts of the page, as links.
    pub tabs: Vec<Tab>,
    /// What was just done, as a key, to be said once.
    pub notice: Option<&'static str>,
    /// Why something was refused.
    pub refusal: Refusal,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Its words, as a key.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// Whether it is shown now.
    pub current: bool,
}

/// Where a list goes on.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// Its beginning, from further on.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

impl AdminFrame {
    /// Whether somebody may do something; what they may not is not shown.
    pub fn may(&self, permission: Permission) -> bool {
        self.authority.may(permission)
    }

    /// Whether they may make and change these.
    pub fn may_write(&self, resource: Resource) -> bool {
        self.may(Permission::write(resource))
    }

    /// Whether they may remove these.
    pub fn may_delete(&self, resource: Resource) -> bool {
        self.may(Permission::delete(resource))
    }

    /// Whether they may do more than look, so that a fresh sign-in is worth a word.
    fn changes_something(&self) -> bool {
        self.authority.iter().any(|right| right.verb != Verb::Read)
    }

    /// Where to prove who they are first, where that is worth a word.
    pub fn ask_again(&self) -> Option<&str> {
        let told = self.refusal.asks_again();
        self.again.as_deref().filter(|_| self.changes_something() && !told)
    }

    /// Where to prove it beside this page, which keeps what was typed.
    pub fn sign_in_beside(&self) -> Option<&str> {
        self.again.as_deref().filter(|_| self.refusal.asks_again())
    }

    /// The pages that they may see.
    pub fn sections(&self) -> impl Iterator<Item = AdminSection> + '_ {
        // Whoever administers nothing is shown no way to go.
        let all = AdminSection::ALL.iter().copied().filter(|_| !self.authority.is_empty());
        // The page of keys has two lists, each with a right of its own.
        let by_api_keys =
            |section: &AdminSection| *section == AdminSection::Keys && self.may(Permission::read(Resource::ApiKeys));
        all.filter(move |section| section.permission().is_none_or(|right| self.may(right)) || by_api_keys(section))
    }

    /// The same frame with a heading of its own.
    #[must_use]
    pub fn titled(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    /// The same frame with its one thing to do, for those who may.
    #[must_use]
    pub fn action(self, needs: Permission, label: &'static str, href: impl Into<String>) -> Self {
        let action = self.may(needs).then(|| (label, href.into()));
        Self { action, ..self }
    }

    /// The same frame with the way back.
    #[must_use]
    pub fn crumb(self, label: &'static str, href: impl Into<String>) -> Self {
        Self {
            crumb: Some((label, href.into())),
            ..self
        }
    }

    /// The same frame with the parts of its page.
    #[must_use]
    pub fn tabs(self, tabs: Vec<Tab>) -> Self {
        Self { tabs, ..self }
    }

    /// The same frame with why something was refused.
    #[must_use]
    pub fn refused(self, refusal: Refusal) -> Self {
        Self { refusal, ..self }
    }
}
