//! `passgate doctor`.

use std::process::ExitCode;

use super::CommandError;
use super::output::Output;
use crate::app;
use crate::clock::Clock;
use crate::flow::doctor::{self, Finding};
use crate::flow::{letters, texts};
use crate::settings::Settings;

/// Looks at everything and says what is wrong. Fails when something is.
pub async fn run(settings: &Settings, output: Output) -> Result<ExitCode, CommandError> {
    let mut findings = vec![Finding {
        what: "settings",
        ok: true,
        detail: settings.issuer().to_owned(),
    }];
    let mut bad = |what, detail: String| {
        findings.push(Finding {
            what,
            ok: false,
            detail,
        })
    };
    if let Some(path) = app::missing_database(settings) {
        // Opening it would make it.
        bad(
            "database",
            format!("there is none at {} yet: start the server", path.display()),
        );
    } else {
        match (
            app::open_database(settings),
            app::existing_master_key(&settings.keys_dir),
        ) {
            (Err(error), _) => bad("database", error.to_string()),
            (Ok(_), Err(error)) => bad("master key", error.to_string()),
            (Ok(db), Ok(key)) => {
                findings.extend(doctor::run(&db, key.as_ref(), Clock::system().now()).await);
                db.close().await;
            }
        }
    }
    findings.push(mail(settings).await);
    if settings.second_factor.offers("sms") {
        let ok = texts::can_leave(settings);
        findings.push(Finding {
            what: "texts",
            ok,
            detail: match ok {
                true => "there is a way for them to leave".to_owned(),
                false => "second_factor.methods has sms, and sms.provider lets no text leave".to_owned(),
            },
        });
    }
    let well = findings.iter().all(|finding| finding.ok);
    output.answer(&findings, || {
        let line = |finding: &Finding| {
            let mark = if finding.ok { "ok " } else { "BAD" };
            format!("{mark}  {:<12} {}", finding.what, finding.detail)
        };
        findings.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether mail would be taken; none is sent.
async fn mail(settings: &Settings) -> Finding {
    let asked = match letters::transport(settings) {
        Ok(transport) => transport.probe().await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let ok = asked.is_ok();
    let (Ok(detail) | Err(detail)) = asked;
    Finding {
        what: "mail",
        ok,
        detail,
    }
}
