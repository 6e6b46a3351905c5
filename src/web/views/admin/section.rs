//! The pages that the navigation lists. A further one is a variant with its line in each function.

use crate::model::permission::{Permission, Resource};
use crate::web::views::paths;

/// A page of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminSection {
    /// How things are.
    Dashboard,
    /// People.
    Users,
    /// Those who are invited.
    Invitations,
    /// Where anybody is signed in.
    Sessions,
    /// Applications.
    Clients,
    /// Services that verify tokens.
    Apis,
    /// Roles.
    Roles,
    /// Plans.
    Plans,
    /// Keys that sign, and keys of programs.
    Keys,
    /// The audit trail.
    Audit,
    /// Mail that has not left.
    Outbox,
    /// Settings.
    Settings,
}

impl AdminSection {
    /// In the order of the links.
    pub const ALL: &'static [Self] = &[
        Self::Dashboard,
        Self::Users,
        Self::Invitations,
        Self::Sessions,
        Self::Clients,
        Self::Apis,
        Self::Roles,
        Self::Plans,
        Self::Keys,
        Self::Audit,
        Self::Outbox,
        Self::Settings,
    ];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dashboard => paths::ADMIN,
            Self::Users => paths::ADMIN_USERS,
            Self::Invitations => paths::ADMIN_INVITATIONS,
            Self::Sessions => paths::ADMIN_SESSIONS,
            Self::Clients => paths::ADMIN_CLIENTS,
            Self::Apis => paths::ADMIN_APIS,
            Self::Roles => paths::ADMIN_ROLES,
            Self::Plans => paths::ADMIN_PLANS,
            Self::Keys => paths::ADMIN_KEYS,
            Self::Audit => paths::ADMIN_AUDIT,
            Self::Outbox => paths::ADMIN_OUTBOX,
            Self::Settings => paths::ADMIN_SETTINGS,
        }
    }

    /// What it takes to see it; whoever administers anything sees the first page.
    pub const fn permission(self) -> Option<Permission> {
        Some(Permission::read(match self {
            Self::Dashboard => return None,
            Self::Users => Resource::Users,
            Self::Invitations => Resource::Invitations,
            Self::Sessions => Resource::Sessions,
            Self::Clients => Resource::Clients,
            Self::Apis => Resource::Apis,
            Self::Roles => Resource::Roles,
            Self::Plans => Resource::Plans,
            Self::Keys => Resource::SigningKeys,
            Self::Audit => Resource::Audit,
            Self::Outbox => Resource::Outbox,
            Self::Settings => Resource::Settings,
        }))
    }

    /// Its icon in the sprite.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Dashboard => "home",
            Self::Users => "person",
            Self::Invitations => "mail",
            Self::Sessions => "device",
            Self::Clients => "app",
            Self::Apis => "globe",
            Self::Roles => "shield",
            Self::Plans => "plus",
            Self::Keys => "key",
            Self::Audit => "clock",
            Self::Outbox => "message",
            Self::Settings => "info",
        }
    }

    /// Its words, as a key.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dashboard => "admin.nav_dashboard",
            Self::Users => "admin.nav_users",
            Self::Invitations => "admin.nav_invitations",
            Self::Sessions => "admin.nav_sessions",
            Self::Clients => "admin.nav_clients",
            Self::Apis => "admin.nav_apis",
            Self::Roles => "admin.nav_roles",
            Self::Plans => "admin.nav_plans",
            Self::Keys => "admin.nav_keys",
            Self::Audit => "admin.nav_audit",
            Self::Outbox => "admin.nav_outbox",
            Self::Settings => "admin.nav_settings",
        }
    }
}
