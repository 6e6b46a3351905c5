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
}

impl AdminSection {
    /// In the order of the links.
    pub const ALL: &'static [Self] = &[Self::Dashboard, Self::Users, Self::Invitations];

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Dashboard => paths::ADMIN,
            Self::Users => paths::ADMIN_USERS,
            Self::Invitations => paths::ADMIN_INVITATIONS,
        }
    }

    /// What it takes to see it; whoever administers anything sees the first page.
    pub const fn permission(self) -> Option<Permission> {
        Some(Permission::read(match self {
            Self::Dashboard => return None,
            Self::Users => Resource::Users,
            Self::Invitations => Resource::Invitations,
        }))
    }

    /// Its icon in the sprite.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Dashboard => "home",
            Self::Users => "person",
            Self::Invitations => "mail",
        }
    }

    /// Its words, as a key.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Dashboard => "admin.nav_dashboard",
            Self::Users => "admin.nav_users",
            Self::Invitations => "admin.nav_invitations",
        }
    }
}
