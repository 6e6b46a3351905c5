//! The list of people, and a new one.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::console::{Answer, Console, changed, refusal, shown};
use crate::flow::admin::{plans, roles, users};
use crate::model::permission::{Permission, Resource};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::views::{AdminSection, AdminUserNew, AdminUsers, NewUserForm, Refusal, UserFilter, paths};

/// Entries of a page: what a page may weigh.
pub(super) const ROWS: u16 = 12;

/// Shows the list.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, list).await
}

async fn list(console: &Console) -> Answer {
    let asked = |name| console.ctx.query(name);
    let filter = UserFilter {
        search: asked("search").unwrap_or_default(),
        role: asked("role").unwrap_or_default(),
        plan: asked("plan").unwrap_or_default(),
        status: asked("status").unwrap_or_default(),
    };
    let found = console
        .operate::<users::List>(users::Listing {
            search: asked("search"),
            role: asked("role"),
            plan: asked("plan"),
            disabled: match filter.status.as_str() {
                "disabled" => Some(true),
                "active" => Some(false),
                _ => None,
            },
            email_verified: (filter.status == "unverified").then_some(false),
            limit: Some(ROWS),
            after: asked("after"),
            ..users::Listing::default()
        })
        .await?;
    let frame = console.frame(AdminSection::Users).action(
        Permission::write(Resource::Users),
        "admin_users.new",
        paths::ADMIN_USER_NEW,
    );
    console.draw(&AdminUsers {
        page: console.page(),
        frame,
        filter,
        roles: role_names(console).await?,
        plans: plan_names(console).await?,
        users: found.items,
        paging: console.paging(found.next.as_deref()),
        now: console.now(),
    })
}

/// The roles that there are; none where they must not be seen.
pub(super) async fn role_names(console: &Console) -> Result<Vec<String>, Trouble> {
    if !console.may::<roles::List>() {
        return Ok(Vec::new());
    }
    let listed = console.operate::<roles::List>(crate::flow::admin::Nothing {}).await?;
    Ok(listed.items.into_iter().map(|role| role.name).collect())
}

/// The plans that there are; none where they must not be seen.
pub(super) async fn plan_names(console: &Console) -> Result<Vec<String>, Trouble> {
    if !console.may::<plans::List>() {
        return Ok(Vec::new());
    }
    let listed = console.operate::<plans::List>(crate::flow::admin::Nothing {}).await?;
    Ok(listed.items.into_iter().map(|plan| plan.name).collect())
}

/// Shows the form of a new account.
pub async fn get_new(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        let defaults = &console.ctx.state.settings.accounts;
        let typed = NewUserForm {
            role: defaults.default_role.clone(),
            plan: defaults.default_plan.clone(),
            ..NewUserForm::default()
        };
        draw_new(console, typed, Refusal::default()).await
    })
    .await
}

async fn draw_new(console: &Console, typed: NewUserForm, refused: Refusal) -> Answer {
    if !console.may::<users::Create>() {
        return Err(Trouble::Status(crate::web::views::Status::Forbidden));
    }
    let status = refused.status();
    let frame = console
        .frame(AdminSection::Users)
        .titled(console.words().get("admin_users.new"))
        .crumb("admin.nav_users", paths::ADMIN_USERS)
        .refused(refused);
    let template = AdminUserNew {
        page: console.page(),
        frame,
        typed,
        roles: role_names(console).await?,
        plans: plan_names(console).await?,
    };
    console.draw_as(status, &template)
}

/// Makes the account.
pub async fn post_new(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let typed = NewUserForm {
            email: form.text("email").to_owned(),
            email_verified: form.has("email_verified"),
            name: form.text("name").to_owned(),
            username: form.text("username").to_owned(),
            role: form.text("role").to_owned(),
            plan: form.text("plan").to_owned(),
        };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let made = console
            .operate::<users::Create>(users::NewUser {
                email: typed.email.clone(),
                email_verified: typed.email_verified,
                password: given(form.text("password")),
                require_password_change: form.has("require_change"),
                username: given(&typed.username),
                name: given(&typed.name),
                role: given(&typed.role),
                plan: given(&typed.plan),
                ..users::NewUser::default()
            })
            .await;
        match made {
            Ok(user) => console.done(&crate::web::views::user_path(&user), "admin.notice_created"),
            Err(refused) => draw_new(console, typed, refusal(refused)?).await,
        }
    })
    .await
}
