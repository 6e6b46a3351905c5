//! Commands that are operations of administrators: on the server's own database, or on a server elsewhere with a key.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::CommandError;
use super::output::Sink;
use crate::flow::admin::bulk::Bulk;
use crate::flow::admin::{self, Administrator, Operation, Page, Refused, Remote, RemoteError};
use crate::model::audit::Origin;
use crate::state::State;

/// Names the key in the environment: what stands on a command line is seen by every process.
const KEY: &str = "PASSGATE_API_KEY";
/// Entries of a page that is asked for: the most that there are.
pub const PAGE: u16 = 200;

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
            None => variable(KEY).ok_or_else(|| CommandError::Refused(format!("{KEY} is not set")))?,
        };
        let remote = Remote::new(address, key.trim().to_owned()).map_err(CommandError::from_display)?;
        Ok(Some(Server::Elsewhere(remote)))
    }
}

/// A variable of the environment.
pub fn variable(name: &str) -> Option<String> {
    let found = std::env::vars_os().find(|(given, _)| given == name);
    found.and_then(|(_, value)| value.into_string().ok())
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
                Ok(admin::run::<O>(state, &administrator, &origin, expected, input).await?)
            }
            Self::Elsewhere(remote) => Ok(remote.run::<O>(expected.as_deref(), &input).await?),
        }
    }

    /// Every page of a list, or as many entries as are asked for: `page` makes the input from the length of a page and what
    /// the page before gave as `next`.
    pub async fn all<O, T>(
        &self,
        most: usize,
        page: impl Fn(Option<u16>, Option<String>) -> O::Input,
    ) -> Result<Vec<T>, CommandError>
    where
        O: Operation<Output = Page<T>>,
    {
        let (mut all, mut after) = (Vec::new(), None);
        while all.len() < most {
            let length = u16::try_from(most - all.len()).unwrap_or(PAGE).min(PAGE);
            let found = self.run::<O>(page(Some(length), after)).await?;
            all.extend(found.items);
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }
}

/// Gives out lines of a server elsewhere as they come. Where it refuses, no file is made.
pub async fn take_along(
    remote: &Remote,
    export: &Bulk,
    asked: &impl Serialize,
    file: Option<&Path>,
) -> Result<(), CommandError> {
    let mut lines = remote.export(export, asked).await?;
    let mut sink = Sink::open(file)?;
    while let Some(part) = lines.next().await? {
        if !sink.write(&part)? {
            break;
        }
    }
    Ok(())
}

impl From<Refused> for CommandError {
    fn from(refused: Refused) -> Self {
        let code = serde_json::to_value(refused.code()).unwrap_or_default();
        Self::Operation {
            code: code.as_str().unwrap_or_default().to_owned(),
            sentence: refused.to_string(),
        }
    }
}

impl From<RemoteError> for CommandError {
    fn from(error: RemoteError) -> Self {
        match &error {
            RemoteError::Refused(problem) => Self::Operation {
                code: problem.code.clone(),
                sentence: error.to_string(),
            },
            _ => Self::from_display(error),
        }
    }
}
