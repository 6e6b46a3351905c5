//! Keys that sign, and keys of programs.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use chrono::TimeDelta;
use uuid::Uuid;

use super::clients::lines;
use super::console::{Answer, Console, changed, refusal, shown};
use super::names::names;
use crate::flow::admin::api_keys::{self, NewApiKey};
use crate::flow::admin::{Nothing, Operation as _, signing_keys};
use crate::model::permission::{Permission, Resource, Verb};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::pages::OwnForm;
use crate::web::views::{
    AdminKey, AdminKeyNew, AdminKeys, AdminSecret, AdminSection, PermissionGroup, Refusal, Status, paths,
};

/// The longest life that can be chosen, in days.
const LONGEST: i64 = 365;

/// Shows both kinds, as far as whoever administers may see them.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, Refusal::default()).await).await
}

async fn draw(console: &Console, refused: Refusal) -> Answer {
    let signing = match console.may::<signing_keys::List>() {
        true => Some(console.operate::<signing_keys::List>(Nothing {}).await?.items),
        false => None,
    };
    let (mut next, mut api) = (None, None);
    if console.may::<api_keys::List>() {
        let listing = api_keys::Listing {
            limit: None,
            after: console.ctx.query("after"),
        };
        let found = console.operate::<api_keys::List>(listing).await?;
        (next, api) = (found.next, Some(found.items));
    }
    if signing.is_none() && api.is_none() {
        return Err(Trouble::Status(Status::Forbidden));
    }
    let status = refused.status();
    let frame = console
        .frame(AdminSection::Keys)
        .action(api_keys::Create::PERMISSION, "admin_keys.new", paths::ADMIN_KEY_NEW)
        .refused(refused);
    let template = AdminKeys {
        page: console.page(),
        frame,
        signing,
        api,
        paging: console.paging(next.as_deref()),
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Lets the next keys sign, or removes the key of a program.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let (outcome, words) = match form.text("do") {
            "rotate" => (
                console.operate::<signing_keys::Rotate>(Nothing {}).await.map(drop),
                "admin_keys.notice_rotated",
            ),
            "delete" => {
                let key_id = form.uuid("key_id").ok_or(Trouble::Status(Status::BadRequest))?;
                let which = api_keys::Which { key_id };
                (
                    console.operate::<api_keys::Delete>(which).await.map(drop),
                    "admin.notice_removed",
                )
            }
            _ => return Err(Trouble::Status(Status::BadRequest)),
        };
        match outcome {
            Ok(()) => console.done(paths::ADMIN_KEYS, words),
            Err(refused) => draw(console, refusal(refused)?).await,
        }
    })
    .await
}

/// Shows the key of a program.
pub async fn get_one(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let key_id = Uuid::parse_str(console.part("key_id")).map_err(|_| Trouble::Status(Status::NotFound))?;
        let key = console.operate::<api_keys::Show>(api_keys::Which { key_id }).await?;
        let frame = console
            .frame(AdminSection::Keys)
            .titled(key.name.clone())
            .crumb("admin.nav_keys", paths::ADMIN_KEYS);
        console.draw(&AdminKey {
            page: console.page(),
            frame,
            names: names(console, [key.created_by.as_str()]).await,
            key,
            now: console.now(),
        })
    })
    .await
}

/// Asks for a new key of a program.
pub async fn get_new(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| match console.may::<api_keys::Create>() {
        true => draw_new(console, None, Refusal::default()),
        false => Err(Trouble::Status(Status::Forbidden)),
    })
    .await
}

fn each() -> impl Iterator<Item = Permission> {
    Resource::ALL
        .iter()
        .flat_map(|&resource| Verb::ALL.iter().map(move |&verb| Permission { resource, verb }))
}

fn draw_new(console: &Console, form: Option<&OwnForm>, refused: Refusal) -> Answer {
    let status = refused.status();
    let text = |name: &str, otherwise: &str| form.map_or(otherwise, |form| form.text(name)).to_owned();
    let frame = console
        .frame(AdminSection::Keys)
        .titled(console.words().get("admin_keys.new"))
        .crumb("admin.nav_keys", paths::ADMIN_KEYS)
        .refused(refused);
    let group = |&resource: &Resource| PermissionGroup {
        resource,
        rights: each()
            .filter(|right| right.resource == resource)
            .map(|right| {
                let ticked = form.is_some_and(|form| form.has(&right.to_string()));
                (right, frame.may(right), ticked)
            })
            .collect(),
    };
    let groups = Resource::ALL.iter().map(group).collect();
    let template = AdminKeyNew {
        page: console.page(),
        name: text("name", ""),
        addresses: text("addresses", ""),
        days: text("days", "90"),
        groups,
        frame,
    };
    console.draw_as(status, &template)
}

/// Makes it, and shows it this once.
pub async fn post_new(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let days = form.text("days").parse::<i64>().ok();
        let input = NewApiKey {
            name: form.text("name").to_owned(),
            permissions: each()
                .map(|right| right.to_string())
                .filter(|name| form.has(name))
                .collect(),
            addresses: lines(form.text("addresses")),
            expires_at: days.map(|days| console.now() + TimeDelta::days(days.clamp(1, LONGEST))),
        };
        match console.operate::<api_keys::Create>(input).await {
            Ok(created) => console.draw(&AdminSecret {
                page: console.page(),
                frame: console
                    .frame(AdminSection::Keys)
                    .titled(created.api_key.name)
                    .crumb("admin.nav_keys", paths::ADMIN_KEYS),
                lead: "admin_keys.secret_lead",
                secret: &created.key,
                back: paths::ADMIN_KEYS,
            }),
            Err(refused) => draw_new(console, Some(form), refusal(refused)?),
        }
    })
    .await
}
