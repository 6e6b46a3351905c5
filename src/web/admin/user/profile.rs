//! Claims, role and plan.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use serde_json::{Map, Value};

use super::{person, which};
use crate::flow::admin::users::{self, User};
use crate::web::admin::console::{Answer, Console, changed, refusal, shown};
use crate::web::admin::users::{plan_names, role_names};
use crate::web::context::Ctx;
use crate::web::pages::OwnForm;
use crate::web::views::{AdminUserProfile, ProfileForm, Refusal, UserTab};

/// The claims that have a field of their own.
const FIELDS: [&str; 5] = ["name", "given_name", "family_name", "locale", "zoneinfo"];
/// The claim that says the user name, which has a field of its own too.
const USERNAME: &str = "preferred_username";

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, async |console| draw(console, None, Refusal::default()).await).await
}

async fn draw(console: &Console, typed: Option<ProfileForm>, refused: Refusal) -> Answer {
    let status = refused.status();
    let (user, frame) = person(console, UserTab::Profile, refused).await?;
    let template = AdminUserProfile {
        page: console.page(),
        frame,
        typed: typed.unwrap_or_else(|| as_it_is(&user)),
        user,
        roles: role_names(console).await?,
        plans: plan_names(console).await?,
        now: console.now(),
    };
    console.draw_as(status, &template)
}

