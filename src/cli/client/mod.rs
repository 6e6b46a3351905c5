//! `passgate client`.

mod preview;
mod update;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::output::{Output, table};
use super::{CommandError, secret_from_stdin};
use crate::flow::clients::{self, Registered};
use crate::model::audit::Origin;
use crate::model::client::{Client, ConsentPolicy};
use crate::model::permission::Authority;
use crate::protocol::registration::Registration;
use crate::state::State;

/// What can be done with applications.
#[derive(Subcommand)]
pub enum Command {
    /// Register an application. Its secret is shown once.
    Create(Box<Create>),
    /// Register applications from a file: an array of RFC 7591 metadata objects.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// List applications.
    List,
    /// Show one application.
    Show {
        /// Its client_id.
        id: String,
    },
    /// Change an application.
    Update(update::Update),
    /// Switch an application off: it gets no tokens, and those that it has are dead.
    Disable {
        /// Its client_id.
        id: String,
    },
    /// Switch an application on again.
    Enable {
        /// Its client_id.
        id: String,
    },
    /// Show the claims that an application would get of a person.
    PreviewClaims(preview::PreviewClaims),
    /// Show recent requests of an application: each check passed or failed, and what to change.
    Requests(super::requests::Requests),
    /// Remove an application, its codes and its refresh tokens.
    Delete {
        /// Its client_id.
        id: String,
    },
}

/// A new application.
#[derive(Args)]
pub struct Create {
    /// What people see.
    #[arg(long)]
    name: String,
    /// Where answers go; more than one may be given.
    #[arg(long, num_args = 1..)]
    redirect_uri: Vec<String>,
    /// Where people may go after sign-out.
    #[arg(long, num_args = 1..)]
    post_logout_redirect_uri: Vec<String>,
    /// It cannot keep a secret: a browser or device application. The same as --auth-method none.
    #[arg(long)]
    public: bool,
    /// How it authenticates.
    #[arg(long, value_parser = ["client_secret_basic", "client_secret_post", "none"])]
    auth_method: Option<String>,
    /// Grants; authorization_code and refresh_token unless given.
    #[arg(long, num_args = 1.., value_parser = ["authorization_code", "refresh_token", "client_credentials"])]
    grant: Vec<String>,
    /// Scopes it may ask for, space-separated.
    #[arg(long)]
    scope: Option<String>,
    /// A certain client_id.
    #[arg(long)]
    id: Option<String>,
    /// Take the secret from standard input.
    #[arg(long)]
    secret_stdin: bool,
    /// The operator's own application: people are not asked for consent.
    #[arg(long)]
    first_party: bool,
    /// Algorithm of its tokens.
    #[arg(long, value_parser = ["RS256", "PS256", "ES256", "EdDSA"])]
    signing_alg: Option<String>,
    /// `aud` of its access tokens; the issuer unless given.
    #[arg(long, num_args = 1..)]
    audience: Vec<String>,
    /// Audiences whose tokens it may introspect, whoever they were issued to.
    #[arg(long, num_args = 1..)]
    introspects: Vec<String>,
}

