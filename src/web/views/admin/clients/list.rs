//! The list of applications, and a new one.

use askama::Template;

use super::{ClientPart, ClientValues, Framework};
use crate::flow::admin::clients::{Client, Created};
use crate::model::Timestamp;
use crate::model::permission::Resource;
use crate::web::views::{AdminFrame, Page, Paging, paths};

/// GET [`crate::web::views::paths::ADMIN_CLIENTS`].
#[derive(Debug, Template)]
#[template(path = "admin/clients/list.html")]
pub struct AdminClients<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// By their ids.
    pub clients: Vec<Client>,
    /// Where the list goes on.
    pub paging: Paging,
    /// The moment.
    pub now: Timestamp,
}

impl AdminClients<'_> {
    fn is_public(&self, client: &Client) -> bool {
        client.settings.token_endpoint_auth_method.as_deref() == Some("none")
    }

    fn name<'a>(&self, client: &'a Client) -> &'a str {
        client.settings.client_name.as_deref().unwrap_or(&client.client_id)
    }
}

/// GET `?framework=` and POST [`crate::web::views::paths::ADMIN_CLIENT_NEW`].
#[derive(Debug, Template)]
#[template(path = "admin/clients/new.html")]
pub struct AdminClientNew<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What it is made with, once that is chosen.
    pub framework: Option<Framework>,
    /// What the fields hold.
    pub values: ClientValues,
}

/// GET, and POST `clients`.
#[derive(Debug, Template)]
#[template(path = "admin/clients/import.html")]
pub struct AdminClientsImport<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What the field holds.
    pub text: &'a str,
    /// What was registered, with its secrets.
    pub imported: Vec<Created>,
}

impl AdminClientsImport<'_> {
    fn name<'a>(&self, created: &'a Created) -> &'a str {
        let settings = &created.client.settings;
        settings.client_name.as_deref().unwrap_or(&created.client.client_id)
    }
}