fn text(user: &User, claim: &str) -> String {
    let value = user.claims.get(claim).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

/// The claims that have no field of their own.
fn others(user: &User) -> Map<String, Value> {
    let others = user.claims.iter();
    others
        .filter(|(name, _)| !FIELDS.contains(&name.as_str()) && *name != USERNAME)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn as_it_is(user: &User) -> ProfileForm {
    ProfileForm {
        revision: user.revision(),
        name: text(user, "name"),
        given_name: text(user, "given_name"),
        family_name: text(user, "family_name"),
        username: user.username.clone().unwrap_or_default(),
        locale: text(user, "locale"),
        zoneinfo: text(user, "zoneinfo"),
        more: serde_json::to_string_pretty(&others(user)).unwrap_or_default(),
        email_verified: user.email_verified,
        role: user.role.clone(),
        plan: user.plan.clone(),
    }
}

fn as_typed(form: &OwnForm) -> ProfileForm {
    let text = |name| form.text(name).to_owned();
    ProfileForm {
        revision: text("revision"),
        name: text("name"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        username: text("username"),
        locale: text("locale"),
        zoneinfo: text("zoneinfo"),
        more: text("claims"),
        email_verified: form.has("email_verified"),
        role: text("role"),
        plan: text("plan"),
    }
}

/// What differs from how it is; the error is why the JSON cannot be read.
fn differences(user: &User, typed: &ProfileForm) -> Result<users::Changes, String> {
    let before = as_it_is(user);
    let other = |new: &str, old: &str| (new != old && !new.is_empty()).then(|| new.to_owned());
    let mut claims = Map::new();
    for (name, new, old) in [
        ("name", &typed.name, &before.name),
        ("given_name", &typed.given_name, &before.given_name),
        ("family_name", &typed.family_name, &before.family_name),
        ("locale", &typed.locale, &before.locale),
        ("zoneinfo", &typed.zoneinfo, &before.zoneinfo),
    ] {
        if new != old {
            // What is empty is taken away.
            let value = other(new, old).map_or(Value::Null, Value::String);
            claims.insert(name.to_owned(), value);
        }
    }
    let known = others(user);
    let wanted = match typed.more.trim() {
        "" => Map::new(),
        more => serde_json::from_str::<Map<String, Value>>(more).map_err(|error| error.to_string())?,
    };
    for name in known.keys().filter(|name| !wanted.contains_key(*name)) {
        claims.insert(name.clone(), Value::Null);
    }
    claims.extend(
        wanted
            .into_iter()
            .filter(|(name, value)| known.get(name) != Some(value)),
    );
    Ok(users::Changes {
        user_id: user.id.to_string(),
        email_verified: (typed.email_verified != before.email_verified).then_some(typed.email_verified),
        username: (typed.username != before.username).then(|| other(&typed.username, &before.username)),
        role: other(&typed.role, &before.role),
        plan: other(&typed.plan, &before.plan),
        claims,
    })
}

/// Label, what was typed and how it is, of every field.
fn side_by_side(typed: &ProfileForm, now: &ProfileForm) -> [(&'static str, String, String); 10] {
    let yes = |verified: bool| if verified { "✓" } else { "" }.to_owned();
    let pair = |label, typed: &String, now: &String| (label, typed.clone(), now.clone());
    [
        pair("account.role", &typed.role, &now.role),
        pair("account.plan", &typed.plan, &now.plan),
        pair("account_profile.name", &typed.name, &now.name),
        pair("form.username", &typed.username, &now.username),
        pair("account_profile.given_name", &typed.given_name, &now.given_name),
        pair("account_profile.family_name", &typed.family_name, &now.family_name),
        pair("account_profile.locale", &typed.locale, &now.locale),
        pair("account_profile.zone", &typed.zoneinfo, &now.zoneinfo),
        pair("admin_users.more_claims", &typed.more, &now.more),
        (
            "admin_users.email_verified",
            yes(typed.email_verified),
            yes(now.email_verified),
        ),
    ]
}

/// Changes the person.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    changed(ctx, payload, async |console, form| {
        let typed = as_typed(form);
        let user = console.operate::<users::Show>(which(console)).await?;
        let changes = match differences(&user, &typed) {
            Ok(changes) => changes,
            Err(detail) => {
                let refused = Refusal::at("claims", &detail);
                return draw(console, Some(typed), refused).await;
            }
        };
        match console.operate_at::<users::Update>(&typed.revision, changes).await {
            Ok(_) => console.done(console.path(), "admin.notice_saved"),
            Err(refused) => {
                let now = as_it_is(&user);
                let refused = refusal(refused)?.beside(side_by_side(&typed, &now));
                let typed = ProfileForm {
                    revision: now.revision,
                    ..typed
                };
                draw(console, Some(typed), refused).await
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::admin::users::Status;

    fn ada() -> User {
        let claims = serde_json::json!({
            "name": "Ada", "preferred_username": "ada", "birthdate": "1815-12-10", "website": "https://ada.example"
        });
        User {
            id: uuid::Uuid::nil(),
            email: "ada@example.com".to_owned(),
            email_verified: true,
            username: Some("ada".to_owned()),
            role: "user".to_owned(),
            plan: "free_user".to_owned(),
            status: Status::Active,
            claims: claims.as_object().cloned().unwrap_or_default(),
            second_factor: false,
            last_sign_in_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            delete_at: None,
        }
    }

    #[test]
    fn what_was_not_touched_is_not_sent() {
        let user = ada();
        let changes = differences(&user, &as_it_is(&user)).unwrap();
        assert!(changes.claims.is_empty() && changes.username.is_none());
        assert!(changes.role.is_none() && changes.plan.is_none() && changes.email_verified.is_none());
    }

    #[test]
    fn what_was_emptied_is_taken_away_and_the_rest_stays() {
        let user = ada();
        let typed = ProfileForm {
            name: String::new(),
            username: String::new(),
            more: r#"{"birthdate": "1815-12-11"}"#.to_owned(),
            role: "editor".to_owned(),
            ..as_it_is(&user)
        };
        let changes = differences(&user, &typed).unwrap();
        let expected = serde_json::json!({ "name": null, "birthdate": "1815-12-11", "website": null });
        assert_eq!(Value::Object(changes.claims), expected);
        assert_eq!(
            (changes.username, changes.role.as_deref()),
            (Some(None), Some("editor"))
        );
        let broken = ProfileForm {
            more: "[]".to_owned(),
            ..as_it_is(&user)
        };
        assert!(differences(&user, &broken).is_err());
    }
}
