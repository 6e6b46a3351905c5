//! `passgate serve`.

use std::process::ExitCode;

use super::CommandError;
use super::output::say;
use crate::app::{App, Signals};
use crate::clock::Clock;
use crate::settings::Settings;

/// Serves until the process is told to stop.
pub async fn run(settings: Settings) -> Result<ExitCode, CommandError> {
    let app = App::build(settings, Clock::system()).await?;
    // Whoever reads that it is ready may tell it to stop in the same moment.
    let signals = Signals::listen().map_err(CommandError::from_display)?;
    say(&banner(&app));
    app.run_until_told(signals).await.map_err(CommandError::from_display)?;
    Ok(ExitCode::SUCCESS)
}

/// Where to open it, how to become the administrator, where mail goes.
fn banner(app: &App) -> String {
    let settings = &app.state.settings;
    let mut lines = vec![
        String::new(),
        format!("  Passgate {} is ready", env!("CARGO_PKG_VERSION")),
        String::new(),
        format!("  Open       {}", settings.issuer()),
    ];
    if let Some(link) = &app.setup_link {
        lines.push(format!("  First step {link}"));
        lines.push("             makes the first administrator; works once, for 24 hours".into());
    }
    if settings.is_development() {
        lines.push(format!("  Try it     {}/playground", settings.issuer()));
        lines.push(format!(
            "  Mail       {} and {}/dev/mail",
            settings.mail_dir().display(),
            settings.issuer()
        ));
    } else {
        lines.push(format!("  Mail       {}", settings.mail_dir().display()));
    }
    if let Some(address) = app.metrics_address {
        lines.push(format!("  Metrics    http://{address}/metrics"));
    }
    lines.push(format!("  Listening  {}", app.address));
    lines.push(String::new());
    lines.join("\n")
}
