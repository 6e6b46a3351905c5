use proptest::prelude::*;

use super::*;

const HARDWARE: Proof = Proof::Passkey {
    user_verified: true,
    synced: false,
};
const SYNCED: Proof = Proof::Passkey {
    user_verified: true,
    synced: true,
};
const TOUCHED: Proof = Proof::Passkey {
    user_verified: false,
    synced: false,
};
const EVERY: [Proof; 9] = [
    Proof::Password,
    Proof::MailCode,
    Proof::MailLink,
    Proof::Totp,
    Proof::TextCode,
    Proof::RecoveryCode,
    HARDWARE,
    SYNCED,
    TOUCHED,
];

#[test]
fn rfc8176_what_was_shown_and_what_it_is_worth() {
    use Proof::{MailCode, MailLink, Password, RecoveryCode, TextCode, Totp};
    let table: [(&[Proof], &str, &str); 22] = [
        (&[], "", "1"),
        (&[Password], "pwd", "1"),
        (&[MailCode], "email", "1"),
        (&[MailLink], "email", "1"),
        (&[Totp], "otp", "1"),
        (&[Password, Totp], "pwd otp mfa", "2"),
        (&[Totp, Password], "otp pwd mfa", "2"),
        (&[Password, TextCode], "pwd sms mfa", "2"),
        (&[Password, RecoveryCode], "pwd otp mfa", "2"),
        (&[Password, MailCode], "pwd email mfa", "2"),
        (&[MailLink, Totp], "email otp mfa", "2"),
        // One kind twice.
        (&[MailCode, MailLink], "email", "1"),
        (&[Password, Password], "pwd", "1"),
        (&[Totp, TextCode], "otp sms", "1"),
        (&[Totp, RecoveryCode], "otp", "1"),
        (&[Totp, TOUCHED], "otp hwk", "1"),
        (&[HARDWARE], "hwk user mfa", "phr"),
        (&[SYNCED], "swk user mfa", "phr"),
        (&[TOUCHED], "hwk", "1"),
        (&[Password, TOUCHED], "pwd hwk mfa", "phr"),
        (&[Password, SYNCED], "pwd swk user mfa", "phr"),
        (&[Password, Totp, TOUCHED], "pwd otp hwk mfa", "phr"),
    ];
    for (proofs, methods, level) in table {
        let amr = merge(proofs);
        assert_eq!(amr.join(" "), methods, "{proofs:?}");
        assert_eq!(acr(&amr), level, "{proofs:?}");
    }
}

#[test]
fn rfc9470_each_level_contains_those_below_and_nothing_else_is_one() {
    for (low, reached) in ACR_VALUES.iter().enumerate() {
        for (high, wanted) in ACR_VALUES.iter().enumerate() {
            assert_eq!(satisfies(reached, wanted), low >= high, "{reached} for {wanted}");
        }
        for strange in ["", "0", "3", "phrh", "PHR", " 1"] {
            assert!(
                !satisfies(reached, strange) && !satisfies(strange, reached),
                "{strange:?}"
            );
        }
    }
}

#[test]
fn rfc9470_4_any_of_the_values_will_do() {
    let list = |values: &[&str]| -> Vec<String> { values.iter().map(|value| (*value).to_owned()).collect() };
    assert!(meets("2", &list(&["phr", "2"])) && meets("phr", &list(&["2"])));
    assert!(!meets("2", &list(&["urn:other", "phr"])) && !meets("phr", &list(&["urn:other"])) && !meets("phr", &[]));
    for (shown, more, wanted, reached) in [
        ("pwd", "otp", "2", true),
        ("pwd", "otp", "phr", false),
        ("pwd", "hwk", "phr", true),
        ("pwd otp mfa", "hwk", "phr", true),
        ("pwd otp mfa", "otp", "phr", false),
        ("pwd", "hwk", "urn:other", false),
    ] {
        let (shown, more): (Vec<_>, Vec<_>) = (shown.split(' ').collect(), more.split(' ').collect());
        assert_eq!(
            would_reach(&list(&shown), &more, &list(&[wanted])),
            reached,
            "{more:?} after {shown:?}"
        );
    }
}

#[test]
fn a_session_that_steps_up_keeps_what_it_had() {
    let before = merge(&[Proof::Password]);
    assert_eq!(step_up(&before, &[Proof::Totp]), ["pwd", "otp", "mfa"]);
    assert_eq!(
        step_up(&before, &[Proof::Password]),
        ["pwd"],
        "the same again is no step"
    );
    assert_eq!(
        step_up(&merge(&[HARDWARE]), &[Proof::Password]),
        ["hwk", "user", "pwd", "mfa"]
    );
    // What another version of the house wrote is kept, and is no factor to count.
    assert_eq!(
        step_up(&["kerberos".to_owned()], &[Proof::Password]),
        ["kerberos", "pwd"]
    );
}

#[test]
fn another_factor_is_one_of_another_kind() {
    for (shown, more, another) in [
        ("pwd", "otp", true),
        ("pwd", "pwd", false),
        ("pwd", "email", true),
        ("email", "email", false),
        ("otp", "sms", false),
        ("pwd otp mfa", "hwk", false),
        ("pwd", "hwk user", true),
        ("hwk", "swk user", true),
        ("", "otp", true),
        ("pwd", "unknown", false),
    ] {
        let shown: Vec<String> = shown.split_whitespace().map(str::to_owned).collect();
        let more: Vec<&str> = more.split(' ').collect();
        assert_eq!(is_another_factor(&shown, &more), another, "{more:?} after {shown:?}");
    }
}

#[test]
fn methods_that_come_together_are_combined_as_proofs_are() {
    assert_eq!(combine(["pwd", "otp", "pwd"]), ["pwd", "otp", "mfa"]);
    assert_eq!(
        combine(["hwk", "user", "mfa", "pwd"]),
        ["hwk", "user", "pwd", "mfa"],
        "mfa once, and last"
    );
    assert_eq!(combine(["otp", "sms"]), ["otp", "sms"]);
}

proptest! {
    /// SE-14: no order of steps and no repetition gives more than all of them at once, and none gives less.
    #[test]
    fn se_14_never_a_higher_acr_than_was_shown(steps in prop::collection::vec(prop::sample::select(&EVERY[..]), 0..6)) {
        let together = merge(&steps);
        let one_by_one = steps.iter().fold(Vec::new(), |amr, proof| step_up(&amr, &[*proof]));
        prop_assert_eq!(acr(&together), acr(&one_by_one));
        let distinct: BTreeSet<_> = steps.iter().flat_map(|proof| proof.methods()).filter_map(|method| kind(method)).collect();
        prop_assert_eq!(satisfies(acr(&together), TWO_FACTORS), distinct.len() > 1);
        let keys = steps.iter().any(|proof| matches!(proof, Proof::Passkey { .. }));
        prop_assert_eq!(acr(&together) == PHISHING_RESISTANT, keys && distinct.len() > 1);
    }
}
