//! Whether an address may have an account, or become part of one: the one rule for sign-up, invitations and added addresses.

use super::disposable;
use crate::model::email::Email;

/// Who may sign up by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everybody.
    Open,
    /// Whoever has an address at one of the allowed domains.
    AllowList,
    /// Whoever was invited.
    Invitation,
    /// Nobody: administrators make the accounts.
    Closed,
}

/// What is set.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Who may sign up.
    pub mode: Mode,
    /// For [`Mode::AllowList`]: `example.com` is that domain alone, `*.example.com` every domain below it.
    pub allowed_domains: &'a [String],
    /// Domains that are never taken, with everything below them.
    pub blocked_domains: &'a [String],
    /// Whether addresses that anybody may read, or that vanish, are refused.
    pub block_disposable: bool,
}

/// On what occasion the question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody signs up by themselves.
    SignUp,
    /// Somebody is invited, or makes use of it: whoever invites has decided that this person may come.
    Invitation,
    /// An account gets another address.
    Another,
}

/// Why not. For people it is one of two sentences: nobody may sign up by themselves, or not with this address. The reason
/// itself is for administrators and for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// See [`Mode::Closed`].
    #[error("nobody can sign up here")]
    Closed,
    /// See [`Mode::Invitation`].
    #[error("an invitation is needed to sign up here")]
    InvitationNeeded,
    /// Not at one of the allowed domains.
    #[error("the address is not at one of accounts.allowed_domains")]
    NotAllowed,
    /// At a blocked domain.
    #[error("the address is at one of accounts.blocked_domains")]
    Blocked,
    /// At a service for addresses that vanish.
    #[error("the address is a disposable one")]
    Disposable,
}

/// The rule. It is asked again when something is carried out: what is set may have changed since it was promised.
pub fn judge(policy: &Policy<'_>, occasion: Occasion, email: &Email) -> Result<(), Refusal> {
    may_come(policy.mode, occasion)?;
    // The key's domain is in lower case and in its A-label form, as the lists are.
    let domain = email.key().rsplit('@').next().unwrap_or_default();
    if policy.blocked_domains.iter().any(|blocked| is_within(domain, blocked)) {
        return Err(Refusal::Blocked);
    }
    if policy.mode == Mode::AllowList
        && occasion != Occasion::Invitation
        && !policy.allowed_domains.iter().any(|allowed| is_allowed(domain, allowed))
    {
        return Err(Refusal::NotAllowed);
    }
    if policy.block_disposable && disposable::contains(domain) {
        return Err(Refusal::Disposable);
    }
    Ok(())
}

/// Whether anybody may come on this occasion, whatever the address: what a page asks before it shows its form.
pub fn may_come(mode: Mode, occasion: Occasion) -> Result<(), Refusal> {
    match (occasion, mode) {
        (Occasion::SignUp | Occasion::Invitation, Mode::Closed) => Err(Refusal::Closed),
        (Occasion::SignUp, Mode::Invitation) => Err(Refusal::InvitationNeeded),
        _ => Ok(()),
    }
}

fn is_allowed(domain: &str, allowed: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(parent) => domain != parent && is_within(domain, parent),
        None => domain == allowed,
    }
}

/// Whether a domain is another one or lies below it.
fn is_within(domain: &str, parent: &str) -> bool {
    domain
        .strip_suffix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::email;
    use proptest::prelude::*;

    fn lists(domains: &[&str]) -> Vec<String> {
        domains.iter().map(|domain| (*domain).to_owned()).collect()
    }

    fn asked(mode: Mode, occasion: Occasion, address: &str) -> Result<(), Refusal> {
        let (allowed, blocked) = (
            lists(&["corp.example", "*.staff.example"]),
            lists(&["spam.example", "bad.corp.example"]),
        );
        let policy = Policy {
            mode,
            allowed_domains: &allowed,
            blocked_domains: &blocked,
            block_disposable: true,
        };
        judge(&policy, occasion, &email::parse(address).unwrap())
    }

    #[test]
    fn the_mode_decides_who_may_come() {
        use {Mode::*, Occasion::*};
        for (mode, occasion, expected) in [
            (Open, SignUp, Ok(())),
            (Open, Occasion::Invitation, Ok(())),
            (AllowList, SignUp, Err(Refusal::NotAllowed)),
            (AllowList, Occasion::Invitation, Ok(())),
            (AllowList, Another, Err(Refusal::NotAllowed)),
            (Mode::Invitation, SignUp, Err(Refusal::InvitationNeeded)),
            (Mode::Invitation, Occasion::Invitation, Ok(())),
            (Mode::Invitation, Another, Ok(())),
            (Closed, SignUp, Err(Refusal::Closed)),
            (Closed, Occasion::Invitation, Err(Refusal::Closed)),
            (Closed, Another, Ok(())),
        ] {
            assert_eq!(
                asked(mode, occasion, "ada@home.example"),
                expected,
                "{mode:?} {occasion:?}"
            );
        }
    }

    #[test]
    fn the_lists_mean_domains_and_not_texts() {
        let (open, allow) = (Mode::Open, Mode::AllowList);
        for (mode, address, expected) in [
            (allow, "ada@corp.example", Ok(())),
            (allow, "ada@CORP.example.", Ok(())),
            (allow, "ada@x.corp.example", Err(Refusal::NotAllowed)),
            (allow, "ada@evilcorp.example", Err(Refusal::NotAllowed)),
            (allow, "ada@corp.example.evil.test", Err(Refusal::NotAllowed)),
            (allow, "ada@staff.example", Err(Refusal::NotAllowed)),
            (allow, "ada@a.b.staff.example", Ok(())),
            (allow, "ada@xstaff.example", Err(Refusal::NotAllowed)),
            (allow, "ada@bad.corp.example", Err(Refusal::Blocked)),
            (open, "ada@spam.example", Err(Refusal::Blocked)),
            (open, "ada@mx.spam.example", Err(Refusal::Blocked)),
            (open, "ada@notspam.example", Ok(())),
            (open, "ada@mailinator.com", Err(Refusal::Disposable)),
            (open, "ada@x.mailinator.com", Err(Refusal::Disposable)),
            (open, "ada@ｓpam.example", Err(Refusal::Blocked)),
        ] {
            assert_eq!(asked(mode, Occasion::SignUp, address), expected, "{address}");
        }
        for occasion in [Occasion::Invitation, Occasion::Another] {
            assert_eq!(asked(open, occasion, "ada@spam.example"), Err(Refusal::Blocked));
            assert_eq!(asked(open, occasion, "ada@mailinator.com"), Err(Refusal::Disposable));
        }
    }

    proptest! {
        /// What is blocked is blocked however it is spelt and whoever asks.
        #[test]
        fn no_occasion_gets_around_the_block_list(label in "[a-z]{1,8}", upper: bool, invitation: bool) {
            let domain = format!("{label}.spam.example");
            let domain = if upper { domain.to_uppercase() } else { domain };
            let occasion = if invitation { Occasion::Invitation } else { Occasion::Another };
            let judged = asked(Mode::Open, occasion, &format!("ada@{domain}"));
            prop_assert_eq!(judged, Err(Refusal::Blocked));
        }
    }
}
