//! Services that verify tokens, and the scopes that they know.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::clients::lines;
use super::console::{Answer, Console, changed, refusal, shown};
use crate::flow::admin::apis::{self, Api, Changes, NewApi, Scope, Which};
use crate::flow::admin::{Nothing, Operation as _, Refused};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::pages::OwnForm;
use crate::web::views::{AdminApi, AdminApis, AdminSection, ApiForm, Refusal, Status, paths};

/// Shows the list.
pub async fn get_list(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let found = console.operate::<apis::List>(Nothing {}).await?;
        console.draw(&AdminApis {
            page: console.page(),
            frame: console.frame(AdminSection::Apis).action(
                apis::Create::PERMISSION,
                "admin_apis.new",
                paths::ADMIN_API_NEW,
            ),
            apis: found.items,
            now: console.now(),
        })
    })
    .await
}

/// What the fields hold.
fn read(form: &OwnForm) -> ApiForm {
    let text = |name| form.text(name).trim().to_owned();
    ApiForm {
        identifier: text("identifier"),
        name: text("name"),
        description: text("description"),
        scopes: text("scopes"),
        revision: String::new(),
    }
}

fn as_it_is(api: &Api) -> ApiForm {
    let line = |scope: &Scope| match scope.description.as_str() {
        "" => scope.name.clone(),
        says => format!("{} = {says}", scope.name),
    };
    ApiForm {
        identifier: api.identifier.clone(),
        name: api.name.clone(),
        description: api.description.clone(),
        scopes: api.scopes.iter().map(line).collect::<Vec<_>>().join("\n"),
        revision: api.revision.to_string(),
    }
}

/// A scope a line, and behind `=` what it lets an application do.
fn scopes(text: &str) -> Vec<Scope> {
    let scope = |line: String| {
        let (name, says) = line.split_once('=').unwrap_or((&line, ""));
        Scope {
            name: name.trim().to_owned(),
            description: says.trim().to_owned(),
        }
    };
    lines(text).into_iter().map(scope).collect()
}

fn draw(console: &Console, form: ApiForm, refused: Refusal) -> Answer {
    let status = refused.status();
    let title = match form.is_new() {
        true => console.words().get("admin_apis.new").to_owned(),
        false => form.identifier.clone(),
    };
    let template = AdminApi {
        page: console.page(),
        frame: console
            .frame(AdminSection::Apis)
            .titled(title)
            .crumb("admin.nav_apis", paths::ADMIN_APIS)
            .refused(refused),
        form,
    };
    console.draw_as(status, &template)
}

/// Asks for a new service.
pub async fn get_new(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| match console.may::<apis::Create>() {
        true => draw(console, ApiForm::default(), Refusal::default()),
        false => Err(Trouble::Status(Status::Forbidden)),
    })
    .await
}

/// Makes it known.
pub async fn post_new(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let typed = read(form);
        let new = NewApi {
            identifier: typed.identifier.clone(),
            name: typed.name.clone(),
            description: typed.description.clone(),
            scopes: scopes(&typed.scopes),
        };
        match console.operate::<apis::Create>(new).await {
            Ok(_) => console.done(paths::ADMIN_APIS, "admin.notice_created"),
            Err(refused) => draw(console, typed, refusal(refused)?),
        }
    })
    .await
}

fn which(console: &Console) -> Which {
    Which {
        identifier: console.ctx.in_path("identifier"),
    }
}

async fn the_api(console: &Console) -> Result<ApiForm, Refused> {
    Ok(as_it_is(&console.operate::<apis::Show>(which(console)).await?))
}

/// Shows a service.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let form = the_api(console).await?;
        draw(console, form, Refusal::default())
    })
    .await
}

/// Changes a service, or forgets it.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let current = the_api(console).await?;
        match form.text("do") {
            "save" => save(console, current, form).await,
            "delete" => remove(console, current, form).await,
            _ => Err(Trouble::Status(Status::BadRequest)),
        }
    })
    .await
}

async fn save(console: &Console, current: ApiForm, form: &OwnForm) -> Answer {
    let typed = ApiForm {
        identifier: current.identifier.clone(),
        revision: current.revision.clone(),
        ..read(form)
    };
    let changes = Changes {
        identifier: typed.identifier.clone(),
        name: Some(typed.name.clone()),
        description: Some(typed.description.clone()),
        scopes: Some(scopes(&typed.scopes)),
    };
    let saved = console.operate_at::<apis::Update>(form.text("revision"), changes).await;
    match saved {
        Ok(_) => console.done(paths::ADMIN_APIS, "admin.notice_saved"),
        Err(refused) => {
            let beside = typed.beside(&current);
            draw(console, typed, refusal(refused)?.beside(beside))
        }
    }
}

async fn remove(console: &Console, current: ApiForm, form: &OwnForm) -> Answer {
    if form.text("typed").trim() != current.identifier {
        return draw(console, current, Refusal::at("typed", ""));
    }
    match console.operate::<apis::Delete>(which(console)).await {
        Ok(_) => console.done(paths::ADMIN_APIS, "admin.notice_removed"),
        Err(refused) => draw(console, current, refusal(refused)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_lines_with_what_they_let_an_application_do() {
        let read = scopes("posts:read = Read your posts\n\n posts:write\nodd = a = b");
        let pairs: Vec<_> = read
            .iter()
            .map(|scope| (scope.name.as_str(), scope.description.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("posts:read", "Read your posts"), ("posts:write", ""), ("odd", "a = b")]
        );
    }
}
