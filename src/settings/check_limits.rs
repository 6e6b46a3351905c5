//! What the limits and the rules of admission must be.

use super::{Settings, SignUp};

/// Demands it.
pub(super) fn check(settings: &Settings, demand: &mut impl FnMut(bool, &str)) {
    let limits = &settings.limits;
    for (key, value) in [
        ("sign_in_per_minute", limits.sign_in_per_minute),
        ("sign_up_per_minute", limits.sign_up_per_minute),
        ("code_per_minute", limits.code_per_minute),
        ("recovery_per_minute", limits.recovery_per_minute),
        ("flows_per_minute", limits.flows_per_minute),
        ("client_failures_per_minute", limits.client_failures_per_minute),
        ("mails_per_hour", limits.mails_per_hour),
        ("codes_per_ten_minutes", limits.codes_per_ten_minutes),
        ("recoveries_per_hour", limits.recoveries_per_hour),
        ("sign_ups_per_hour", limits.sign_ups_per_hour),
        ("work_after_failures", limits.work_after_failures),
        ("work_after_failures_of_all", limits.work_after_failures_of_all),
        ("without_work_per_minute", limits.without_work_per_minute),
    ] {
        demand(
            (1..=1_000_000).contains(&value),
            &format!("limits.{key} is 1 to 1000000"),
        );
    }
    demand(
        (48..=64).contains(&limits.ipv6_prefix),
        "limits.ipv6_prefix is 48 to 64",
    );
    demand(
        (8..=24).contains(&limits.proof_of_work_bits),
        "limits.proof_of_work_bits is 8 to 24",
    );
    let accounts = &settings.accounts;
    for (key, domains) in [
        ("allowed_domains", &accounts.allowed_domains),
        ("blocked_domains", &accounts.blocked_domains),
    ] {
        let wildcards = key == "allowed_domains";
        for domain in domains {
            let name = domain.strip_prefix("*.").filter(|_| wildcards).unwrap_or(domain);
            demand(
                is_domain(name),
                &format!("accounts.{key}: {domain:?} is no domain as DNS has it, in lower case"),
            );
        }
    }
    demand(
        accounts.sign_up != SignUp::AllowList || !accounts.allowed_domains.is_empty(),
        "accounts.sign_up = \"allow_list\" needs accounts.allowed_domains",
    );
}

/// A name that an address's domain can be compared with: lower case, A-labels, no dot at the end.
fn is_domain(name: &str) -> bool {
    !name.ends_with('.') && !name.is_empty() && idna::domain_to_ascii_strict(name).is_ok_and(|ascii| ascii == name)
}
