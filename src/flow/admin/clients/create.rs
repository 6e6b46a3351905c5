//! Registers an application.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::settings::{administers, registration, settings};
use super::{Client, unknown};
use crate::flow::admin::{Call, Code, Operation, Refused, Route};
use crate::flow::clients;
use crate::model::permission::{Permission, Resource};

settings! {
    /// An application that is to be registered.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[schema(as = CreateClient)]
    pub struct NewClient {
        /// A certain id; a made one where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_id: Option<String>,
        /// A certain secret; a made one where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret: Option<String>,
    }
}

/// A registered application, with the secret that is shown this once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CreatedClient)]
pub struct Created {
    /// Its secret, where it has one that was made here or is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What was asked for and is not had here (RFC 7591 section 3.2.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// The application.
    #[serde(flatten)]
    pub client: Client,
}

impl From<clients::Registered> for Created {
    fn from(registered: clients::Registered) -> Self {
        Self {
            client_secret: registered.secret.map(|secret| secret.expose().to_owned()),
            left_out: registered.left_out,
            client: registered.client.into(),
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createClient";
    const SUMMARY: &'static str = "Registers an application and shows its secret this once.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::create("/clients");
    type Input = NewClient;
    type Output = Created;

    async fn run(call: Call<'_>, input: NewClient) -> Result<Created, Refused> {
        let wanted = registration(None, &input, &[])?;
        call.administrator.may_give(&administers(&wanted))?;
        if let Some(id) = &wanted.client_id
            && clients::find(call.state, id).await?.is_some()
        {
            return Err(Refused::because(
                Code::AlreadyExists,
                format!("the client {id} exists already"),
            ));
        }
        let authority = call.administrator.authority();
        let registered = clients::register(call.state, &wanted, authority, &call.origin).await?;
        Ok(registered.into())
    }

    fn revision(output: &Created) -> Option<String> {
        Some(output.client.revision.to_string())
    }
}

/// The client of an id, from memory for up to a second.
pub(super) async fn find(call: &Call<'_>, id: &str) -> Result<std::sync::Arc<crate::model::client::Client>, Refused> {
    clients::find(call.state, id).await?.ok_or_else(unknown)
}
