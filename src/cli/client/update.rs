//! `passgate client update`, `disable` and `enable`.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

use super::{document, unknown};
use crate::cli::output::Output;
use crate::cli::{CommandError, json_argument};
use crate::flow::clients::{self, Refused};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::protocol::registration::Registration;
use crate::state::State;

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
pub async fn run(state: &State, update: Update, output: Output) -> Result<ExitCode, CommandError> {
    let found = clients::find(state, &update.id)
        .await
        .map_err(CommandError::from_display)?;
    let current = found.ok_or_else(|| unknown(&update.id))?;
    // What was read here must still be so when it is written.
    let (mut members, seen): (Map<String, Value>, _) = match &update.metadata {
        Some(text) => (json_argument(text)?, update.revision),
        None => {
            let metadata = serde_json::to_value(&current.metadata).map_err(CommandError::from_display)?;
            let members = serde_json::from_value(metadata).map_err(CommandError::from_display)?;
            (members, Some(update.revision.unwrap_or(current.revision)))
        }
    };
    if let Some(text) = &update.claim_mappings {
        members.insert("claim_mappings".into(), json_argument(text)?);
    }
    match update.access_token_seconds {
        Some(0) => drop(members.remove("access_token_seconds")),
        Some(seconds) => drop(members.insert("access_token_seconds".into(), seconds.into())),
        None => {}
    }
    if let Some(typ) = update.access_token_typ {
        members.insert("access_token_typ".into(), typ.into());
    }
    let registration =
        Registration::read(members.into()).map_err(|error| CommandError::Refused(error.description.into_owned()))?;
    let all = Authority::all();
    let changed = clients::update(state, &update.id, &registration, seen, &all, &Origin::command_line())
        .await
        .map_err(sentence)?;
    let mut shown = document(&changed.client);
    if let (Some(members), Some(secret)) = (shown.as_object_mut(), &changed.secret) {
        members.insert("client_secret".into(), json!(secret.expose()));
    }
    output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Switches an application off or on.
pub async fn switch(state: &State, id: &str, disabled: bool, output: Output) -> Result<ExitCode, CommandError> {
    let all = Authority::all();
    let client = clients::set_disabled(state, id, disabled, None, &all, &Origin::command_line())
        .await
        .map_err(sentence)?;
    output.answer(&document(&client), || {
        let status = if client.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        };
        format!("{id}: {status}")
    });
    Ok(ExitCode::SUCCESS)
}

fn sentence(refused: Refused) -> CommandError {
    match refused {
        Refused::Metadata(error) => CommandError::Refused(error.description.into_owned()),
        other => CommandError::from_display(other),
    }
}
