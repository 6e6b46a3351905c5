//! `passgate client`.

mod preview;
mod secret;
pub(super) mod settings;
mod update;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::administration::Server;
use super::output::{Output, table};
use super::{CommandError, secret_from_stdin};
use crate::flow::admin::clients::{self, Client, Created, Listing, NewClient, NewClients, Which};

/// What can be done with applications.
#[derive(Subcommand)]
pub enum Command {
    /// Register an application. Its secret is shown once.
    Create(Box<Create>),
    /// Register applications from a file: an array of RFC 7591 metadata objects, taken whole or not at all.
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
    /// Make another secret, which is shown once; the present one counts for a while longer.
    RotateSecret(secret::RotateSecret),
    /// End the secret before the present one at once.
    EndPreviousSecret {
        /// Its client_id.
        id: String,
    },
    /// Show the claims that an application would get of a person.
    PreviewClaims(preview::PreviewClaims),
    /// Look at the settings and recent requests of an application for what would keep people from signing in.
    Check {
        /// Its client_id.
        id: String,
    },
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
    /// Take the secret from standard input; at a terminal it is asked for.
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
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    match command {
        Command::Create(create) => {
            let created = server.run::<clients::Create>(new_client(*create)?).await?;
            let credentials = Credentials::from(&created);
            output.answer(&credentials.document(), || credentials.for_people());
        }
        Command::Import { file } => return import(server, &file, output).await,
        Command::List => {
            let page = |limit, after| Listing { limit, after };
            let all: Vec<Client> = server.all::<clients::List, _>(usize::MAX, page).await?;
            let rows: Vec<_> = all
                .iter()
                .map(|client| {
                    let name = client.settings.client_name.clone();
                    vec![client.client_id.clone(), name.unwrap_or_default()]
                })
                .collect();
            output.answer(&all.iter().map(document).collect::<Vec<_>>(), || {
                table(&["CLIENT ID", "NAME"], &rows)
            });
        }
        Command::Show { id } => {
            let which = Which { client_id: id.clone() };
            let client = server.run::<clients::Show>(which).await.map_err(named(&id))?;
            let shown = document(&client);
            output.answer(&shown, || serde_json::to_string_pretty(&shown).unwrap_or_default());
        }
        Command::Update(update) => return update::run(server, update, output).await,
        Command::Disable { id } => return update::switch(server, id, true, output).await,
        Command::Enable { id } => return update::switch(server, id, false, output).await,
        Command::RotateSecret(rotate) => return secret::rotate(server, rotate, output).await,
        Command::EndPreviousSecret { id } => return secret::end_previous(server, id, output).await,
        Command::PreviewClaims(preview) => return preview::run(server, preview, output).await,
        Command::Check { id } => {
            let which = Which { client_id: id.clone() };
            let checked = server.run::<clients::CheckClient>(which).await.map_err(named(&id))?;
            output.answer(&checked, || serde_json::to_string_pretty(&checked).unwrap_or_default());
        }
        Command::Requests(requests) => return super::requests::run(server, requests, output).await,
        Command::Delete { id } => {
            let which = Which { client_id: id.clone() };
            server.run::<clients::Delete>(which).await.map_err(named(&id))?;
            output.answer(&json!({ "deleted": id }), || format!("removed {id}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(server: &Server, file: &std::path::Path, output: Output) -> Result<ExitCode, CommandError> {
    let of_file = |why: &dyn std::fmt::Display| CommandError::Refused(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| of_file(&error))?;
    let clients = serde_json::from_str(&text).map_err(|error| of_file(&error))?;
    let done = server.run::<clients::Import>(NewClients { clients }).await;
    let done = done.map_err(|error| match error {
        CommandError::Operation { code, sentence } => CommandError::Operation {
            code,
            sentence: format!("{}: {sentence}", file.display()),
        },
        error => error,
    })?;
    let credentials: Vec<_> = done.clients.iter().map(Credentials::from).collect();
    output.answer(
        &credentials.iter().map(Credentials::document).collect::<Vec<_>>(),
        || {
            let lines: Vec<_> = credentials.iter().map(Credentials::for_people).collect();
            lines.join("\n")
        },
    );
    Ok(ExitCode::SUCCESS)
}

fn new_client(create: Create) -> Result<NewClient, CommandError> {
    let secret = if create.secret_stdin {
        Some(secret_from_stdin("Secret")?.expose().to_owned())
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
    Ok(NewClient {
        client_id: create.id,
        client_secret: secret,
        client_name: Some(create.name),
        redirect_uris: Some(create.redirect_uri),
        post_logout_redirect_uris: Some(create.post_logout_redirect_uri),
        token_endpoint_auth_method: if create.public {
            Some("none".into())
        } else {
            create.auth_method
        },
        grant_types: Some(grant_types),
        scope: create.scope,
        id_token_signed_response_alg: create.signing_alg,
        consent: create.first_party.then(|| "skip".to_owned()),
        audience: Some(create.audience),
        introspects: Some(create.introspects),
        ..NewClient::default()
    })
}

/// Names the application in the sentence where there is none.
pub(super) fn named(id: &str) -> impl FnOnce(CommandError) -> CommandError {
    move |error| match error.is("not_found") {
        true => CommandError::Refused(format!("there is no client {id}")),
        false => error,
    }
}

/// What an application needs to know. The secret is shown here and never again.
struct Credentials<'a> {
    id: &'a str,
    secret: Option<&'a str>,
    left_out: &'a [String],
}

impl<'a> From<&'a Created> for Credentials<'a> {
    fn from(created: &'a Created) -> Self {
        Self {
            id: &created.client.client_id,
            secret: created.client_secret.as_deref(),
            left_out: &created.left_out,
        }
    }
}

impl Credentials<'_> {
    fn document(&self) -> Value {
        let mut value = json!({ "client_id": self.id });
        if let Some(members) = value.as_object_mut() {
            if let Some(secret) = self.secret {
                members.insert("client_secret".into(), secret.into());
            }
            if !self.left_out.is_empty() {
                members.insert("left_out".into(), self.left_out.into());
            }
        }
        value
    }

    fn for_people(&self) -> String {
        let mut lines = vec![format!("client_id      {}", self.id)];
        if let Some(secret) = self.secret {
            lines.push(format!("client_secret  {secret}"));
            lines.push("The secret is not shown again.".into());
        }
        lines.extend(self.left_out.iter().map(|what| format!("left out       {what}")));
        lines.join("\n")
    }
}

/// A client without its secret.
fn document(client: &Client) -> Value {
    serde_json::to_value(client).unwrap_or_default()
}
