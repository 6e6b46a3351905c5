//! Devices and what happened.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use chrono::DateTime;
use uuid::Uuid;

use super::{device, done, frame, own, visitor};
use crate::flow::account::{factors, security};
use crate::model::Timestamp;
use crate::model::secret::Digest;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{AccountSecurity, DeviceRow, EventRow, FactorRow, Notice, Section, Status, paths};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let signed_in = match visitor(ctx, Section::Security).await? {
        Ok(signed_in) => signed_in,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let user = &signed_in.user;
    let before = ctx.query("before").and_then(|text| place(&text));
    let history = security::history(&ctx.state, user, before).await?;
    let subject = user.subject();
    let events = history.events.into_iter().map(|event| {
        let by_other = !event.actor.is_empty() && event.actor != subject;
        // Where somebody else acted, from where they did is theirs.
        let (device, address) = match by_other {
            true => (String::new(), String::new()),
            false => (device::describe(&event.user_agent), event.address),
        };
        EventRow {
            kind: event.kind,
            at: event.at,
            device,
            address,
            by_other,
        }
    });
    let factors = factors::list(&ctx.state, &signed_in).await?;
    let devices = security::devices(&ctx.state, user).await?;
    let devices = devices.into_iter().filter_map(|row| {
        Some(DeviceRow {
            id: Digest::from_slice(&row.digest)?.to_hex(),
            device: device::describe(&row.user_agent),
            address: row.address,
            last_used: row.last_seen_at,
            trusted_until: row.trusted_until,
        })
    });
    let older = history.next.map(|(at, id)| {
        format!(
            "{}?before={}_{id}#history",
            paths::ACCOUNT_SECURITY,
            at.timestamp_micros()
        )
    });
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountSecurity {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, &signed_in, Section::Security, None).await?,
        factors: factors.own.into_iter().map(factor_row).collect(),
        codes_left: factors.codes_left,
        can_add: factors.can_add,
        devices: devices.collect(),
        events: events.collect(),
        older,
        now: ctx.state.clock.now(),
    };
    Ok(error::render(ctx, StatusCode::OK, lang, &template))
}

fn factor_row(own: factors::Own) -> FactorRow {
    FactorRow {
        factor: own.factor,
        id: own.id,
        name: own.name,
        renamable: own.renamable,
        added: own.created_at,
        last_used: own.last_used_at,
    }
}

/// Where a page of events begins: the moment and the id of the event before it.
fn place(text: &str) -> Option<(Timestamp, Uuid)> {
    let (micros, id) = text.split_once('_')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    // PostgreSQL knows no moment before its calendar.
    let at = (at.timestamp() >= 0).then_some(at)?;
    Some((at, Uuid::parse_str(id).ok()?))
}

/// Forgets a device.
pub async fn forget_device(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        let digest = Digest::from_hex(form.text("device")).ok_or(Trouble::Status(Status::BadRequest))?;
        match security::forget_device(&ctx.state, &actor, digest).await? {
            true => Ok(done(&ctx, Section::Security, Notice::DeviceForgotten)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_is_none() {
        let id = "018b0000-0000-7000-8000-000000000000";
        assert!(place(&format!("1700000000000000_{id}")).is_some());
        for bad in [
            "",
            "_",
            "1",
            "x_y",
            &format!("-5_{id}"),
            &format!("99999999999999999999_{id}"),
            "1_x",
        ] {
            assert!(place(bad).is_none(), "{bad}");
        }
    }
}
