//! Samples of the console: applications, catalogues, keys, audit trail, mail, settings.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::HOSTILE;
use super::pages::*;
use crate::flow::admin::api_keys::ApiKey;
use crate::flow::admin::audit::{Broken, Event, Verified};
use crate::flow::admin::clients::{Check, Checked, Client, Finding, Request, Settings, Subject, Verdict};
use crate::flow::admin::outbox::Mail;
use crate::flow::admin::settings::Setting;
use crate::flow::admin::signing_keys::SigningKey;
use crate::model::permission::{Authority, Permission, Resource, Verb};
use crate::web::i18n::Lang;
use crate::web::views::*;

const ID: &str = "018b0000-0000-7000-8000-000000000000";

pub(super) fn frame(section: AdminSection) -> AdminFrame {
    AdminFrame {
        section,
        title: None,
        here: "/admin/sample".to_owned(),
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

/// Of somebody who may only look.
fn looking(section: AdminSection) -> AdminFrame {
    AdminFrame {
        authority: Authority::named("*:read").unwrap(),
        ..frame(section)
    }
}

fn names(some: &[&str]) -> Vec<String> {
    some.iter().map(|name| (*name).to_owned()).collect()
}

fn client(name: &str) -> Client {
    let settings = Settings {
        client_name: Some(name.to_owned()),
        redirect_uris: Some(names(&[
            "https://notes.acme.example/callback",
            "http://localhost:3000/callback",
        ])),
        token_endpoint_auth_method: Some("client_secret_basic".to_owned()),
        grant_types: Some(names(&["authorization_code", "refresh_token"])),
        scope: Some("openid profile email offline_access".to_owned()),
        id_token_signed_response_alg: Some("RS256".to_owned()),
        consent: Some("remember".to_owned()),
        claim_mappings: Some(Vec::new()),
        access_token_typ: Some("at+jwt".to_owned()),
        ..Settings::default()
    };
    Client {
        client_id: "acme-notes".to_owned(),
        disabled: false,
        has_secret: true,
        previous_secret_expires_at: Some(now() + TimeDelta::hours(20)),
        created_at: now() - TimeDelta::days(12),
        revision: 3,
        settings,
    }
}

fn of_client(part: ClientPart) -> AdminFrame {
    frame(AdminSection::Clients)
        .titled("Acme Notes")
        .crumb("admin.nav_clients", paths::ADMIN_CLIENTS)
        .tabs(client_tabs("acme-notes", part))
}

fn values(text: &str) -> ClientValues {
    let mut values = ClientValues::default();
    for (name, _) in CLIENT_MEMBERS {
        values.0.insert((*name).to_owned(), text.to_owned());
    }
    values
        .0
        .insert("grant_types.authorization_code".to_owned(), "yes".to_owned());
    values
}

fn setup(text: &str) -> ClientSetup {
    ClientSetup {
        client_id: text.to_owned(),
        ..ClientSetup::of(&client("Acme Notes"), "https://id.example", None, "own-secret")
    }
}

fn request(failed: bool, text: &str) -> Request {
    let check = |check: &str, passed: bool| Check {
        check: check.to_owned(),
        section: "RFC 6749 section 4.1.3".to_owned(),
        passed,
        found: (!passed).then(|| text.to_owned()),
        suggestion: (!passed).then(|| text.to_owned()),
        registered: if passed {
            Vec::new()
        } else {
            names(&["https://notes.acme.example/callback", text])
        },
        sent: (!passed).then(|| text.to_owned()),
    };
    Request {
        id: Uuid::from_u128(1),
        at: now() - TimeDelta::minutes(3),
        endpoint: "authorize".to_owned(),
        failed,
        outcome: if failed { "error" } else { "code" }.to_owned(),
        error: if failed { "invalid_request" } else { "" }.to_owned(),
        description: if failed { text } else { "" }.to_owned(),
        duration_micros: 2_345,
        address: "192.0.2.7".to_owned(),
        request_id: "req_0123456789".to_owned(),
        user_agent: text.to_owned(),
        parameters: [
            ("scope".to_owned(), text.to_owned()),
            ("state".to_owned(), "(not kept)".to_owned()),
        ]
        .into(),
        checks: vec![check("client", true), check("redirect_uri", !failed)],
    }
}

fn event(text: &str) -> Event {
    Event {
        id: Uuid::from_u128(2),
        at: now() - TimeDelta::hours(2),
        kind: "client_updated".to_owned(),
        category: "client".to_owned(),
        actor_kind: "person".to_owned(),
        actor: ID.to_owned(),
        target_kind: "client".to_owned(),
        target: text.to_owned(),
        address: "192.0.2.7".to_owned(),
        user_agent: text.to_owned(),
        request_id: "req_0123456789".to_owned(),
        details: json!({
            "before": { "require_pkce": false }, "after": { "client_name": text, "require_pkce": true },
            "note": text,
        }),
    }
}

fn checked(verdict: Verdict) -> Checked {
    let all = [
        Subject::Enabled,
        Subject::RedirectUris,
        Subject::Loopback,
        Subject::Credentials,
        Subject::PreviousSecret,
        Subject::OpenidScope,
        Subject::OfflineAccess,
        Subject::Requests,
    ];
    let finding = |subject| Finding {
        subject,
        verdict,
        about: names(&[HOSTILE]),
    };
    Checked {
        findings: all.into_iter().map(finding).collect(),
        last_success: (verdict == Verdict::Good).then(now),
        last_failure: (verdict == Verdict::Bad).then(now),
    }
}

fn api_key(name: &str, used: bool) -> ApiKey {
    ApiKey {
        id: Uuid::from_u128(3),
        name: name.to_owned(),
        permissions: names(&["users:read", "users:write", "clients:read"]),
        addresses: if used { names(&["192.0.2.0/24"]) } else { Vec::new() },
        created_by: "cli".to_owned(),
        created_at: now() - TimeDelta::days(2),
        expires_at: used.then(|| now() + TimeDelta::days(88)),
        last_used_at: used.then(|| now() - TimeDelta::minutes(9)),
        last_used_address: used.then(|| "192.0.2.7".to_owned()),
    }
}

fn signing_key(state: &str) -> SigningKey {
    SigningKey {
        kid: format!("key-{state}"),
        alg: "RS256".to_owned(),
        state: state.to_owned(),
        created_at: now() - TimeDelta::days(40),
        activated_at: None,
        retired_at: None,
    }
}

fn entry(name: &str, revision: &str) -> CatalogueEntry {
    CatalogueEntry {
        name: name.to_owned(),
        description: name.to_owned(),
        holds: names(&["passgate:users:read", "notes:read", "notes:write", "a", "b", "c", "d"]),
        revision: revision.to_owned(),
        updated_at: now(),
    }
}

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = clients(lang);
    pages.extend(rest(lang));
    pages
}

fn clients(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    for (name, clients, next) in [
        (
            "admin-clients",
            vec![
                client("Acme Notes"),
                Client {
                    disabled: true,
                    ..client(HOSTILE)
                },
            ],
            Some("/admin/clients?after=x"),
        ),
        ("admin-clients-none", vec![], None),
    ] {
        add(
            name,
            &AdminClients {
                page: page(lang),
                frame: frame(AdminSection::Clients).action(
                    Permission::write(Resource::Clients),
                    "admin_clients.new",
                    paths::ADMIN_CLIENT_NEW,
                ),
                clients,
                paging: Paging {
                    first: None,
                    next: next.map(str::to_owned),
                },
                now: now(),
            },
        );
    }
    for (name, framework, refused) in [
        ("admin-client-choose", None, Refusal::default()),
        ("admin-client-new", Some(Framework::Next), Refusal::default()),
        (
            "admin-client-new-refused",
            Some(Framework::Other),
            Refusal::at("redirect_uris", HOSTILE),
        ),
        ("admin-client-new-service", Some(Framework::Service), Refusal::default()),
    ] {
        add(
            name,
            &AdminClientNew {
                page: page(lang),
                frame: frame(AdminSection::Clients).titled("New").refused(refused),
                framework,
                values: values(HOSTILE),
            },
        );
    }
    add(
        "admin-client-created",
        &AdminClientCreated {
            page: page(lang),
            frame: frame(AdminSection::Clients).titled("Acme Notes"),
            setup: setup("acme-notes"),
            secret: Some("pgc_sample".to_owned()),
            framework: Framework::Express,
            href: ClientPart::Settings.href("acme-notes"),
        },
    );
    add(
        "admin-client-setup",
        &AdminClientSetup {
            page: page(lang),
            frame: of_client(ClientPart::Setup),
            setup: setup(HOSTILE),
            framework: Framework::Flask,
        },
    );
    for (name, frame, text) in [
        ("admin-client-settings", of_client(ClientPart::Settings), "2"),
        (
            "admin-client-settings-refused",
            of_client(ClientPart::Settings).refused(Refusal::at("jwks", HOSTILE)),
            HOSTILE,
        ),
        ("admin-client-settings-looking", looking(AdminSection::Clients), ""),
    ] {
        add(
            name,
            &AdminClientSettings {
                page: page(lang),
                frame,
                client: client("Acme Notes"),
                values: values(text),
            },
        );
    }
    for (name, secret, has_secret) in [
        ("admin-client-secrets", None, true),
        ("admin-client-secret-new", Some("pgc_sample".to_owned()), true),
        ("admin-client-secrets-none", None, false),
    ] {
        add(
            name,
            &AdminClientSecrets {
                page: page(lang),
                frame: of_client(ClientPart::Secrets),
                client: Client {
                    has_secret,
                    ..client("Acme Notes")
                },
                secret,
                now: now(),
            },
        );
    }
    let preview = PreviewedClaims {
        person: HOSTILE.to_owned(),
        access_token: format!("{{ \"role\": \"{HOSTILE}\" }}"),
        id_token: Some("{}".to_owned()),
        userinfo: Some("{}".to_owned()),
        left_out: names(&[HOSTILE]),
    };
    for (name, preview, refused) in [
        ("admin-client-claims", Some(preview), Refusal::default()),
        (
            "admin-client-claims-refused",
            None,
            Refusal::at("claim_mappings", HOSTILE),
        ),
    ] {
        add(
            name,
            &AdminClientClaims {
                page: page(lang),
                frame: of_client(ClientPart::Claims).refused(refused),
                client: client("Acme Notes"),
                mappings: HOSTILE.to_owned(),
                person: HOSTILE.to_owned(),
                preview,
                may_preview: true,
            },
        );
    }
    for (name, requests, refresh) in [
        (
            "admin-client-requests",
            vec![request(true, HOSTILE), request(false, HOSTILE)],
            true,
        ),
        ("admin-client-requests-none", vec![], false),
    ] {
        add(
            name,
            &AdminClientRequests {
                page: page(lang),
                frame: of_client(ClientPart::Requests),
                requests,
                failed: !refresh,
                refresh,
                here: "/admin/clients/acme-notes/requests".to_owned(),
                now: now(),
            },
        );
    }
    for (name, verdict) in [
        ("admin-client-check", Verdict::Good),
        ("admin-client-check-doubtful", Verdict::Doubtful),
        ("admin-client-check-bad", Verdict::Bad),
    ] {
        add(
            name,
            &AdminClientCheck {
                page: page(lang),
                frame: of_client(ClientPart::Check),
                checked: checked(verdict),
                requests: "/admin/clients/acme-notes/requests?failed=yes".to_owned(),
                now: now(),
            },
        );
    }
    for (name, disabled) in [("admin-client-danger", false), ("admin-client-danger-off", true)] {
        add(
            name,
            &AdminClientDanger {
                page: page(lang),
                frame: of_client(ClientPart::Danger).refused(Refusal::at("typed", "")),
                client: Client {
                    disabled,
                    ..client("Acme Notes")
                },
            },
        );
    }
    pages
}

fn rest(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
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
    let states = ["next", "active", "retired"];
    for (name, signing, api) in [
        (
            "admin-keys",
            Some(states.map(signing_key).to_vec()),
            Some(vec![api_key("backup", true), api_key(HOSTILE, false)]),
        ),
        ("admin-keys-none", None, Some(vec![])),
    ] {
        add(
            name,
            &AdminKeys {
                page: page(lang),
                frame: frame(AdminSection::Keys),
                signing,
                api,
                paging: Paging::default(),
                now: now(),
            },
        );
    }
    let right = |resource: Resource, verb| (Permission { resource, verb }, verb != Verb::Delete, verb == Verb::Read);
    let group = |&resource: &Resource| PermissionGroup {
        resource,
        rights: Verb::ALL.iter().map(|&verb| right(resource, verb)).collect(),
    };
    add(
        "admin-key-new",
        &AdminKeyNew {
            page: page(lang),
            frame: frame(AdminSection::Keys)
                .titled("New")
                .refused(Refusal::at("permissions", HOSTILE)),
            name: HOSTILE.to_owned(),
            addresses: HOSTILE.to_owned(),
            days: "90".to_owned(),
            groups: Resource::ALL.iter().map(group).collect(),
        },
    );
    let filters = AuditFilters {
        kind: "client_updated".to_owned(),
        category: "client".to_owned(),
        actor: HOSTILE.to_owned(),
        target: HOSTILE.to_owned(),
        from: "2026-11-01".to_owned(),
        to: HOSTILE.to_owned(),
    };
    for (name, events, refused) in [
        (
            "admin-audit",
            vec![event("acme-notes"), event(HOSTILE)],
            Refusal::default(),
        ),
        ("admin-audit-none", vec![], Refusal::at("to", HOSTILE)),
    ] {
        add(
            name,
            &AdminAudit {
                page: page(lang),
                frame: frame(AdminSection::Audit).refused(refused),
                filters: filters.clone(),
                events,
                paging: Paging {
                    first: Some("/admin/audit".to_owned()),
                    next: Some("/admin/audit?after=x".to_owned()),
                },
                export: paths::ADMIN_AUDIT_EXPORT.to_owned(),
                now: now(),
            },
        );
    }
    for (name, broken) in [
        ("admin-audit-verified", None),
        (
            "admin-audit-broken",
            Some(Broken {
                seq: 7,
                detail: HOSTILE.to_owned(),
            }),
        ),
    ] {
        add(
            name,
            &AdminAuditVerified {
                page: page(lang),
                frame: frame(AdminSection::Audit).titled("Verify"),
                found: Verified {
                    verified: broken.is_none(),
                    broken,
                    first: 1,
                    last: 812,
                    hash: "ab".repeat(32),
                    checkpoints: 4,
                    emptied: 1,
                    unsealed: 0,
                    public_key: "key".to_owned(),
                },
            },
        );
    }
    let mail = |failed: bool| Mail {
        id: Uuid::from_u128(4),
        recipient: "grace@example.com".to_owned(),
        subject: HOSTILE.to_owned(),
        tries: if failed { 9 } else { 1 },
        created_at: now() - TimeDelta::hours(3),
        next_try_at: (!failed).then(now),
        failed_at: failed.then(now),
        error: HOSTILE.to_owned(),
    };
    for (name, mails) in [
        ("admin-outbox", vec![mail(true), mail(false)]),
        ("admin-outbox-none", vec![]),
    ] {
        add(
            name,
            &AdminOutbox {
                page: page(lang),
                frame: frame(AdminSection::Outbox),
                failed: mails.is_empty(),
                mails,
                now: now(),
            },
        );
    }
    let settings = crate::settings::Settings::load(None, std::iter::empty()).unwrap();
    let mut shown: Vec<Setting> = settings.told.iter().take(14).map(Setting::from).collect();
    for setting in shown.iter_mut().take(1) {
        (setting.value, setting.place) = (None, Some(HOSTILE.to_owned()));
    }
    add(
        "admin-settings",
        &AdminSettings {
            page: page(lang),
            frame: looking(AdminSection::Settings),
            groups: vec![
                SettingGroup {
                    name: String::new(),
                    settings: shown.split_off(7),
                },
                SettingGroup {
                    name: "database".to_owned(),
                    settings: shown,
                },
            ],
        },
    );
    pages
}
