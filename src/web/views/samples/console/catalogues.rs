//! Roles, plans and services.

use super::*;
use crate::flow::admin::Code;
use crate::flow::admin::apis::{Api, Scope};

fn entry(name: &str, revision: &str) -> CatalogueEntry {
    CatalogueEntry {
        name: name.to_owned(),
        description: name.to_owned(),
        holds: names(&["passgate:users:read", "notes:read", "notes:write", "a", "b", "c", "d"]),
        revision: revision.to_owned(),
        updated_at: now(),
    }
}

fn api(name: &str) -> Api {
    let scope = |scope: &str| Scope {
        name: scope.to_owned(),
        description: name.to_owned(),
    };
    Api {
        identifier: "https://api.example.com/v1".to_owned(),
        name: name.to_owned(),
        description: name.to_owned(),
        scopes: ["a", "b", "c", "d", "e", "f", HOSTILE].map(scope).to_vec(),
        revision: 1,
        created_at: now(),
        updated_at: now(),
    }
}

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    for (list, fresh, one, catalogue, section) in [
        (
            "admin-roles",
            "admin-role-new",
            "admin-role",
            Catalogue::Roles,
            AdminSection::Roles,
        ),
        (
            "admin-plans",
            "admin-plan-new",
            "admin-plan",
            Catalogue::Plans,
            AdminSection::Plans,
        ),
    ] {
        add(
            list,
            &AdminCatalogue {
                page: page(lang),
                frame: frame(section),
                catalogue,
                entries: vec![entry("editor", "1"), entry(HOSTILE, "2"), CatalogueEntry::default()],
                now: now(),
            },
        );
        add(
            fresh,
            &AdminCatalogueEntry {
                page: page(lang),
                frame: frame(section).titled("New").refused(Refusal::at("name", HOSTILE)),
                catalogue,
                entry: entry(HOSTILE, ""),
            },
        );
        add(
            one,
            &AdminCatalogueEntry {
                page: page(lang),
                frame: frame(section)
                    .titled("editor")
                    .refused(Refusal::at(catalogue.member(), HOSTILE)),
                catalogue,
                entry: entry(HOSTILE, "3"),
            },
        );
    }
    apis(lang, add);
}

fn apis(lang: Lang, add: Add<'_>) {
    let section = AdminSection::Apis;
    for (name, apis) in [
        ("admin-apis", vec![api("Posts"), api(HOSTILE)]),
        ("admin-apis-none", vec![]),
    ] {
        add(
            name,
            &AdminApis {
                page: page(lang),
                frame: frame(section),
                apis,
                now: now(),
            },
        );
    }
    let form = |revision: &str| ApiForm {
        identifier: HOSTILE.to_owned(),
        name: HOSTILE.to_owned(),
        description: HOSTILE.to_owned(),
        scopes: HOSTILE.to_owned(),
        revision: revision.to_owned(),
    };
    let stale = Refusal::of(&Refused::because(Code::RevisionMismatch, HOSTILE));
    let theirs = stale.beside(form("1").beside(&ApiForm::default()));
    let again = AdminFrame {
        again: looking(section).again,
        ..frame(section)
    };
    let old = Refusal::of(&Refused::because(Code::FreshSignInRequired, HOSTILE));
    for (name, frame, revision) in [
        ("admin-api-new", frame(section).refused(refused("identifier")), ""),
        ("admin-api", frame(section).refused(refused("scopes")), "3"),
        ("admin-api-changed", frame(section).refused(theirs), "3"),
        ("admin-api-again", again.refused(old), "3"),
        ("admin-api-looking", looking(section), "3"),
    ] {
        add(
            name,
            &AdminApi {
                page: page(lang),
                frame: frame.titled("Posts"),
                form: form(revision),
            },
        );
    }
}
