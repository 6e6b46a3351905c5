use super::*;

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Problems> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("passgate.toml");
    std::fs::write(&path, file).unwrap();
    let environment = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::load(Some(&path), environment)
}

fn problems(file: &str, variables: &[(&str, &str)]) -> Vec<String> {
    load(file, variables).unwrap_err().0
}

#[test]
fn nothing_configured_is_a_development_installation() {
    let settings = load("", &[]).unwrap();
    assert!(settings.is_development());
    assert_eq!(settings.issuer(), "http://localhost:8080");
    assert_eq!(settings.database_url(), "sqlite://data/passgate.db");
}

/// Cookies without `Secure` and links in the clear are for loopback alone; with http the `__Host-` names would be lost as well.
#[test]
fn ck_05_plain_http_is_for_loopback_alone() {
    for bad in [
        "http://id.example",
        "http://10.0.0.1:8080",
        "http://localhost.evil.test",
        "http://[2001:db8::1]",
    ] {
        assert!(load(&format!("public_url = \"{bad}\""), &[]).is_err(), "{bad}");
    }
    for good in [
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://[::1]:8080",
        "https://id.example",
    ] {
        let loaded = load(&format!("public_url = \"{good}\""), &[]);
        assert!(loaded.is_ok(), "{good}: {:?}", loaded.err().map(|problems| problems.0));
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let settings = load(
        "public_url = \"https://a.example\"\n[tokens]\naccess_token_seconds = 60\nid_token_seconds = 61",
        &[
            ("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS", "90"),
            ("PASSGATE_DATABASE_URL", "postgres://u@h/d"),
            ("PASSGATE_TRUSTED_PROXIES", "10.0.0.1, ::1"),
            ("PASSGATE_MASTER_KEY", "not a setting"),
            ("OTHER", "x"),
            ("PASSGATE_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("PASSGATE_SERVICE_HOST", "10.0.0.1"),
        ],
    )
    .unwrap();
    assert_eq!(
        (settings.tokens.access_token_seconds, settings.tokens.id_token_seconds),
        (90, 61)
    );
    assert_eq!(settings.database_url(), "postgres://u@h/d");
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert!(!settings.is_development());
}

#[test]
fn all_problems_are_listed_at_once_with_their_place() {
    let found = problems(
        "public_urll = \"x\"\nlisten = 5\n[sessions]\nidle_minutes = 0\n[nope]\na = 1",
        &[
            ("PASSGATE_TOKENS__CODE_SECOND", "x"),
            ("PASSGATE_TOKENS__CODE_SECONDS", "many"),
            ("PASSGATE_PUBLIC_URL", "ftp://x"),
        ],
    );
    let all = found.join("\n");
    assert_eq!(found.len(), 7, "{all}");
    for part in [
        "passgate.toml: public_urll is no setting; did you mean public_url?",
        "passgate.toml: listen is a text, not a whole number",
        "passgate.toml: nope is no setting",
        "PASSGATE_TOKENS__CODE_SECOND is no setting; did you mean PASSGATE_TOKENS__CODE_SECONDS?",
        "PASSGATE_TOKENS__CODE_SECONDS is a whole number, not \"many\"",
        "public_url is no http or https address",
        "sessions.idle_minutes",
    ] {
        assert!(all.contains(part), "{part} not in\n{all}");
    }
}

#[test]
fn contradictions_stop_the_start() {
    for (file, problem) in [
        ("public_url = \"http://id.example\"", "only for loopback"),
        ("public_url = \"https://id.example/path\"", "nothing else"),
        ("public_url = \"https://ID.example\"", "as browsers write it"),
        (
            "public_url = \"https://id.example\"\n[limits]\nenabled = false",
            "limits.enabled",
        ),
        (
            "[sessions]\nidle_minutes = 6000\nabsolute_hours = 1",
            "sessions.idle_minutes",
        ),
        ("[database]\nurl = \"mysql://x\"", "database.url"),
        ("[accounts]\ndefault_role = \"admin\"", "default_role"),
        ("[passwords]\nmemory_kib = 4", "memory_kib"),
        ("[mail]\nfrom = \"nobody\"", "mail.from"),
        ("[mail]\ntransport = \"smtp\"", "mail.smtp_host"),
        ("[mail]\nsmtp_timeout_seconds = 60", "mail.smtp_timeout_seconds"),
        ("[mail]\ndeliveries = 0", "mail.deliveries"),
        ("[mail]\nsmtp_port = 65536", "mail.smtp_port"),
        ("listen = \"nowhere\"", "socket address"),
        ("[accounts]\nsign_up = \"maybe\"", "maybe"),
        ("[accounts]\nsign_up = \"allow_list\"", "needs accounts.allowed_domains"),
        ("[accounts]\nallowed_domains = [\"Corp.example\"]", "Corp.example"),
        ("[accounts]\nblocked_domains = [\"*.corp.example\"]", "*.corp.example"),
        ("[limits]\nmails_per_hour = 0", "limits.mails_per_hour"),
        ("[limits]\nipv6_prefix = 128", "limits.ipv6_prefix"),
        ("[limits]\nproof_of_work_bits = 40", "limits.proof_of_work_bits"),
    ] {
        let found = problems(file, &[]).join("\n");
        assert!(found.contains(problem), "{file}: {found}");
    }
}

#[test]
fn every_key_of_the_default_file_has_a_line_about_it_and_stands_in_the_documentation() {
    let documentation = include_str!("../../docs/settings.md");
    let mut before = "";
    let mut keys = 0;
    for line in DEFAULTS.lines() {
        if let Some((key, _)) = line.split_once(" = ") {
            assert!(before.starts_with("# "), "{key}");
            assert!(
                documentation.contains(&format!("`{key}`")),
                "{key} is not in docs/settings.md"
            );
            keys += 1;
        }
        before = line;
    }
    assert!(keys > 25);
}

#[test]
fn administrators_are_told_every_setting_and_no_secret() {
    let settings = load(
        "public_url = \"https://a.example\"\n[mail]\nsmtp_password = \"s3cret-of-mail\"\n[tokens]\ncode_seconds = 30",
        &[
            ("PASSGATE_DATABASE_URL", "postgres://u:s3cret-of-data@h/d"),
            ("PASSGATE_TOKENS__CODE_SECONDS", "40"),
        ],
    )
    .unwrap();
    let told = |key: &str| settings.told.iter().find(|told| told.key == key).unwrap();
    let keys = DEFAULTS
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#'));
    assert_eq!(settings.told.len(), keys.count());
    assert!(settings.told.iter().all(|told| told.explanation.len() > 5));
    assert!(!format!("{settings:?}").contains("s3cret-of-data"));
    assert!(!format!("{:?}", settings.told).contains("s3cret"));
    assert_eq!(
        told("database.url").place,
        Place::Environment("PASSGATE_DATABASE_URL".into())
    );
    assert_eq!(told("mail.smtp_password").value, None);
    assert!(matches!(&told("public_url").place, Place::File(path) if path.ends_with("passgate.toml")));
    let code = told("tokens.code_seconds");
    assert_eq!(code.value, Some(40.into()));
    assert_eq!(code.default, 60.into());
    assert_eq!(code.place, Place::Environment("PASSGATE_TOKENS__CODE_SECONDS".into()));
    assert_eq!(told("tokens.id_token_seconds").place, Place::Default);
}

#[test]
fn whatever_sounds_like_a_secret_is_one() {
    for told in load("", &[]).unwrap().told {
        let secret = ["password", "secret"].iter().any(|word| told.key.ends_with(word));
        assert_eq!(
            secret || told.key == "database.url",
            told::SECRET.contains(&told.key.as_str()),
            "{}",
            told.key
        );
    }
}
