use proptest::prelude::*;

use super::*;

/// The secret of RFC 6238 appendix B.
const RFC: [u8; 20] = *b"12345678901234567890";

fn at(seconds: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(seconds, 0).unwrap()
}

#[test]
fn rfc6238_appendix_b_the_vectors_hold_in_six_digits() {
    let secret = TotpSecret::new(RFC);
    for (seconds, eight_digits) in [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ] {
        let code = &eight_digits[2..];
        assert_eq!(secret.matching_step(code, at(seconds)), Some(seconds / 30), "{seconds}");
    }
}

#[test]
fn rfc6238_5_2_one_step_early_and_one_late() {
    let secret = TotpSecret::new(RFC);
    // The code of step 37,037,036, from 1,111,111,080 to 1,111,111,109.
    let (code, step, start) = ("081804", 37_037_036, 1_111_111_080);
    for (now, expected) in [
        (start - 31, None),
        (start - 30, Some(step)),
        (start - 1, Some(step)),
        (start, Some(step)),
        (start + 29, Some(step)),
        (start + 30, Some(step)),
        (start + 59, Some(step)),
        (start + 60, None),
    ] {
        assert_eq!(secret.matching_step(code, at(now)), expected, "{}", now - start);
    }
    assert_eq!(
        secret.matching_step(code, at(-1)),
        None,
        "before 1970 there were no apps"
    );
}

#[test]
fn a_code_is_read_whatever_keyboard_wrote_it() {
    let secret = TotpSecret::new(RFC);
    let now = at(1_111_111_109);
    for same in [
        "081804",
        "081 804",
        " 081-804\n",
        "０８１８０４",
        "٠٨١٨٠٤",
        "۰۸۱۸۰۴",
        "०८१८०४",
        "081\u{a0}804",
    ] {
        assert!(secret.matching_step(same, now).is_some(), "{same}");
    }
    let long = "0".repeat(1_000_000);
    for bad in [
        "",
        "08180",
        "0818044",
        "081804x",
        "O81804",
        "+81804",
        "081.804",
        "²81804½",
        &long,
    ] {
        assert_eq!(secret.matching_step(bad, now), None);
    }
    // 94287082 of the RFC's table, and its last six digits, are two codes.
    assert_eq!(secret.matching_step("94287082", at(59)), None);
}

#[test]
fn the_secret_is_written_for_apps_and_for_people() {
    let secret = TotpSecret::new(RFC);
    assert_eq!(secret.to_text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    assert_eq!(
        secret.to_uri("Passgate", "ada@x.test").unwrap(),
        "otpauth://totp/Passgate:ada%40x.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Passgate"
    );
    let strange = secret.to_uri("Ärger & Söhne: intern", "a:b?secret=x&issuer=y").unwrap();
    let url = url::Url::parse(&strange).unwrap();
    let query: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!(query[0], ("secret".into(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()));
    assert_eq!(query[1], ("issuer".into(), "Ärger & Söhne  intern".into()));
    assert_eq!(query.len(), 2, "{strange}");
    assert!(secret.to_qr("Passgate", "ada@x.test").unwrap().starts_with("<svg "));
}

#[test]
fn a_sealed_secret_opens_for_its_owner_only() {
    let key = MasterKey::generate();
    let owner = Owner {
        user_id: Uuid::from_u128(1),
        credential_id: Uuid::from_u128(2),
    };
    let sealed = TotpSecret::new(RFC).seal(&key, owner).unwrap();
    assert!(!sealed.windows(RFC.len()).any(|window| window == RFC));
    assert_eq!(TotpSecret::open(&key, owner, &sealed).unwrap().0, RFC);
    let (other_person, other_row) = (
        Owner {
            user_id: Uuid::from_u128(3),
            ..owner
        },
        Owner {
            credential_id: Uuid::from_u128(3),
            ..owner
        },
    );
    for wrong in [other_person, other_row] {
        assert!(TotpSecret::open(&key, wrong, &sealed).is_err(), "{wrong:?}");
    }
    assert!(TotpSecret::open(&MasterKey::generate(), owner, &sealed).is_err());
    let short = key.seal(&owner.purpose(), b"short").unwrap();
    assert!(TotpSecret::open(&key, owner, &short).is_err());
    assert_eq!(format!("{:?}", TotpSecret::new(RFC)), "TotpSecret(..)");
}

proptest! {
    #[test]
    fn a_step_is_never_outside_the_window(secret in any::<[u8; 20]>(), code in "[0-9]{6}", now in 0_i64..4_000_000_000) {
        if let Some(step) = TotpSecret::new(secret).matching_step(&code, at(now)) {
            prop_assert!((step - now / 30).abs() <= 1);
        }
    }

    #[test]
    fn no_input_makes_it_stumble(text in ".*", now in any::<i32>()) {
        let _step = TotpSecret::new(RFC).matching_step(&text, at(now.into()));
    }
}
