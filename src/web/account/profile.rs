//! Names, language, zone and user name.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::{count, done, frame, fresh, own, visitor};
use crate::flow::account::profile::{self, Input, Named};
use crate::flow::account::{Actor, SignedIn};
use crate::identity::names::Parts;
use crate::identity::username::UsernameError;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::views::{AccountProfile, Notice, PictureProblem, ProfileProblems, Section, Status, UsernameProblem};

/// What was typed and refused; nothing at first.
#[derive(Default)]
pub(super) struct Refused {
    input: Option<Input>,
    username: Option<String>,
    problems: ProfileProblems,
    username_problem: Option<UsernameProblem>,
    picture_problem: Option<PictureProblem>,
}

impl Refused {
    /// A file was.
    pub(super) fn picture(problem: PictureProblem) -> Self {
        Self {
            picture_problem: Some(problem),
            ..Self::default()
        }
    }
}

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        match visitor(&ctx, Section::Profile).await? {
            Ok(signed_in) => draw(&ctx, &signed_in, StatusCode::OK, Refused::default()).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

pub(super) async fn draw(
    ctx: &Ctx,
    signed_in: &SignedIn,
    status: StatusCode,
    refused: Refused,
) -> Result<HttpResponse, Trouble> {
    let user = &signed_in.user;
    let input = refused.input.unwrap_or_else(|| Input {
        names: profile::names_of(user),
        locale: user.claims.get_str("locale").unwrap_or_default().to_owned(),
        zone: user.claims.get_str("zoneinfo").unwrap_or_default().to_owned(),
    });
    let username = match refused.username {
        Some(typed) => typed,
        None => profile::username_of(&ctx.state, user).await?.unwrap_or_default(),
    };
    let lang = ctx.lang(None);
    let csrf = ctx.csrf();
    let template = AccountProfile {
        page: ctx.page(lang, None, &csrf),
        frame: frame(ctx, signed_in, Section::Profile, None).await?,
        called: user.display_name(),
        picture: user.claims.get_str("picture"),
        name: &input.names.full,
        given_name: &input.names.given,
        family_name: &input.names.family,
        locale: &input.locale,
        zone: &input.zone,
        username: &username,
        problems: refused.problems,
        username_problem: refused.username_problem,
        picture_problem: refused.picture_problem,
    };
    Ok(error::render(ctx, status, lang, &template))
}

/// Saves names, language and zone.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        let input = Input {
            names: Parts {
                full: form.text("name").to_owned(),
                given: form.text("given_name").to_owned(),
                family: form.text("family_name").to_owned(),
            },
            locale: form.text("locale").to_owned(),
            zone: form.text("zone").to_owned(),
        };
        let Err(problems) = profile::change(&ctx.state, &actor, input.clone()).await? else {
            return Ok(done(&ctx, Section::Profile, Notice::ProfileSaved));
        };
        // Our page offers a list of languages.
        if problems.locale {
            return Err(Trouble::Status(Status::BadRequest));
        }
        let refused = Refused {
            input: Some(input),
            problems: ProfileProblems {
                name: problems.full,
                given_name: problems.given,
                family_name: problems.family,
                zone: problems.zone,
            },
            ..Refused::default()
        };
        draw(&ctx, &actor.signed_in, StatusCode::BAD_REQUEST, refused).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Chooses a user name. That a name is taken cannot be kept secret; how many are asked for is limited.
pub async fn username(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let (form, actor) = own(&ctx, payload).await?;
        if let Some(again) = fresh(&ctx, &actor.signed_in, Section::Profile) {
            return Ok(again);
        }
        count(&ctx)?;
        choose(&ctx, &actor, form.text("username")).await
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

async fn choose(ctx: &Ctx, actor: &Actor, typed: &str) -> Result<HttpResponse, Trouble> {
    let problem = match profile::set_username(&ctx.state, actor, typed).await? {
        Named::Done => return Ok(done(ctx, Section::Profile, Notice::UsernameSaved)),
        Named::Taken => UsernameProblem::Taken,
        Named::Refused(UsernameError::Length) => UsernameProblem::Length,
        Named::Refused(UsernameError::Characters) => UsernameProblem::Characters,
        Named::Refused(UsernameError::Reserved) => UsernameProblem::Reserved,
    };
    let refused = Refused {
        username: Some(typed.to_owned()),
        username_problem: Some(problem),
        ..Refused::default()
    };
    draw(ctx, &actor.signed_in, StatusCode::BAD_REQUEST, refused).await
}
