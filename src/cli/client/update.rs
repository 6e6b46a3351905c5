//! `passgate client update`, `disable` and `enable`.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::{Map, Value};

use super::settings::{difference, judged, members};
use super::{document, named};
use crate::cli::administration::Server;
use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::admin::clients::{self, Which};

/// What is to be different. What is not named stays as it is, unless all metadata is given anew.
#[derive(Args)]
#[command(group(ArgGroup::new("changes").required(true).multiple(true)))]
pub struct Update {
    /// Its client_id.
    id: String,
    /// All of its RFC 7591 metadata, as `client show --json` prints it: a JSON object, `@FILE`, or `-`.
    #[arg(long, value_name = "JSON", group = "changes")]
    metadata: Option<String>,
    /// All of its claim mappings: a JSON array, `@FILE`, or `-`. See docs/roles-and-plans.md.
    #[arg(long, value_name = "JSON", group = "changes")]
    claim_mappings: Option<String>,
    /// Seconds that its access tokens live: 60 to 86400; 0 for the setting.
    #[arg(long, value_name = "SECONDS", group = "changes")]
    access_token_seconds: Option<u32>,
    /// The type in the header of its access tokens.
    #[arg(long, value_parser = ["at+jwt", "JWT"], group = "changes")]
    access_token_typ: Option<String>,
    /// Only where it is still at this revision.
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
}

/// Does it.
pub async fn run(server: &Server, update: Update, output: Output) -> Result<ExitCode, CommandError> {
    let mut changes = match &update.metadata {
        None => Map::new(),
        Some(text) => {
            let which = Which {
                client_id: update.id.clone(),
            };
            let current = server.run::<clients::Show>(which).await.map_err(named(&update.id))?;
            let (wanted, _) = judged(json_argument(text)?)?;
            difference(&members(&current.settings), &wanted)
        }
    };
    if let Some(text) = &update.claim_mappings {
        changes.insert("claim_mappings".into(), json_argument(text)?);
    }
    match update.access_token_seconds {
        Some(0) => drop(changes.insert("access_token_seconds".into(), Value::Null)),
        Some(seconds) => drop(changes.insert("access_token_seconds".into(), seconds.into())),
        None => {}
    }
    if let Some(typ) = update.access_token_typ {
        changes.insert("access_token_typ".into(), typ.into());
    }
    changes.insert("client_id".into(), update.id.clone().into());
    let changes = serde_json::from_value(changes.into()).map_err(CommandError::from_display)?;
    let revision = update.revision.map(|revision| revision.to_string());
    let changed = server.change::<clients::Update>(revision, changes).await;
    let changed = changed.map_err(named(&update.id))?;
    let mut shown = document(&changed.client);
    if let (Some(members), Some(secret)) = (shown.as_object_mut(), changed.client_secret) {
        members.insert("client_secret".into(), secret.into());
    }
    output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Switches an application off or on.
pub async fn switch(server: &Server, id: String, disabled: bool, output: Output) -> Result<ExitCode, CommandError> {
    let which = Which { client_id: id.clone() };
    let changed = match disabled {
        true => server.run::<clients::Disable>(which).await,
        false => server.run::<clients::Enable>(which).await,
    };
    let client = changed.map_err(named(&id))?;
    output.answer(&document(&client), || {
        let status = if client.disabled { "disabled" } else { "enabled" };
        format!("{id}: {status}")
    });
    Ok(ExitCode::SUCCESS)
}
