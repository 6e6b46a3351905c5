//! Applications: their list, a new one, and the parts of the page of one.

mod form;
mod framework;
mod list;
mod one;
mod setup;

pub use form::{ClientValues, Kind as ClientFieldKind, MEMBERS as CLIENT_MEMBERS};
pub use framework::Framework;
pub use list::{AdminClientNew, AdminClients, AdminClientsImport};
pub use one::{
    AdminClientCheck, AdminClientClaims, AdminClientDanger, AdminClientRequests, AdminClientSecrets,
    AdminClientSettings, ClientPart, PreviewedClaims, client_tabs,
};
pub use setup::{AdminClientCreated, AdminClientSetup, ClientSetup, SnippetFile};
