//! Roles and plans. Both are catalogues, and have the same pages.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::clients::lines;
use super::console::{Answer, Console, changed, refusal, shown};
use crate::flow::admin::catalogue::Which;
use crate::flow::admin::{Refused, plans, roles};
use crate::model::permission::Permission;
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::pages::OwnForm;
use crate::web::views::{
    AdminCatalogue, AdminCatalogueEntry, AdminSection, Catalogue, CatalogueEntry, Refusal, Status,
};

/// Shows the roles.
pub async fn get_roles(ctx: Ctx) -> HttpResponse {
    list(ctx, Catalogue::Roles).await
}

/// Shows the plans.
pub async fn get_plans(ctx: Ctx) -> HttpResponse {
    list(ctx, Catalogue::Plans).await
}

/// Asks for a new role.
pub async fn get_new_role(ctx: Ctx) -> HttpResponse {
    get_new(ctx, Catalogue::Roles).await
}

/// Makes a role.
pub async fn post_new_role(ctx: Ctx, payload: Payload) -> HttpResponse {
    post_new(ctx, payload, Catalogue::Roles).await
}

/// Asks for a new plan.
pub async fn get_new_plan(ctx: Ctx) -> HttpResponse {
    get_new(ctx, Catalogue::Plans).await
}

/// Makes a plan.
pub async fn post_new_plan(ctx: Ctx, payload: Payload) -> HttpResponse {
    post_new(ctx, payload, Catalogue::Plans).await
}

/// Shows a role.
pub async fn get_role(ctx: Ctx) -> HttpResponse {
    get(ctx, Catalogue::Roles).await
}

/// Changes a role, or removes it.
pub async fn post_role(ctx: Ctx, payload: Payload) -> HttpResponse {
    post(ctx, payload, Catalogue::Roles).await
}

/// Shows a plan.
pub async fn get_plan(ctx: Ctx) -> HttpResponse {
    get(ctx, Catalogue::Plans).await
}

/// Changes a plan, or removes it.
pub async fn post_plan(ctx: Ctx, payload: Payload) -> HttpResponse {
    post(ctx, payload, Catalogue::Plans).await
}

fn section(catalogue: Catalogue) -> AdminSection {
    match catalogue {
        Catalogue::Roles => AdminSection::Roles,
        Catalogue::Plans => AdminSection::Plans,
    }
}

fn label(catalogue: Catalogue) -> &'static str {
    section(catalogue).label()
}

async fn list(ctx: Ctx, catalogue: Catalogue) -> HttpResponse {
    shown(ctx, async |console| {
        let entries = match catalogue {
            Catalogue::Roles => {
                let found = console.operate::<roles::List>(crate::flow::admin::Nothing {}).await?;
                found.items.into_iter().map(CatalogueEntry::from).collect()
            }
            Catalogue::Plans => {
                let found = console.operate::<plans::List>(crate::flow::admin::Nothing {}).await?;
                found.items.into_iter().map(CatalogueEntry::from).collect()
            }
        };
        let write = Permission::write(catalogue.resource());
        console.draw(&AdminCatalogue {
            page: console.page(),
            frame: console
                .frame(section(catalogue))
                .action(write, catalogue.new_label(), catalogue.new_path()),
            catalogue,
            entries,
            now: console.now(),
        })
    })
    .await
}

fn draw(console: &Console, catalogue: Catalogue, entry: CatalogueEntry, refused: Refusal) -> Answer {
    let status = refused.status();
    let title = match entry.revision.is_empty() {
        true => console.words().get(catalogue.new_label()).to_owned(),
        false => entry.name.clone(),
    };
    let template = AdminCatalogueEntry {
        page: console.page(),
        frame: console
            .frame(section(catalogue))
            .titled(title)
            .crumb(label(catalogue), catalogue.path())
            .refused(refused),
        catalogue,
        entry,
    };
    console.draw_as(status, &template)
}

async fn get_new(ctx: Ctx, catalogue: Catalogue) -> HttpResponse {
    shown(ctx, async |console| {
        // Whoever may not make one need not fill in a form.
        let frame = console.frame(section(catalogue));
        match frame.may_write(catalogue.resource()) {
            true => draw(console, catalogue, CatalogueEntry::default(), Refusal::default()),
            false => Err(Trouble::Status(Status::Forbidden)),
        }
    })
    .await
}

