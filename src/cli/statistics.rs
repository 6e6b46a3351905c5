//! `passgate statistics` and `passgate system`: figures of each day, and how the installation is.

use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::Nothing;
use crate::flow::admin::statistics::{self, Asked};

/// How far back.
#[derive(Args)]
pub struct Arguments {
    /// Days, today included.
    #[arg(long, default_value_t = 30)]
    days: u16,
}

/// Shows the figures.
pub async fn run(server: &Server, arguments: Arguments, output: Output) -> Result<ExitCode, CommandError> {
    let days = Some(arguments.days);
    let shown = server.run::<statistics::Show>(Asked { days }).await?;
    output.answer(&shown, || {
        let rows: Vec<_> = shown
            .days
            .iter()
            .map(|day| {
                vec![
                    day.begins.format("%Y-%m-%d").to_string(),
                    day.sign_ups.to_string(),
                    day.sign_ins.to_string(),
                    day.sign_in_failures.to_string(),
                    day.sessions.to_string(),
                ]
            })
            .collect();
        table(&["DAY", "SIGN-UPS", "SIGN-INS", "FAILED", "SESSIONS"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}

/// Shows how the installation is.
pub async fn system(server: &Server, output: Output) -> Result<ExitCode, CommandError> {
    let system = server.run::<statistics::ShowSystem>(Nothing {}).await?;
    output.answer(&system, || {
        let mut lines = vec![
            format!("version   {}", system.version),
            format!("database  {}", system.database),
            format!(
                "mail      {} late, {} given up, {} refused by the other side",
                system.mails_late, system.mails_given_up, system.mails_refused
            ),
        ];
        let keys = system.keys.iter();
        lines.extend(keys.map(|key| {
            format!(
                "key       {} signs since {}",
                key.alg,
                key.since.format("%Y-%m-%d %H:%M")
            )
        }));
        lines.join("\n")
    });
    Ok(ExitCode::SUCCESS)
}
