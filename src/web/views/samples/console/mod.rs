//! Samples of the console of administrators, a file for each subject.

mod catalogues;
mod clients;
mod dashboard;
mod keys;
mod people;
mod person;
mod settings;
mod trail;
mod upkeep;

use uuid::Uuid;

use super::HOSTILE;
use super::pages::*;
use crate::flow::admin::Refused;
use crate::model::permission::Authority;
use crate::web::i18n::Lang;
use crate::web::views::*;

const ID: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0000);

/// Takes a page by its name.
type Add<'a> = &'a mut dyn FnMut(&'static str, &dyn Render);

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    for subject in [
        dashboard::all,
        people::all,
        person::all,
        clients::all,
        catalogues::all,
        keys::all,
        settings::all,
        trail::all,
        upkeep::all,
    ] {
        subject(lang, &mut add);
    }
    let kept = AdminKept {
        page: page(lang),
        here: "/admin/roles/editor",
        sign_in: "/sign-in?return_to=%2Fadmin%2Froles%2Feditor",
        fields: vec![("do", "save"), ("description", HOSTILE), (HOSTILE, "x")],
    };
    add("admin-kept", &kept);
    pages
}

fn frame(section: AdminSection) -> AdminFrame {
    AdminFrame {
        section,
        title: None,
        here: "/admin/users".to_owned(),
        who: "ada@example.com".to_owned(),
        authority: Authority::all(),
        again: None,
        action: None,
        crumb: None,
        tabs: Vec::new(),
        notice: None,
        refusal: Refusal::default(),
    }
}

/// Of somebody who may only look, and signed in long ago.
fn looking(section: AdminSection) -> AdminFrame {
    AdminFrame {
        authority: Authority::named("*:read").unwrap(),
        who: HOSTILE.to_owned(),
        again: Some("/sign-in?again=yes&return_to=%2Fadmin".to_owned()),
        ..frame(section)
    }
}

fn refused(member: &str) -> Refusal {
    Refusal::of(&Refused::value(member, HOSTILE))
}

/// Somebody has a name.
fn called_so() -> Names {
    Names([(ID.to_string(), HOSTILE.to_owned())].into())
}

fn names(some: &[&str]) -> Vec<String> {
    some.iter().map(|name| (*name).to_owned()).collect()
}