/// What the fields hold.
fn read(catalogue: Catalogue, form: &OwnForm) -> CatalogueEntry {
    CatalogueEntry {
        name: form.text("name").trim().to_owned(),
        description: form.text("description").trim().to_owned(),
        holds: lines(form.text(catalogue.member())),
        ..CatalogueEntry::default()
    }
}

async fn post_new(ctx: Ctx, payload: Payload, catalogue: Catalogue) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let entry = read(catalogue, form);
        let made = match catalogue {
            Catalogue::Roles => {
                let new = roles::NewRole {
                    name: entry.name.clone(),
                    description: entry.description.clone(),
                    permissions: entry.holds.clone(),
                };
                console.operate::<roles::Create>(new).await.map(drop)
            }
            Catalogue::Plans => {
                let new = plans::NewPlan {
                    name: entry.name.clone(),
                    description: entry.description.clone(),
                    features: entry.holds.clone(),
                };
                console.operate::<plans::Create>(new).await.map(drop)
            }
        };
        match made {
            Ok(()) => console.done(catalogue.path(), "admin.notice_created"),
            Err(refused) => draw(console, catalogue, entry, refusal(refused)?),
        }
    })
    .await
}

/// The entry of the path, as it is now.
async fn the_entry(console: &Console, catalogue: Catalogue) -> Result<CatalogueEntry, Refused> {
    let which = Which {
        name: console.part("name").to_owned(),
    };
    Ok(match catalogue {
        Catalogue::Roles => console.operate::<roles::Show>(which).await?.into(),
        Catalogue::Plans => console.operate::<plans::Show>(which).await?.into(),
    })
}

async fn get(ctx: Ctx, catalogue: Catalogue) -> HttpResponse {
    shown(ctx, async |console| {
        let entry = the_entry(console, catalogue).await?;
        draw(console, catalogue, entry, Refusal::default())
    })
    .await
}

async fn post(ctx: Ctx, payload: Payload, catalogue: Catalogue) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let current = the_entry(console, catalogue).await?;
        match form.text("do") {
            "save" => save(console, catalogue, current, form).await,
            "delete" => remove(console, catalogue, current, form).await,
            _ => Err(Trouble::Status(Status::BadRequest)),
        }
    })
    .await
}

async fn save(console: &Console, catalogue: Catalogue, current: CatalogueEntry, form: &OwnForm) -> Answer {
    let typed = read(catalogue, form);
    let revision = form.text("revision");
    let saved = match catalogue {
        Catalogue::Roles => {
            let changes = roles::Changes {
                name: current.name.clone(),
                description: Some(typed.description.clone()),
                permissions: Some(typed.holds.clone()),
            };
            console.operate_at::<roles::Update>(revision, changes).await.map(drop)
        }
        Catalogue::Plans => {
            let changes = plans::Changes {
                name: current.name.clone(),
                description: Some(typed.description.clone()),
                features: Some(typed.holds.clone()),
            };
            console.operate_at::<plans::Update>(revision, changes).await.map(drop)
        }
    };
    match saved {
        Ok(()) => console.done(catalogue.path(), "admin.notice_saved"),
        Err(refused) => {
            let holds = [&typed.holds, &current.holds].map(|holds| holds.join("\n"));
            let [mine, theirs] = holds;
            let refused = refusal(refused)?.beside([
                (
                    "admin_catalogue.description",
                    typed.description.clone(),
                    current.description.clone(),
                ),
                (catalogue.holds_label(), mine, theirs),
            ]);
            let shown = CatalogueEntry {
                description: typed.description,
                holds: typed.holds,
                ..current
            };
            draw(console, catalogue, shown, refused)
        }
    }
}

async fn remove(console: &Console, catalogue: Catalogue, current: CatalogueEntry, form: &OwnForm) -> Answer {
    if form.text("typed").trim() != current.name {
        return draw(console, catalogue, current, Refusal::at("typed", ""));
    }
    let which = Which {
        name: current.name.clone(),
    };
    let removed = match catalogue {
        Catalogue::Roles => console.operate::<roles::Delete>(which).await,
        Catalogue::Plans => console.operate::<plans::Delete>(which).await,
    };
    match removed {
        Ok(_) => console.done(catalogue.path(), "admin.notice_removed"),
        Err(refused) => draw(console, catalogue, current, refusal(refused)?),
    }
}
