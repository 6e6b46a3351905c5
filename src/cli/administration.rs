//! Commands that are operations of administrators: on the server's own database, or on a server elsewhere with a key.

use std::path::PathBuf;

use clap::Args;

use super::CommandError;
use crate::flow::admin::{self, Administrator, Operation, Remote};
use crate::model::audit::Origin;
use crate::state::State;

/// Names the key in the environment: what stands on a command line is seen by every process.
const KEY: &str = "PASSGATE_API_KEY";

/// Where the operations are done.
#[derive(Args, Clone, Debug, Default)]
pub struct Where {
    /// Do it on a server elsewhere, with the API key in PASSGATE_API_KEY; on the server's own database unless given.
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// A file with the API key, in place of PASSGATE_API_KEY.
    #[arg(long, global = true, value_name = "FILE", requires = "server")]
    api_key_file: Option<PathBuf>,
}

impl Where {
    /// The server elsewhere, if one is named.
    pub fn remote(&self) -> Result<Option<Server>, CommandError> {
        let Some(address) = &self.server else { return Ok(None) };
        let key = match &self.api_key_file {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|error| CommandError::Refused(format!("{}: {error}", file.display())))?,
            None => {
                let mut variables = std::env::vars_os();
                let found = variables.find(|(name, _)| name == KEY);
                found
                    .and_then(|(_, key)| key.into_string().ok())
                    .ok_or_else(|| CommandError::Refused(format!("{KEY} is not set")))?
            }
        };
        let remote = Remote::new(address, key.trim().to_owned()).map_err(CommandError::from_display)?;
        Ok(Some(Server::Elsewhere(remote)))
    }
}

/// Where the operations are done, opened.
pub enum Server {
    /// This installation.
    Own(Box<State>),
    /// One elsewhere.
    Elsewhere(Remote),
}

impl Server {
    /// Runs an operation.
    pub async fn run<O: Operation>(&self, input: O::Input) -> Result<O::Output, CommandError> {
        self.change::<O>(None, input).await
    }

    /// Runs an operation on what has a revision.
    pub async fn change<O: Operation>(
        &self,
        expected: Option<String>,
        input: O::Input,
    ) -> Result<O::Output, CommandError> {
        match self {
            Self::Own(state) => {
                let administrator = Administrator::command_line();
                let origin = Origin::command_line();
                admin::run::<O>(state, &administrator, &origin, expected, input)
                    .await
                    .map_err(CommandError::from_display)
            }
            Self::Elsewhere(remote) => remote
                .run::<O>(expected.as_deref(), &input)
                .await
                .map_err(CommandError::from_display),
        }
    }
}