/// Does it.
pub async fn run(state: &State, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let origin = Origin::command_line();
    match command {
        Command::Create(create) => {
            let registered = register(state, &registration(*create)?, &origin).await?;
            output.answer(&credentials(&registered), || for_people(&registered));
        }
        Command::Import { file } => return import(state, &file, &origin, output).await,
        Command::List => {
            let all = clients::list(state).await.map_err(CommandError::from_display)?;
            let rows: Vec<_> = all
                .iter()
                .map(|c| vec![c.id.clone(), c.metadata.client_name.clone()])
                .collect();
            output.answer(&all.iter().map(document).collect::<Vec<_>>(), || {
                table(&["CLIENT ID", "NAME"], &rows)
            });
        }
        Command::Show { id } => {
            let found = clients::find(state, &id).await.map_err(CommandError::from_display)?;
            let client = found.ok_or_else(|| unknown(&id))?;
            let shown = document(&client);
            output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
        }
        Command::Update(update) => return update::run(state, update, output).await,
        Command::Disable { id } => return update::switch(state, &id, true, output).await,
        Command::Enable { id } => return update::switch(state, &id, false, output).await,
        Command::PreviewClaims(preview) => return preview::run(state, preview, output).await,
        Command::Requests(requests) => return super::requests::run(state, requests, output).await,
        Command::Delete { id } => {
            if !clients::delete(state, &id, &origin)
                .await
                .map_err(CommandError::from_display)?
            {
                return Err(unknown(&id));
            }
            output.answer(&json!({ "deleted": id }), || format!("removed {id}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn register(state: &State, wanted: &Registration, origin: &Origin) -> Result<Registered, CommandError> {
    clients::register(state, wanted, &Authority::all(), origin)
        .await
        .map_err(CommandError::from_display)
}

async fn import(
    state: &State,
    file: &std::path::Path,
    origin: &Origin,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let text = std::fs::read_to_string(file).map_err(CommandError::from_display)?;
    let objects: Vec<Value> =
        serde_json::from_str(&text).map_err(|error| CommandError::Refused(format!("{}: {error}", file.display())))?;
    // Everything is judged before anything is stored, so that a file is taken whole or named faulty.
    let mut wanted = Vec::new();
    for (at, object) in objects.into_iter().enumerate() {
        let named = |error: crate::protocol::error::OAuthError| {
            CommandError::Refused(format!("{}: object {}: {}", file.display(), at + 1, error.description))
        };
        let registration = Registration::read(object).map_err(named)?;
        registration.judge().map_err(named)?;
        wanted.push(registration);
    }
    let done = clients::register_all(state, &wanted, &Authority::all(), origin).await;
    let done = done.map_err(|error| CommandError::Refused(format!("{}: {error}", file.display())))?;
    output.answer(&done.iter().map(credentials).collect::<Vec<_>>(), || {
        done.iter().map(for_people).collect::<Vec<_>>().join("\n")
    });
    Ok(ExitCode::SUCCESS)
}

fn registration(create: Create) -> Result<Registration, CommandError> {
    let secret = if create.secret_stdin {
        Some(secret_from_stdin()?.expose().to_owned())
    } else {
        None
    };
    if create.public && create.auth_method.as_deref().is_some_and(|method| method != "none") {
        return Err(CommandError::Refused(
            "--public and --auth-method contradict each other".into(),
        ));
    }
    let grant_types = match create.grant.is_empty() {
        true => vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
        false => create.grant,
    };
    Ok(Registration {
        client_id: create.id,
        client_secret: secret,
        client_name: Some(create.name),
        redirect_uris: create.redirect_uri,
        post_logout_redirect_uris: create.post_logout_redirect_uri,
        token_endpoint_auth_method: if create.public {
            Some("none".into())
        } else {
            create.auth_method
        },
        grant_types,
        scope: create.scope,
        id_token_signed_response_alg: create.signing_alg,
        consent: if create.first_party {
            ConsentPolicy::Skip
        } else {
            ConsentPolicy::Remember
        },
        audience: create.audience,
        introspects: create.introspects,
        ..Registration::default()
    })
}

fn unknown(id: &str) -> CommandError {
    CommandError::Refused(format!("there is no client {id}"))
}

/// What the application needs to know. The secret is shown here and never again.
fn credentials(registered: &Registered) -> Value {
    let mut value = json!({ "client_id": registered.client.id });
    if let Some(members) = value.as_object_mut() {
        if let Some(secret) = &registered.secret {
            members.insert("client_secret".into(), secret.expose().into());
        }
        if !registered.left_out.is_empty() {
            members.insert("left_out".into(), registered.left_out.clone().into());
        }
    }
    value
}

fn for_people(registered: &Registered) -> String {
    let mut lines = vec![format!("client_id      {}", registered.client.id)];
    if let Some(secret) = &registered.secret {
        lines.push(format!("client_secret  {}", secret.expose()));
        lines.push("The secret is not shown again.".into());
    }
    lines.extend(registered.left_out.iter().map(|what| format!("left out       {what}")));
    lines.join("\n")
}

/// A client without its secret.
fn document(client: &Client) -> Value {
    let mut value = serde_json::to_value(&client.metadata).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("client_id".into(), client.id.clone().into());
        members.insert("created_at".into(), client.created_at.to_rfc3339().into());
        members.insert("disabled".into(), client.disabled_at.is_some().into());
        members.insert("revision".into(), client.revision.into());
    }
    value
}
