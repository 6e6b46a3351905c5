//! Registers applications whose metadata somebody has already: all of them or none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::create::Created;
use super::metadata;
use super::settings::administers;
use crate::flow::admin::{Call, Code, Operation, Refused, Route, Wrong};
use crate::flow::clients;
use crate::model::permission::{Permission, Resource};
use crate::protocol::registration::Registration;

/// Applications of another authorization server, or of another Passgate.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportClients)]
pub struct NewClients {
    /// Metadata as of RFC 7591 section 2, with `client_id` and `client_secret` where they are to stay, and what is our own.
    /// Members that nobody here knows are ignored.
    #[schema(value_type = Vec<Object>)]
    pub clients: Vec<Map<String, Value>>,
}

/// The applications that were registered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportedClients)]
pub struct Imported {
    /// In the order in which they came.
    pub clients: Vec<Created>,
}

/// See [`Operation::SUMMARY`].
pub struct Import;

impl Operation for Import {
    const ID: &'static str = "importClients";
    const SUMMARY: &'static str =
        "Registers applications by their metadata (RFC 7591), all of them or none, and shows their secrets this once.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::create("/client-imports");
    type Input = NewClients;
    type Output = Imported;

    async fn run(call: Call<'_>, input: NewClients) -> Result<Imported, Refused> {
        let mut wanted = Vec::new();
        let mut ids = BTreeSet::new();
        for (at, object) in input.clients.into_iter().enumerate() {
            let registration = judged(object).map_err(|refused| of_object(at, refused))?;
            let given = call.administrator.may_give(&administers(&registration));
            given.map_err(|refused| of_object(at, refused))?;
            if let Some(id) = &registration.client_id
                && (!ids.insert(id.clone()) || clients::find(call.state, id).await?.is_some())
            {
                let exists = Refused::because(Code::AlreadyExists, format!("the client {id} exists already"));
                return Err(of_object(at, exists));
            }
            wanted.push(registration);
        }
        let authority = call.administrator.authority();
        let registered = clients::register_all(call.state, &wanted, authority, &call.origin).await?;
        Ok(Imported {
            clients: registered.into_iter().map(Created::from).collect(),
        })
    }
}

fn judged(object: Map<String, Value>) -> Result<Registration, Refused> {
    let read = Registration::read(object.into());
    let registration = read.map_err(|error| Refused::because(Code::InvalidValue, error.description))?;
    registration.judge().map_err(metadata)?;
    Ok(registration)
}

/// Says which object it is about, and which member of it where that is known.
fn of_object(at: usize, refused: Refused) -> Refused {
    match refused {
        Refused::Problem { code, detail, wrong } => {
            let member = wrong.first().map_or("", |wrong| wrong.pointer.as_str());
            let detail = format!("object {}: {detail}", at + 1);
            Refused::Problem {
                code,
                wrong: vec![Wrong {
                    pointer: format!("/clients/{at}{member}"),
                    detail: detail.clone(),
                }],
                detail,
            }
        }
        fault @ Refused::Fault(_) => fault,
    }
}
