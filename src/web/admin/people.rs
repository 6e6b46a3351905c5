//! Many people at once: taken in from a file, and taken along.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::console::{Answer, Console, refusal, shown, uploaded};
use crate::flow::admin::Refused;
use crate::flow::admin::bulk::{self, Fate, Line, Summary};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::lines;
use crate::web::views::{AdminImport, AdminSection, Imported, Refusal, Status, paths};

/// The largest file: what is larger goes through REST or the command line, which take it as it comes.
const MAX_BYTES: usize = 1024 * 1024;
/// Lines that the page names; the others are counted.
const MOST_LINES: usize = 100;

/// Asks for a file.
pub async fn get_import(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| match console.may_bulk(bulk::IMPORT) {
        true => draw(console, None, Refusal::default()),
        false => Err(Trouble::Status(Status::Forbidden)),
    })
    .await
}

fn draw(console: &Console, imported: Option<Imported>, refused: Refusal) -> Answer {
    let status = refused.status();
    let template = AdminImport {
        page: console.page(),
        frame: console
            .frame(AdminSection::Users)
            .titled(console.words().get("admin_import.title"))
            .crumb("admin.nav_users", paths::ADMIN_USERS)
            .refused(refused),
        imported,
    };
    console.draw_as(status, &template)
}

/// Takes the people of a file in, line by line, and says what became of each.
pub async fn post_import(ctx: Ctx, payload: Payload) -> HttpResponse {
    uploaded(ctx, payload, "file", MAX_BYTES, async |console, file| {
        if let Err(refused) = console.bulk(bulk::IMPORT) {
            return draw(console, None, refusal(refused)?);
        }
        let problem = match file.len() {
            0 => Some("admin_import.no_file"),
            bytes if bytes > MAX_BYTES => Some("admin_import.too_large"),
            _ => None,
        };
        if let Some(key) = problem {
            return draw(console, None, Refusal::saying("file", key));
        }
        match import(console, &file).await {
            Ok(imported) => draw(console, Some(imported), Refusal::default()),
            Err(refused) => draw(console, None, refusal(refused)?),
        }
    })
    .await
}

async fn import(console: &Console, file: &[u8]) -> Result<Imported, Refused> {
    let administrator = console.bulk(bulk::IMPORT)?;
    let mut summary = Summary::default();
    let mut refused: Vec<Line> = Vec::new();
    for (number, line) in (1..).zip(file.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (state, origin) = (&console.ctx.state, &console.ctx.origin);
        let done = bulk::import_line(state, administrator, origin, number, line).await?;
        summary.count(&done);
        if done.status == Fate::Refused && refused.len() < MOST_LINES {
            refused.push(done);
        }
    }
    Ok(Imported { summary, refused })
}

/// Gives everybody out, a person a line.
pub async fn get_export(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let administrator = console.bulk(bulk::EXPORT)?;
        let position = bulk::begin_export(&console.ctx.state, administrator, &console.ctx.origin).await?;
        let answer = lines::people(&console.ctx.state, position);
        Ok(lines::attached(answer, "attachment; filename=\"people.ndjson\""))
    })
    .await
}
