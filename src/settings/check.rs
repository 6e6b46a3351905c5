//! What settings must be together, beyond their types.

use url::{Host, Url};

use super::Settings;

/// Adds a sentence for everything that cannot be.
pub(super) fn check(settings: &Settings, problems: &mut Vec<String>) {
    let mut demand = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    match Url::parse(&settings.public_url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            demand(
                url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty(),
                "public_url is scheme, host and port, nothing else",
            );
            demand(
                settings.public_url.trim_end_matches('/') == url.origin().ascii_serialization(),
                "public_url must be written as browsers write it: lower case, without the standard port",
            );
            demand(
                url.scheme() == "https" || is_loopback(&url),
                "public_url with http is only for loopback addresses: put TLS in front and use https",
            );
        }
        _ => demand(false, "public_url is no http or https address"),
    }
    let url = settings.database.url.as_str();
    demand(
        url.is_empty()
            || ["postgres://", "postgresql://", "sqlite://"]
                .iter()
                .any(|scheme| url.starts_with(scheme)),
        "database.url begins with postgres:// or sqlite://, or is empty",
    );
    demand(
        (1..=1000).contains(&settings.database.max_connections),
        "database.max_connections is 1 to 1000",
    );
    demand(settings.workers <= 256, "workers is 0 to 256");
    demand(
        settings.audit.retention_days == 0 || (90..=36_500).contains(&settings.audit.retention_days),
        "audit.retention_days is 90 to 36500, or 0 to keep events for ever",
    );
    demand(
        settings.shutdown_grace_seconds <= 300,
        "shutdown_grace_seconds is at most 300",
    );
    demand(
        settings.metrics.listen.is_empty() || settings.metrics.address().is_some(),
        "metrics.listen is an address and port, or empty",
    );
    demand(
        settings
            .metrics
            .address()
            .is_none_or(|address| address.port() == 0 || address != settings.listen),
        "metrics.listen is another address than listen: what is counted is nobody else's business",
    );
    let telemetry = &settings.telemetry;
    demand(
        telemetry.otlp_endpoint.is_empty()
            || Url::parse(&telemetry.otlp_endpoint)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()),
        "telemetry.otlp_endpoint is an http or https address, or empty",
    );
    demand(telemetry.sample_percent <= 100, "telemetry.sample_percent is 0 to 100");
    let passwords = &settings.passwords;
    demand(
        (8..=64).contains(&passwords.min_length),
        "passwords.min_length is 8 to 64",
    );
    demand(
        passwords.min_length_single_factor <= 64,
        "passwords.min_length_single_factor is at most 64",
    );
    demand(passwords.min_strength <= 4, "passwords.min_strength is 0 to 4");
    demand(
        passwords.breach_check == super::BreachCheck::Off
            || (is_web_address(&passwords.breach_url) && passwords.breach_url.ends_with('/')),
        "passwords.breach_url is a web address that ends in a slash",
    );
    demand(
        (64..=1024).contains(&passwords.max_length),
        "passwords.max_length is 64 to 1024",
    );
    demand(
        (8 * passwords.parallelism..=1_048_576).contains(&passwords.memory_kib)
            && (1..=64).contains(&passwords.iterations)
            && (1..=16).contains(&passwords.parallelism),
        "passwords: memory_kib is at least 8 for each lane and at most 1048576, iterations 1 to 64, parallelism 1 to 16",
    );
    demand(
        (1..=100_000).contains(&passwords.queue),
        "passwords.queue is 1 to 100000",
    );
    demand(
        settings.sessions.idle_minutes > 0 && settings.sessions.idle() <= settings.sessions.absolute(),
        "sessions.idle_minutes is more than 0 and not longer than sessions.absolute_hours",
    );
    // RFC 6265bis: browsers keep no cookie for longer than 400 days.
    demand(
        settings.sessions.absolute_hours <= 400 * 24,
        "sessions.absolute_hours is at most 9600",
    );
    let tokens = &settings.tokens;
    demand(
        (30..=86_400).contains(&tokens.access_token_seconds),
        "tokens.access_token_seconds is 30 to 86400",
    );
    demand(
        (30..=86_400).contains(&tokens.id_token_seconds),
        "tokens.id_token_seconds is 30 to 86400",
    );
    demand(
        (10..=600).contains(&tokens.code_seconds),
        "tokens.code_seconds is 10 to 600",
    );
    demand(
        tokens.refresh_retry_seconds <= 600,
        "tokens.refresh_retry_seconds is at most 600",
    );
    demand(
        tokens.refresh_idle_days > 0 && tokens.refresh_idle_days <= tokens.refresh_absolute_days,
        "tokens.refresh_idle_days is more than 0 and not more than tokens.refresh_absolute_days",
    );
    demand(
        tokens.refresh_absolute_days <= 3650,
        "tokens.refresh_absolute_days is at most 3650",
    );
    for (key, value) in [
        ("default_role", &settings.accounts.default_role),
        ("default_plan", &settings.accounts.default_plan),
    ] {
        demand(
            is_name(value),
            &format!("accounts.{key} is 1 to 64 letters, digits, _ - . :"),
        );
    }
    demand(
        settings.accounts.deletion_grace_days <= 365,
        "accounts.deletion_grace_days is at most 365",
    );
    demand(
        settings.accounts.default_role != crate::model::user::ADMIN_ROLE,
        "accounts.default_role cannot be admin: everybody would be an administrator",
    );
    for (key, methods, known) in [
        (
            "sign_in",
            &settings.sign_in.methods,
            &["password", "passkey", "email"][..],
        ),
        (
            "second_factor",
            &settings.second_factor.methods,
            &["totp", "passkey", "sms", "email", "recovery_code"],
        ),
    ] {
        demand(
            methods.iter().all(|method| known.contains(&method.as_str())),
            &format!("{key}.methods are of {}", known.join(", ")),
        );
    }
    demand(
        settings.sign_in.offers("password") || settings.sign_in.offers("email"),
        "sign_in.methods has password or email: a new person has no passkey yet",
    );
    demand(
        settings.second_factor.policy == super::SecondFactorPolicy::Off
            || ["totp", "passkey", "sms", "email"]
                .iter()
                .any(|method| settings.second_factor.offers(method)),
        "second_factor.methods has more than recovery codes, or second_factor.policy is off",
    );
    demand(
        settings.second_factor.administrators != super::AdministratorFactor::Required
            || settings.second_factor.policy != super::SecondFactorPolicy::Off,
        "second_factor.administrators = \"required\" needs second_factor.policy to be more than off",
    );
    demand(
        (1..=10).contains(&settings.sign_in.accounts_per_browser),
        "sign_in.accounts_per_browser is 1 to 10",
    );
    demand(
        settings.second_factor.trusted_device_days <= 365 && settings.second_factor.lost_wait_days <= 60,
        "second_factor: trusted_device_days is at most 365, lost_wait_days at most 60",
    );
    for (key, uri) in [
        ("terms_uri", &settings.accounts.terms_uri),
        ("privacy_uri", &settings.accounts.privacy_uri),
    ] {
        demand(
            uri.is_empty() || is_web_address(uri),
            &format!("accounts.{key} is a web address, or empty"),
        );
    }
    demand(
        settings.limits.enabled || settings.is_development(),
        "limits.enabled = false is only for a loopback public_url",
    );
    super::check_limits::check(settings, &mut demand);
    super::check_mail::check(&settings.mail, &mut demand);
    super::branding::check(settings, &mut demand);
    check_headless(settings, &mut demand);
    let sms = &settings.sms;
    demand(
        sms.secret.is_empty() || sms.secret_file.is_empty(),
        "sms.secret and sms.secret_file are one secret: give one of them",
    );
    let has_secret = !sms.secret.is_empty() || !sms.secret_file.is_empty();
    demand(
        sms.provider != super::SmsProvider::Http || (is_web_address(&sms.url) && has_secret),
        "sms.provider = \"http\" needs sms.url, a web address, and sms.secret",
    );
    demand(
        sms.provider != super::SmsProvider::Twilio || (has_secret && !sms.account.is_empty() && !sms.sender.is_empty()),
        "sms.provider = \"twilio\" needs sms.account, sms.secret and sms.sender",
    );
    demand(
        sms.url.is_empty() || is_web_address(&sms.url),
        "sms.url is a web address, or empty",
    );
}

fn check_headless(settings: &Settings, demand: &mut impl FnMut(bool, &str)) {
    let headless = &settings.headless;
    demand(
        headless.origins.iter().all(|origin| is_origin(origin)),
        "headless.origins are scheme, host and port as browsers write them; http is only for loopback addresses",
    );
    for (key, uri) in [
        ("sign_in_uri", &headless.sign_in_uri),
        ("sign_up_uri", &headless.sign_up_uri),
    ] {
        demand(
            uri.is_empty() || (headless.holds(uri) && !uri.contains('#')),
            &format!("headless.{key} is an address at one of headless.origins, without a fragment, or empty"),
        );
    }
    let domain = &headless.passkey_domain;
    let within = |origin: &str| {
        Url::parse(origin).is_ok_and(|url| match url.host() {
            Some(Host::Domain(host)) => host == domain || host.ends_with(&format!(".{domain}")),
            _ => false,
        })
    };
    demand(
        domain.is_empty() || within(&settings.public_url),
        "headless.passkey_domain is the host of public_url or a domain that it is in, or empty",
    );
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        url.origin().ascii_serialization() == text
            && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url))
    })
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// What a role or plan is called.
pub fn is_name(text: &str) -> bool {
    crate::model::catalogue::is_name(text)
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
