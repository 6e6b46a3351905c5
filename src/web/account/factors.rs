//! Second factors and passkeys: added by a journey, removed, and recovery codes made anew.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use uuid::Uuid;

use super::{done, fresh, own, visitor};
use crate::flow::account::factors::{self, Removal};
use crate::flow::journey::{self as flow, Action};
use crate::model::journey::{Journey, JourneyKind};
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::pages::journey::{Drawing, address_of, go_on, here, show_stored, stored};
use crate::web::pages::own_form;
use crate::web::views::{KeepCodes, Notice, Section, Status, Way, paths};

/// Begins to set a factor up, or goes on.
pub async fn get_add(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let signed_in = match visitor(&ctx, Section::Security).await? {
            Ok(signed_in) => signed_in,
            Err(elsewhere) => return Ok(elsewhere),
        };
        if let Some(elsewhere) = fresh(&ctx, &signed_in, Section::Security) {
            return Ok(elsewhere);
        }
        if let Some(id) = ctx.query("journey") {
            theirs(stored(&ctx, Uuid::parse_str(&id).ok()).await?, signed_in.user.id)?;
            return show_stored(&ctx, &id).await;
        }
        let here = here(&ctx, None);
        let begun = factors::add(&ctx.state, &here, &signed_in).await?;
        let Some(name) = ctx.query("factor") else {
            return Ok(error::see_other(&ctx, &address_of(&begun)));
        };
        let action = Action::Method {
            name,
            identifier: String::new(),
        };
        let outcome = flow::act(&ctx.state, &here, begun, action).await?;
        Drawing::of(&ctx, None).outcome(outcome)
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// A journey of this kind, of whoever is signed in now.
fn theirs(journey: Journey, user_id: Uuid) -> Result<Journey, Trouble> {
    match journey.kind == JourneyKind::Enrol && journey.facts.expected == Some(user_id) {
        true => Ok(journey),
        false => Err(Trouble::Status(Status::FormExpired)),
    }
}

/// Goes on.
pub async fn post_add(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = own_form(&ctx, payload).await?;
        let signed_in = match visitor(&ctx, Section::Security).await? {
            Ok(signed_in) => signed_in,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let journey = theirs(stored(&ctx, form.uuid("journey")).await?, signed_in.user.id)?;
        go_on(&ctx, None, &form, journey).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Removes one.
pub async fn remove(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(elsewhere) = fresh(&ctx, &actor.signed_in, Section::Security) {
            return Ok(elsewhere);
        }
        match factors::remove(&ctx.state, &actor, form.text("factor"), form.text("id")).await? {
            Removal::Removed => Ok(done(&ctx, Section::Security, Notice::FactorRemoved)),
            Removal::Unknown => Err(Trouble::Status(Status::NotFound)),
            Removal::LastWayIn => Ok(done(&ctx, Section::Security, Notice::LastWayIn)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Gives one another name.
pub async fn rename(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(elsewhere) = fresh(&ctx, &actor.signed_in, Section::Security) {
            return Ok(elsewhere);
        }
        let (factor, id, name) = (form.text("factor"), form.text("id"), form.text("name"));
        match factors::rename(&ctx.state, &actor, factor, id, name).await? {
            true => Ok(done(&ctx, Section::Security, Notice::FactorRenamed)),
            false => Err(Trouble::Status(Status::NotFound)),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Makes new recovery codes and shows them, this once.
pub async fn renew_codes(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (_, actor) = own(&ctx, payload).await?;
        if let Some(elsewhere) = fresh(&ctx, &actor.signed_in, Section::Security) {
            return Ok(elsewhere);
        }
        let Some(codes) = factors::renew_codes(&ctx.state, &actor).await? else {
            return Err(Trouble::Status(Status::BadRequest));
        };
        let (lang, csrf) = (ctx.lang(None), ctx.csrf());
        let template = KeepCodes {
            page: ctx.page(lang, None, &csrf),
            way: Way {
                action: paths::CODES_KEPT,
                ..Way::default()
            },
            account: &actor.signed_in.user.email,
            codes: &codes,
            replaces: true,
        };
        Ok(error::render(&ctx, StatusCode::OK, lang, &template))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// The person has kept them.
pub async fn codes_kept(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        own(&ctx, payload).await?;
        Ok(error::see_other(&ctx, Section::Security.path()))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}
