//! Roles and plans.

use askama::Template;

use crate::flow::admin::{plans, roles};
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{AdminFrame, Page, paths};

/// Which catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalogue {
    /// Roles with permissions.
    Roles,
    /// Plans with features.
    Plans,
}

impl Catalogue {
    /// Its list.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Roles => paths::ADMIN_ROLES,
            Self::Plans => paths::ADMIN_PLANS,
        }
    }

    /// Where a new one is made.
    pub const fn new_path(self) -> &'static str {
        match self {
            Self::Roles => paths::ADMIN_ROLE_NEW,
            Self::Plans => paths::ADMIN_PLAN_NEW,
        }
    }

    /// The page of an entry.
    pub fn href(self, name: &str) -> String {
        format!("{}/{name}", self.path())
    }

    /// What it takes to change it.
    pub const fn resource(self) -> Resource {
        match self {
            Self::Roles => Resource::Roles,
            Self::Plans => Resource::Plans,
        }
    }

    /// What its entries hold, as operations call it.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Roles => "permissions",
            Self::Plans => "features",
        }
    }

    /// What that is called, as a key.
    pub const fn holds_label(self) -> &'static str {
        match self {
            Self::Roles => "admin_catalogue.permissions",
            Self::Plans => "admin_catalogue.features",
        }
    }

    /// The words for roles, or those for plans.
    fn says(self, of_roles: &'static str, of_plans: &'static str) -> &'static str {
        match self {
            Self::Roles => of_roles,
            Self::Plans => of_plans,
        }
    }

    /// The words of the way to a new one, as a key.
    pub const fn new_label(self) -> &'static str {
        match self {
            Self::Roles => "admin_catalogue.new_role",
            Self::Plans => "admin_catalogue.new_plan",
        }
    }
}

/// A role or a plan.
#[derive(Debug, Clone, Default)]
pub struct CatalogueEntry {
    /// Its name.
    pub name: String,
    /// For whoever gives it.
    pub description: String,
    /// Permissions or features.
    pub holds: Vec<String>,
    /// Counts the changes; empty for a new one.
    pub revision: String,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl From<roles::Role> for CatalogueEntry {
    fn from(role: roles::Role) -> Self {
        Self {
            name: role.name,
            description: role.description,
            holds: role.permissions,
            revision: role.revision.to_string(),
            updated_at: role.updated_at,
        }
    }
}

impl From<plans::Plan> for CatalogueEntry {
    fn from(plan: plans::Plan) -> Self {
        Self {
            name: plan.name,
            description: plan.description,
            holds: plan.features,
            revision: plan.revision.to_string(),
            updated_at: plan.updated_at,
        }
    }
}

/// GET: the list.
#[derive(Debug, Template)]
#[template(path = "admin/catalogue/list.html")]
pub struct AdminCatalogue<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Which.
    pub catalogue: Catalogue,
    /// By name.
    pub entries: Vec<CatalogueEntry>,
    /// The moment.
    pub now: Timestamp,
}

/// GET and POST `description`, `holds` (`name` where it is new): `do=save` or `do=delete` (`typed`).
#[derive(Debug, Template)]
#[template(path = "admin/catalogue/entry.html")]
pub struct AdminCatalogueEntry<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Which.
    pub catalogue: Catalogue,
    /// What the fields hold.
    pub entry: CatalogueEntry,
}

impl AdminCatalogueEntry<'_> {
    fn is_new(&self) -> bool {
        self.entry.revision.is_empty()
    }
}
