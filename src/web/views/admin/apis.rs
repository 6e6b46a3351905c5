//! Services that verify tokens, and the scopes that they know.

use askama::Template;
use url::form_urlencoded::byte_serialize;

use super::AdminFrame;
use crate::flow::admin::apis::Api;
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{Page, paths};

/// GET: the list.
#[derive(Debug, Template)]
#[template(path = "admin/apis/list.html")]
pub struct AdminApis<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// By identifier.
    pub apis: Vec<Api>,
    /// The moment.
    pub now: Timestamp,
}

impl AdminApis<'_> {
    /// The page of one: its identifier may be an address itself.
    fn href(&self, api: &Api) -> String {
        let part: String = byte_serialize(api.identifier.as_bytes()).collect();
        format!("{}/{part}", paths::ADMIN_APIS)
    }
}

/// What the fields of a service hold.
#[derive(Debug, Clone, Default)]
pub struct ApiForm {
    /// The `aud` of tokens that are for it.
    pub identifier: String,
    /// What people see.
    pub name: String,
    /// For administrators.
    pub description: String,
    /// One a line: `name = what it lets an application do`.
    pub scopes: String,
    /// Counts the changes; empty for a new one.
    pub revision: String,
}

impl ApiForm {
    /// Whether it is to be made.
    pub fn is_new(&self) -> bool {
        self.revision.is_empty()
    }

    /// Label, what is here and what is there, of every field.
    pub fn beside(&self, other: &Self) -> [(&'static str, String, String); 3] {
        let pair = |label, here: &String, there: &String| (label, here.clone(), there.clone());
        [
            pair("admin_apis.name", &self.name, &other.name),
            pair("admin_catalogue.description", &self.description, &other.description),
            pair("admin_apis.scopes", &self.scopes, &other.scopes),
        ]
    }
}

/// GET and POST `name`, `description`, `scopes` (`identifier` where it is new): `do=save` or `do=delete` (`typed`).
#[derive(Debug, Template)]
#[template(path = "admin/apis/one.html")]
pub struct AdminApi<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What the fields hold.
    pub form: ApiForm,
}
