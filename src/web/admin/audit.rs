//! The audit trail: looking through it, verifying it, taking it along.

use actix_web::HttpResponse;
use chrono::{DateTime, NaiveDate, Utc};
use url::form_urlencoded;

use super::console::{Console, refusal, shown};
use super::names::names;
use crate::flow::admin::Code;
use crate::flow::admin::audit::{self, Asked, Listing};
use crate::model::Timestamp;
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::lines;
use crate::web::views::{AdminAudit, AdminAuditVerified, AdminSection, AuditFilters, Refusal, Status, paths};

/// What is asked for, as it was typed.
fn filters(console: &Console) -> AuditFilters {
    let text = |name: &str| console.ctx.query(name).unwrap_or_default().trim().to_owned();
    AuditFilters {
        kind: text("kind"),
        category: text("category"),
        actor: text("actor"),
        target: text("target"),
        from: text("from"),
        to: text("to"),
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The beginning of a day, so many days later.
fn day(member: &str, text: &str, later: u64) -> Result<Option<Timestamp>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    day.and_then(|day| day.checked_add_days(chrono::Days::new(later))?.and_hms_opt(0, 0, 0))
        .map(|at| Some(DateTime::<Utc>::from_naive_utc_and_offset(at, Utc)))
        .ok_or_else(|| Refusal::at(member, "2026-11-30"))
}

fn listing(console: &Console, filters: &AuditFilters) -> Result<Listing, Refusal> {
    Ok(Listing {
        limit: Some(PAGE),
        after: console.ctx.query("after"),
        kind: some(&filters.kind),
        category: some(&filters.category),
        actor: some(&filters.actor),
        target: some(&filters.target),
        from: day("from", &filters.from, 0)?,
        // The last day is meant too.
        to: day("to", &filters.to, 1)?,
    })
}

/// Events on a page.
const PAGE: u16 = 30;

/// Shows events.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let filters = filters(console);
        let found = match listing(console, &filters) {
            Ok(listing) => match console.operate::<audit::List>(listing).await {
                Ok(found) => Ok(found),
                Err(refused) => Err(refusal(refused)?),
            },
            Err(refused) => Err(refused),
        };
        let (events, next, refused) = match found {
            Ok(found) => (found.items, found.next, Refusal::default()),
            // Whoever may not see any has a page of its own.
            Err(refused) if refused.status() == 403 => return Err(Trouble::Status(Status::Forbidden)),
            Err(refused) => (Vec::new(), None, refused),
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, text) in [
            ("kind", &filters.kind),
            ("category", &filters.category),
            ("actor", &filters.actor),
            ("target", &filters.target),
            ("from", &filters.from),
            ("to", &filters.to),
        ] {
            if !text.is_empty() {
                query.append_pair(name, text);
            }
        }
        let export = match query.finish() {
            query if query.is_empty() => paths::ADMIN_AUDIT_EXPORT.to_owned(),
            query => format!("{}?{query}", paths::ADMIN_AUDIT_EXPORT),
        };
        let status = refused.status();
        let ids = events
            .iter()
            .flat_map(|event| [event.actor.as_str(), event.target.as_str()]);
        let template = AdminAudit {
            names: names(console, ids).await,
            page: console.page(),
            frame: console.frame(AdminSection::Audit).refused(refused),
            filters,
            events,
            paging: console.paging(next.as_deref()),
            export,
            now: console.now(),
        };
        console.draw_as(status, &template)
    })
    .await
}

/// Shows whether the trail is as it was written, and passes a mark that was kept elsewhere.
pub async fn get_verify(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let mark = console.ctx.query("mark").map(|mark| mark.trim().to_owned());
        let asked = Asked { mark: mark.clone() };
        let (found, refused) = match console.operate::<audit::Verify>(asked).await {
            Ok(found) => (Some(found), Refusal::default()),
            Err(refused) if refused.code() == Code::InvalidValue => (None, refusal(refused)?),
            Err(refused) => return Err(refused.into()),
        };
        let status = refused.status();
        let template = AdminAuditVerified {
            page: console.page(),
            frame: console
                .frame(AdminSection::Audit)
                .titled(console.words().get("admin_audit.verify"))
                .crumb("admin.nav_audit", paths::ADMIN_AUDIT)
                .refused(refused),
            mark: mark.unwrap_or_default(),
            found,
        };
        console.draw_as(status, &template)
    })
    .await
}

/// Gives events out, one JSON object a line: what the filters of the list ask for, all of it without any.
pub async fn get_export(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let filters = filters(console);
        let wanted = listing(console, &filters).map_err(|_| Trouble::Status(Status::BadRequest))?;
        let administrator = console.bulk(audit::EXPORT)?;
        let (state, origin) = (&console.ctx.state, &console.ctx.origin);
        let export = audit::begin_export(state, administrator, origin, wanted.filter()?, None).await?;
        let answer = lines::events(state, export);
        Ok(lines::attached(answer, "attachment; filename=\"audit.ndjson\""))
    })
    .await
}
