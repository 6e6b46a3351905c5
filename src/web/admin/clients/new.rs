//! A new application, with a helping hand: what it is made with decides most of its settings.

use actix_web::HttpResponse;
use actix_web::web::Payload;

use super::form::lines;
use crate::crypto::random;
use crate::flow::admin::clients::{self, NewClient};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::context::Ctx;
use crate::web::error::Trouble;
use crate::web::pages::OwnForm;
use crate::web::views::{
    AdminClientCreated, AdminClientNew, AdminSection, ClientPart, ClientSetup, ClientValues, Framework, Refusal,
    Status, paths,
};

/// What an application asks for where people sign in.
const SCOPE: &str = "openid profile email";

/// Asks what it is made with, then for the rest.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| {
        // Whoever may not make one need not fill in a form.
        if !console.may::<clients::Create>() {
            return Err(Trouble::Status(Status::Forbidden));
        }
        let framework = framework(console);
        let mut values = ClientValues::default();
        if let Some(framework) = framework {
            let kind = if framework.is_public() {
                "public"
            } else {
                "confidential"
            };
            values.0.insert("redirect_uris".to_owned(), framework.redirect_uri());
            values.0.insert("kind".to_owned(), kind.to_owned());
        }
        draw(console, framework, values, Refusal::default())
    })
    .await
}

fn framework(console: &Console) -> Option<Framework> {
    console.ctx.query("framework").and_then(|slug| Framework::find(&slug))
}

fn draw(console: &Console, framework: Option<Framework>, values: ClientValues, refused: Refusal) -> Answer {
    let status = refused.status();
    let frame = console
        .frame(AdminSection::Clients)
        .titled(console.words().get("admin_clients.new"))
        .crumb("admin.nav_clients", paths::ADMIN_CLIENTS)
        .refused(refused);
    let template = AdminClientNew {
        page: console.page(),
        frame,
        framework,
        values,
    };
    console.draw_as(status, &template)
}

/// Registers it, and shows its secret and the lines that connect it.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let framework = framework(console).unwrap_or(Framework::Other);
        match console.operate::<clients::Create>(wanted(framework, form)).await {
            Ok(created) => {
                let own = random::secret("");
                let issuer = console.ctx.state.issuer();
                let setup = ClientSetup::of(&created.client, issuer, created.client_secret.as_deref(), own.expose());
                let frame = console
                    .frame(AdminSection::Clients)
                    .titled(created.client.settings.client_name.clone().unwrap_or_default())
                    .crumb("admin.nav_clients", paths::ADMIN_CLIENTS);
                console.draw(&AdminClientCreated {
                    page: console.page(),
                    frame,
                    setup,
                    secret: created.client_secret,
                    framework,
                    href: ClientPart::Settings.href(&created.client.client_id),
                })
            }
            Err(refused) => {
                let mut values = ClientValues::default();
                for name in [
                    "client_name",
                    "redirect_uris",
                    "post_logout_redirect_uris",
                    "kind",
                    "scope",
                    "refresh",
                    "own",
                ] {
                    values.0.insert(name.to_owned(), form.text(name).to_owned());
                }
                draw(console, Some(framework), values, refusal(refused)?)
            }
        }
    })
    .await
}

fn wanted(framework: Framework, form: &OwnForm) -> NewClient {
    let text = |text: &str| Some(text.to_owned());
    let public = form.text("kind") == "public" && !framework.acts_for_itself();
    let common = NewClient {
        client_name: text(form.text("client_name")),
        token_endpoint_auth_method: text(if public { "none" } else { "client_secret_basic" }),
        ..NewClient::default()
    };
    if framework.acts_for_itself() {
        return NewClient {
            grant_types: Some(vec!["client_credentials".to_owned()]),
            scope: Some(form.text("scope").trim().to_owned()),
            ..common
        };
    }
    let refresh = form.text("refresh") == "yes";
    let mut grants = vec!["authorization_code".to_owned()];
    grants.extend(refresh.then(|| "refresh_token".to_owned()));
    NewClient {
        redirect_uris: Some(lines(form.text("redirect_uris"))),
        post_logout_redirect_uris: Some(lines(form.text("post_logout_redirect_uris"))),
        grant_types: Some(grants),
        scope: Some(match refresh {
            true => format!("{SCOPE} offline_access"),
            false => SCOPE.to_owned(),
        }),
        consent: text(if form.text("own") == "yes" { "skip" } else { "remember" }),
        ..common
    }
}
