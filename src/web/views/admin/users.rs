//! The list of people, and a new one.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{AdminFrame, Paging};
use crate::flow::admin::users::{Status, User};
use crate::model::permission::Resource;
use crate::web::i18n::Translator;
use crate::web::views::{Page, paths};

/// GET [`paths::ADMIN_USERS`].
#[derive(Debug, Template)]
#[template(path = "admin/users.html")]
pub struct AdminUsers<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What was asked for.
    pub filter: UserFilter,
    /// The roles to choose from; none where they must not be seen.
    pub roles: Vec<String>,
    /// The plans to choose from.
    pub plans: Vec<String>,
    /// Who was found.
    pub users: Vec<User>,
    /// Where the list goes on.
    pub paging: Paging,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// Who is looked for; what is empty is not asked for.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Beginnings of words.
    pub search: String,
    /// A role.
    pub role: String,
    /// A plan.
    pub plan: String,
    /// `active`, `disabled` or `unverified`.
    pub status: String,
}

impl UserFilter {
    /// Whether anything is asked for.
    pub fn is_set(&self) -> bool {
        [&self.search, &self.role, &self.plan, &self.status]
            .iter()
            .any(|text| !text.is_empty())
    }
}

/// GET and POST [`paths::ADMIN_USER_NEW`].
#[derive(Debug, Template)]
#[template(path = "admin/user_new.html")]
pub struct AdminUserNew<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What was typed.
    pub typed: NewUserForm,
    /// The roles to choose from.
    pub roles: Vec<String>,
    /// The plans to choose from.
    pub plans: Vec<String>,
}

/// What was typed of a new account; not the password.
#[derive(Debug, Clone, Default)]
pub struct NewUserForm {
    /// The address.
    pub email: String,
    /// Whether mail is known to reach it.
    pub email_verified: bool,
    /// The name.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The role.
    pub role: String,
    /// The plan.
    pub plan: String,
}

/// What a person is called: the name, else the address.
pub fn called(user: &User) -> &str {
    let name = user.claims.get("name").and_then(serde_json::Value::as_str);
    name.filter(|name| !name.is_empty()).unwrap_or(&user.email)
}

/// Where a person's page is.
pub fn user_path(user: &User) -> String {
    format!("{}/{}", paths::ADMIN_USERS, user.id)
}

/// The looks and words of a status.
pub fn status_tag(status: Status, t: Translator) -> (&'static str, &'static str, &'static str) {
    match status {
        Status::Active => ("good", "check", t.get("admin_users.active")),
        Status::Disabled => ("danger", "cross", t.get("admin_users.disabled")),
        Status::Leaving => ("warn", "clock", t.get("admin_users.leaving")),
    }
}
