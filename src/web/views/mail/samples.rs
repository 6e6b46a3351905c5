//! One letter of each kind, for `/dev/letters` and for the tests.

use crate::model::Timestamp;
use crate::model::letter::{Asked, FactorNoun, Message, Proof};

const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                       Chrome/131.0.0.0 Safari/537.36";

/// Every letter under its name; links begin with `issuer`.
pub fn samples(issuer: &str, now: Timestamp) -> Vec<(&'static str, Message)> {
    let asked = || Asked {
        user_agent: BROWSER.to_owned(),
        address: "203.0.113.7".to_owned(),
        at: now,
    };
    let link = |path: &str| format!("{issuer}/{path}?token=pgl_sample");
    let proof = |path: &str| Proof {
        code: "493027".to_owned(),
        link: link(path),
        valid_for: 600,
    };
    let email = || "ada@example.com".to_owned();
    let hour = chrono::TimeDelta::hours(1);
    let factors = [
        ("factor-added-totp", "factor-removed-totp", FactorNoun::Totp),
        ("factor-added-passkey", "factor-removed-passkey", FactorNoun::Passkey),
        (
            "factor-added-text-messages",
            "factor-removed-text-messages",
            FactorNoun::TextMessages,
        ),
        (
            "factor-added-recovery-codes",
            "factor-removed-recovery-codes",
            FactorNoun::RecoveryCodes,
        ),
        ("factor-added-phone", "factor-removed-phone", FactorNoun::Phone),
    ];
    let mut all = vec![
        (
            "verify-email",
            Message::VerifyEmail {
                link: link("verify-email"),
                valid_for: 86_400,
            },
        ),
        ("sign-up-code", Message::SignUpCode(proof("sign-up"), asked())),
        (
            "already-registered",
            Message::AlreadyRegistered {
                link: format!("{issuer}/sign-in"),
                asked: asked(),
            },
        ),
        ("sign-in-code", Message::SignInCode(proof("sign-in"), asked())),
        (
            "second-factor-code",
            Message::SecondFactorCode {
                code: "493027".to_owned(),
                valid_for: 600,
                asked: asked(),
            },
        ),
        (
            "reset-password",
            Message::ResetPassword(proof("reset-password"), asked()),
        ),
        ("password-changed", Message::PasswordChanged(asked())),
        ("confirm-new-email", Message::ConfirmNewEmail(proof("account"), asked())),
        ("email-taken", Message::EmailTaken(asked())),
        (
            "email-added",
            Message::EmailAdded {
                email: email(),
                asked: asked(),
            },
        ),
        (
            "email-removed",
            Message::EmailRemoved {
                email: email(),
                asked: asked(),
            },
        ),
        (
            "primary-email-changed",
            Message::PrimaryEmailChanged {
                email: email(),
                asked: asked(),
            },
        ),
        (
            "recovery-code-used",
            Message::RecoveryCodeUsed {
                left: 7,
                asked: asked(),
            },
        ),
        (
            "factor-reset-requested",
            Message::FactorResetRequested {
                effective_at: now + hour * 72,
                cancel_link: link("recover/stop"),
                asked: asked(),
            },
        ),
        ("factor-reset-done", Message::FactorResetDone),
        (
            "new-device",
            Message::NewDevice {
                asked: asked(),
                link: link("not-me"),
            },
        ),
        (
            "invitation",
            Message::Invitation {
                link: link("invitation"),
                valid_for: 7 * 86_400,
            },
        ),
        (
            "account-deletion-scheduled",
            Message::AccountDeletionScheduled {
                at: now + hour * 24 * 14,
                link: format!("{issuer}/sign-in"),
            },
        ),
        ("account-deleted", Message::AccountDeleted),
        ("test", Message::Test),
    ];
    for (added, removed, factor) in factors {
        all.push((added, Message::FactorAdded(factor, asked())));
        all.push((removed, Message::FactorRemoved(factor, asked())));
    }
    all
}
