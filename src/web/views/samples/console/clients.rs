//! Applications.

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::flow::admin::clients::{Check, Checked, Client, Created, Finding, Request, Settings, Subject, Verdict};
use crate::model::permission::{Permission, Resource};

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
    for (name, ..) in CLIENT_MEMBERS {
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

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
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
    let imported = |name: &str, secret: Option<&str>| Created {
        client_secret: secret.map(str::to_owned),
        left_out: names(&[HOSTILE]),
        client: client(name),
    };
    for (name, imported, refused) in [
        ("admin-clients-import", vec![], Refusal::default()),
        ("admin-clients-import-refused", vec![], Refusal::at("clients", HOSTILE)),
        (
            "admin-clients-imported",
            vec![imported(HOSTILE, Some("pgc_sample")), imported("Acme Page", None)],
            Refusal::default(),
        ),
    ] {
        add(
            name,
            &AdminClientsImport {
                page: page(lang),
                frame: frame(AdminSection::Clients).titled("Import").refused(refused),
                text: HOSTILE,
                imported,
            },
        );
    }
    add(
        "admin-client-setup",
        &AdminClientSetup {
            page: page(lang),
            frame: of_client(ClientPart::Setup),
            setup: setup(HOSTILE),
            framework: Framework::Flask,
        },
    );
    parts(lang, add);
    judged(lang, add);
}

fn parts(lang: Lang, add: Add<'_>) {
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
}

fn judged(lang: Lang, add: Add<'_>) {
    let of_one = "/admin/clients/acme-notes/requests";
    for (name, requests, refresh, here) in [
        (
            "admin-client-requests",
            vec![request(true, HOSTILE), request(false, HOSTILE)],
            true,
            of_one,
        ),
        ("admin-client-requests-none", vec![], false, of_one),
        (
            "admin-unknown-requests",
            vec![request(true, HOSTILE)],
            false,
            paths::ADMIN_UNKNOWN_REQUESTS,
        ),
        (
            "admin-unknown-requests-none",
            vec![],
            true,
            paths::ADMIN_UNKNOWN_REQUESTS,
        ),
    ] {
        add(
            name,
            &AdminClientRequests {
                page: page(lang),
                frame: of_client(ClientPart::Requests),
                requests,
                failed: !refresh,
                refresh,
                here: here.to_owned(),
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
}
