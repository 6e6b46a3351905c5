//! `passgate completion`: the commands and their flags, for a shell.

use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::CommandError;
use super::output::say;

/// For which shell.
#[derive(Args)]
pub struct Arguments {
    /// The shell. See docs/command-line.md for where it looks for this.
    shell: Shell,
}

/// Prints it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "passgate",
        &mut script,
    );
    say(String::from_utf8_lossy(&script).trim_end());
    Ok(ExitCode::SUCCESS)
}
