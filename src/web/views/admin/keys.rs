//! Keys that sign, and keys of programs.

use askama::Template;

use crate::flow::admin::api_keys::ApiKey;
use crate::flow::admin::signing_keys::SigningKey;
use crate::model::Timestamp;
use crate::model::permission::{Permission, Resource, Verb};
use crate::web::views::{AdminFrame, Names, Page, Paging, paths};

/// GET, and POST `do=rotate`, `do=delete` (`key_id`).
#[derive(Debug, Template)]
#[template(path = "admin/keys/list.html")]
pub struct AdminKeys<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// Those that sign, oldest first; `None` for whoever may not see them.
    pub signing: Option<Vec<SigningKey>>,
    /// Those of programs, newest first; `None` for whoever may not see them.
    pub api: Option<Vec<ApiKey>>,
    /// Where the list of programs' keys goes on.
    pub paging: Paging,
    /// The moment.
    pub now: Timestamp,
}

impl AdminKeys<'_> {
    fn state(&self, key: &SigningKey) -> (&'static str, &'static str) {
        match key.state.as_str() {
            "active" => ("good", "admin_keys.state_active"),
            "next" => ("accent", "admin_keys.state_next"),
            _ => ("plain", "admin_keys.state_retired"),
        }
    }
}

/// Where the page of the key of a program is.
pub fn key_path(key: &ApiKey) -> String {
    format!("{}/{}", paths::ADMIN_KEYS, key.id)
}

/// GET: the key of a program. It is removed where they are listed.
#[derive(Debug, Template)]
#[template(path = "admin/keys/one.html")]
pub struct AdminKey<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// It.
    pub key: ApiKey,
    /// What whoever made it is called, where that is a person.
    pub names: Names,
    /// The moment.
    pub now: Timestamp,
}

/// A resource, and what may be done to it.
#[derive(Debug, Clone)]
pub struct PermissionGroup {
    /// To what.
    pub resource: Resource,
    /// The rights, each with whether whoever administers holds it and whether its box is ticked.
    pub rights: Vec<(Permission, bool, bool)>,
}

impl PermissionGroup {
    /// What the right lets somebody do, as a key.
    fn verb(&self, right: &Permission) -> &'static str {
        match right.verb {
            Verb::Read => "admin_keys.may_read",
            Verb::Write => "admin_keys.may_write",
            Verb::Delete => "admin_keys.may_delete",
        }
    }
}

/// GET and POST: a new key of a program.
#[derive(Debug, Template)]
#[template(path = "admin/keys/new.html")]
pub struct AdminKeyNew<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What people call it.
    pub name: String,
    /// From where it may be used, one network a line.
    pub addresses: String,
    /// The days that it lives; empty for ever.
    pub days: String,
    /// What it may do.
    pub groups: Vec<PermissionGroup>,
}

impl AdminKeyNew<'_> {
    fn lives(&self, days: &str) -> bool {
        self.days == days
    }
}
