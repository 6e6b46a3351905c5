//! Who is invited: the list, another invitation, and taking one back.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::console::{Answer, Console, changed, refusal, shown};
use super::users::{ROWS, plan_names, role_names};
use crate::flow::admin::Refused;
use crate::flow::admin::invitations::{self, Listing, NewInvitation, Which};
use crate::web::context::Ctx;
use crate::web::views::{AdminInvitations, AdminSection, InvitationForm, Refusal};

/// Days that an invitation is open where nobody says.
const DAYS: &str = "7";

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, None, Refusal::default()).await).await
}

async fn draw(console: &Console, typed: Option<InvitationForm>, refused: Refusal) -> Answer {
    let status = refused.status();
    let listing = Listing {
        limit: Some(ROWS),
        after: console.ctx.query("after"),
    };
    let found = console.operate::<invitations::List>(listing).await?;
    let defaults = &console.ctx.state.settings.accounts;
    let fresh = || InvitationForm {
        role: defaults.default_role.clone(),
        plan: defaults.default_plan.clone(),
        days: DAYS.to_owned(),
        locale: console.words().lang().tag().to_owned(),
        ..InvitationForm::default()
    };
    let template = AdminInvitations {
        page: console.page(),
        frame: console.frame(AdminSection::Invitations).refused(refused),
        invitations: found.items,
        paging: console.paging(found.next.as_deref()),
        typed: typed.unwrap_or_else(fresh),
        roles: role_names(console).await?,
        plans: plan_names(console).await?,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

/// Invites, or takes an invitation back.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        if form.text("do") == "revoke" {
            let which = Which {
                invitation_id: form.text("invitation").to_owned(),
            };
            return match console.operate::<invitations::Revoke>(which).await {
                Ok(_) => console.done(console.path(), "admin_invitations.notice_revoked"),
                Err(refused) => draw(console, None, refusal(refused)?).await,
            };
        }
        let typed = InvitationForm {
            email: form.text("email").to_owned(),
            role: form.text("role").to_owned(),
            plan: form.text("plan").to_owned(),
            days: form.text("expires_in_days").to_owned(),
            locale: form.text("locale").to_owned(),
        };
        match invite(console, &typed).await {
            Ok(()) => console.done(console.path(), "admin_invitations.notice_sent"),
            Err(refused) => draw(console, Some(typed), refusal(refused)?).await,
        }
    })
    .await
}

async fn invite(console: &Console, typed: &InvitationForm) -> Result<(), Refused> {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let days = match typed.days.trim() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| Refused::value("expires_in_days", "a number of days"))?,
        ),
    };
    let input = NewInvitation {
        email: typed.email.clone(),
        role: given(&typed.role),
        plan: given(&typed.plan),
        expires_in_days: days,
        locale: given(&typed.locale),
    };
    console.operate::<invitations::Create>(input).await.map(drop)
}
