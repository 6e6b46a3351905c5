//! SECURITY-CASES MF-12, row by row: what a passkey must not get through with. The signatures hold over what is wrong, so that
//! it is the wrong thing that is refused.

use passgate::crypto::passkeys::{PasskeyError, RelyingParty, Shown};
use passgate::model::passkey::{Passkey, PasskeyUse};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::passkey_ceremonies::{ORIGIN, account, ask, register, relying_party};
use super::{ADA, BOB};
use crate::harness::authenticator::{Authenticator, Twist, cbor, decode, encode, flag};

/// The lies that both ceremonies can be told, and what each is called.
fn lies() -> Vec<(&'static str, PasskeyError, Twist)> {
    let told = |member: &'static str, value: Value| Twist {
        client_data: Box::new(move |data| data[member] = value.clone()),
        ..Twist::default()
    };
    let flags = |change: fn(u8) -> u8| Twist {
        authenticator_data: Box::new(move |data| data[32] = change(data[32])),
        ..Twist::default()
    };
    let mut lies: Vec<_> = [
        "https://badid.example.com",
        "https://id.example.com.evil.test",
        "https://example.com",
        "https://sub.id.example.com",
        "http://id.example.com",
        "https://id.example.com:444",
        "https://id.example.com:443",
        "https://id.example.com/",
        "https://ID.example.com",
        "https://id.example.com@evil.test",
        "null",
        "",
    ]
    .into_iter()
    .map(|origin| ("origin", PasskeyError::WrongOrigin, told("origin", json!(origin))))
    .collect();
    lies.extend([
        (
            "in a frame",
            PasskeyError::WrongOrigin,
            told("crossOrigin", json!(true)),
        ),
        (
            "in a frame of",
            PasskeyError::WrongOrigin,
            told("topOrigin", json!("https://evil.test")),
        ),
        ("no origin", PasskeyError::Malformed, told("origin", Value::Null)),
        (
            "another challenge",
            PasskeyError::WrongChallenge,
            told("challenge", json!(encode(&[7; 32]))),
        ),
        (
            "no challenge",
            PasskeyError::WrongChallenge,
            told("challenge", json!("")),
        ),
        (
            "the other ceremony's type",
            PasskeyError::WrongCeremony,
            told("type", json!("payment.get")),
        ),
        (
            "nobody there",
            PasskeyError::NotPresent,
            flags(|flags| flags & !flag::PRESENT),
        ),
        (
            "not verified",
            PasskeyError::NotVerified,
            flags(|flags| flags & !flag::VERIFIED),
        ),
        (
            "a copy of what has none",
            PasskeyError::BackupContradiction,
            flags(|flags| flags | flag::BACKED_UP),
        ),
        (
            "another relying party",
            PasskeyError::WrongRelyingParty,
            Twist {
                authenticator_data: Box::new(|data| data[0] ^= 1),
                ..Twist::default()
            },
        ),
        (
            "cut off",
            PasskeyError::Malformed,
            Twist {
                authenticator_data: Box::new(|data| data.truncate(36)),
                ..Twist::default()
            },
        ),
        (
            "no public key",
            PasskeyError::Malformed,
            Twist {
                answer: Box::new(|answer| answer["type"] = json!("password")),
                ..Twist::default()
            },
        ),
    ]);
    lies
}

#[test]
fn mf_12_no_passkey_is_made_of_a_lie() {
    let party = relying_party();
    for (what, error, twist) in lies() {
        let begun = party
            .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
            .unwrap();
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        let refused = party.finish_registration(&begun.state, &answer);
        assert_eq!(refused.map(|_| ()), Err(error), "{what}");
    }
}

#[test]
fn mf_12_nobody_signs_in_with_a_lie() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    for (what, error, twist) in lies() {
        let begun = party.begin_discovery().unwrap();
        let answer = device.get_with(&begun.options, &twist);
        assert_eq!(
            party.finish_authentication(&begun.state, &answer, &passkey),
            Err(error),
            "{what}"
        );
    }
}

#[test]
fn mf_12_an_answer_to_one_ceremony_is_none_to_another() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    // Signed for creation, sent as an assertion, and the reverse.
    let swap = |kind: &'static str| Twist {
        client_data: Box::new(move |data| data["type"] = json!(kind)),
        ..Twist::default()
    };
    let begun = party.begin_discovery().unwrap();
    let answer = device.get_with(&begun.options, &swap("webauthn.create"));
    let refused = party.finish_authentication(&begun.state, &answer, &passkey);
    assert_eq!(refused, Err(PasskeyError::WrongCeremony));
    let making = party
        .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
        .unwrap();
    let made = device.create_with(&making.options, &swap("webauthn.get"));
    let refused = party.finish_registration(&making.state, &made);
    assert_eq!(refused.map(|_| ()), Err(PasskeyError::WrongCeremony));
    // The right answers at the wrong place.
    let (got, made) = (device.get(&begun.options), device.create(&making.options));
    assert!(party.finish_authentication(&begun.state, &made, &passkey).is_err());
    assert!(party.finish_registration(&making.state, &got).is_err());
    assert!(party.finish_authentication(&making.state, &got, &passkey).is_err());
    assert!(party.finish_registration(&begun.state, &made).is_err());
    // The answer to a challenge of another browser.
    let other = party.begin_discovery().unwrap();
    let refused = party.finish_authentication(&other.state, &got, &passkey);
    assert_eq!(refused, Err(PasskeyError::WrongChallenge));
}

fn answer_as(device: &mut Authenticator, passkey: &Passkey, user_handle: &[u8]) -> (RelyingParty, Value, String) {
    let party = relying_party();
    let begun = ask(passkey, PasskeyUse::SecondFactor);
    let handle = encode(user_handle);
    let twist = Twist {
        answer: Box::new(move |answer| answer["response"]["userHandle"] = json!(handle)),
        ..Twist::default()
    };
    let answer = device.get_with(&begun.options, &twist);
    (party, begun.state, answer)
}

#[test]
fn mf_12_the_credential_of_another_person() {
    let (mut device, mut bobs) = (Authenticator::new(ORIGIN), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    let bobs_passkey = register(&mut bobs, BOB, PasskeyUse::Passwordless);
    let party = relying_party();
    // Ada is asked, Bob answers with his own.
    let asked = ask(&passkey, PasskeyUse::SecondFactor);
    let mut for_bob = asked.options.clone();
    for_bob["allowCredentials"] = json!([]);
    let answer = bobs.get(&for_bob);
    let refused = party.finish_authentication(&asked.state, &answer, &bobs_passkey);
    assert_eq!(refused, Err(PasskeyError::WrongPerson));
    // Bob's signature under Ada's credential.
    let refused = party.finish_authentication(&asked.state, &answer, &passkey);
    assert_eq!(refused, Err(PasskeyError::WrongCredential));
    let ada_id = encode(&passkey.credential_id);
    let disguise = Twist {
        answer: Box::new(move |answer| {
            answer["id"] = json!(ada_id);
            answer["rawId"] = json!(ada_id);
            answer["response"]["userHandle"] = json!(encode(ADA.as_bytes()));
        }),
        ..Twist::default()
    };
    let refused = party.finish_authentication(&asked.state, &bobs.get_with(&for_bob, &disguise), &passkey);
    assert_eq!(refused, Err(PasskeyError::BadSignature));
    // A credential of Ada's that she was not asked for.
    let second = register(&mut Authenticator::new(ORIGIN), ADA, PasskeyUse::Passwordless);
    let asked = party
        .begin_authentication(ADA, &[second], PasskeyUse::SecondFactor)
        .unwrap();
    let mut any = asked.options.clone();
    any["allowCredentials"] = json!([]);
    let refused = party.finish_authentication(&asked.state, &device.get(&any), &passkey);
    assert_eq!(refused, Err(PasskeyError::WrongCredential));
}

#[test]
fn mf_12_a_user_handle_that_does_not_match() {
    let mut device = Authenticator::new(ORIGIN);
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    for handle in [BOB.as_bytes().as_slice(), b"ada", &[0; 64]] {
        let (party, state, answer) = answer_as(&mut device, &passkey, handle);
        let refused = party.finish_authentication(&state, &answer, &passkey);
        assert_eq!(refused, Err(PasskeyError::WrongPerson));
    }
    // Where nobody is known, the handle is what says who it is.
    let party = relying_party();
    for handle in [Value::Null, json!(""), json!(encode(BOB.as_bytes()))] {
        let begun = party.begin_discovery().unwrap();
        let twist = Twist {
            answer: Box::new(move |answer| answer["response"]["userHandle"] = handle.clone()),
            ..Twist::default()
        };
        let refused = party.finish_authentication(&begun.state, &device.get_with(&begun.options, &twist), &passkey);
        assert_eq!(refused, Err(PasskeyError::WrongPerson));
    }
}

#[test]
fn mf_12_a_counter_that_does_not_advance() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let mut passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    passkey.sign_count = 10;
    for (count, expected) in [
        (0, Err(PasskeyError::CounterWentBack)),
        (9, Err(PasskeyError::CounterWentBack)),
        (10, Err(PasskeyError::CounterWentBack)),
        (11, Ok(11)),
        (u32::MAX, Ok(i64::from(u32::MAX))),
    ] {
        let begun = party.begin_discovery().unwrap();
        let twist = Twist {
            authenticator_data: Box::new(move |data| data[33..37].copy_from_slice(&u32::to_be_bytes(count))),
            ..Twist::default()
        };
        let outcome = party.finish_authentication(&begun.state, &device.get_with(&begun.options, &twist), &passkey);
        assert_eq!(outcome.map(|shown| shown.sign_count), expected, "{count}");
    }
}

#[test]
fn mf_12_a_key_that_turns_out_to_be_copied() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    device.synced = true;
    let begun = party.begin_discovery().unwrap();
    let refused = party.finish_authentication(&begun.state, &device.get(&begun.options), &passkey);
    assert_eq!(refused, Err(PasskeyError::BackupContradiction));
}

#[test]
fn mf_12_a_credential_twice() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    let begun = party
        .begin_registration(account(ADA), &[passkey], PasskeyUse::Passwordless)
        .unwrap();
    // The same device makes another one: only a browser that ignores the list would.
    let answer = device.create(&begun.options);
    assert!(party.finish_registration(&begun.state, &answer).is_ok());
    let made: Value = serde_json::from_str(&answer).unwrap();
    let mut again = begun.state.clone();
    again["existing"] = json!([made["id"]]);
    let refused = party.finish_registration(&again, &answer);
    assert_eq!(refused.map(|_| ()), Err(PasskeyError::WrongCredential));
}

/// Makes a passkey whose public key is these bytes of CBOR.
fn with_key(key: Vec<u8>) -> Result<(), PasskeyError> {
    let party = relying_party();
    let begun = party
        .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
        .unwrap();
    let twist = Twist {
        authenticator_data: Box::new(move |data| {
            data.truncate(32 + 1 + 4 + 16 + 2 + 32);
            data.extend(&key);
        }),
        ..Twist::default()
    };
    let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
    party.finish_registration(&begun.state, &answer).map(|_| ())
}

#[test]
fn mf_12_an_algorithm_that_was_not_asked_for() {
    // The generator of P-256, so that the point is one.
    let x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    };
    let key = |kind: i64, algorithm: i64, curve: i64| {
        [
            cbor::head(5, 5),
            [
                cbor::int(1),
                cbor::int(kind),
                cbor::int(3),
                cbor::int(algorithm),
                cbor::int(-1),
                cbor::int(curve),
            ]
            .concat(),
            [cbor::int(-2), cbor::bytes(&hex(x)), cbor::int(-3), cbor::bytes(&hex(y))].concat(),
        ]
        .concat()
    };
    assert_eq!(with_key(key(2, -7, 1)), Ok(()));
    // HMAC, none, EdDSA, ES384, RS256 over a point, RS1.
    for (kind, algorithm, curve) in [
        (2, 5, 1),
        (4, 5, 1),
        (2, 0, 1),
        (1, -8, 6),
        (2, -35, 2),
        (2, -35, 1),
        (2, -7, 2),
        (2, -7, 8),
        (3, -257, 1),
        (3, -65535, 1),
    ] {
        assert!(
            with_key(key(kind, algorithm, curve)).is_err(),
            "{kind} {algorithm} {curve}"
        );
    }
    // A point that is not on the curve.
    let mut off = key(2, -7, 1);
    *off.last_mut().unwrap() ^= 1;
    assert!(with_key(off).is_err());
}

#[test]
fn mf_12_cbor_that_says_it_is_larger_than_it_is_or_deeper_than_it_may_be() {
    let party = relying_party();
    let nested = [vec![0x81; 30_000], vec![0]].concat();
    let endless = [vec![0x9f; 20_000]].concat();
    for attestation in [
        vec![],
        vec![0xff],
        cbor::head(2, u64::MAX),
        cbor::head(3, u64::MAX),
        cbor::head(4, u64::MAX),
        cbor::head(5, u64::MAX),
        cbor::head(4, u64::MAX / 16),
        [cbor::head(5, 3), cbor::text("authData"), cbor::head(2, 1 << 40)].concat(),
        nested,
        endless,
    ] {
        let begun = party
            .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
            .unwrap();
        let length = attestation.len();
        let twist = Twist {
            attestation: Box::new(move |whole| *whole = attestation.clone()),
            ..Twist::default()
        };
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        let refused = party.finish_registration(&begun.state, &answer);
        assert_eq!(refused.map(|_| ()), Err(PasskeyError::Malformed), "{length} bytes");
    }
    // Such keys inside an attestation that is sound otherwise.
    for key in [cbor::head(5, u64::MAX), vec![0xa1; 20_000], vec![]] {
        assert!(with_key(key).is_err());
    }
    // More than is read at all.
    let begun = party
        .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
        .unwrap();
    let padding = Twist {
        answer: Box::new(|answer| answer["padding"] = json!("x".repeat(64 * 1024))),
        ..Twist::default()
    };
    let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &padding);
    assert_eq!(
        party.finish_registration(&begun.state, &answer).map(|_| ()),
        Err(PasskeyError::Malformed)
    );
}

#[test]
fn mf_12_an_attestation_that_does_not_hold() {
    let party = relying_party();
    for (format, statement) in [
        ("packed", cbor::head(5, 0)),
        (
            "packed",
            [
                cbor::head(5, 2),
                cbor::text("alg"),
                cbor::int(-7),
                cbor::text("sig"),
                cbor::bytes(&[0x30, 0]),
            ]
            .concat(),
        ),
        ("fido-u2f", cbor::head(5, 0)),
        ("android-safetynet", cbor::head(5, 0)),
        ("tpm", cbor::head(5, 0)),
        ("apple", cbor::head(5, 0)),
        ("android-key", cbor::head(5, 0)),
        ("compound", cbor::head(5, 0)),
        ("NONE", cbor::head(5, 0)),
    ] {
        let begun = party
            .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
            .unwrap();
        let twist = Twist {
            attestation: Box::new(move |whole| {
                let none = [cbor::text("none"), cbor::text("attStmt"), cbor::head(5, 0)].concat();
                let at = whole.windows(none.len()).position(|window| window == none).unwrap();
                let forged = [cbor::text(format), cbor::text("attStmt"), statement.clone()].concat();
                whole.splice(at..at + none.len(), forged);
            }),
            ..Twist::default()
        };
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        let refused = party.finish_registration(&begun.state, &answer);
        assert!(refused.is_err(), "{format}");
    }
}

#[test]
fn a_credential_id_has_a_length() {
    let party = relying_party();
    for (length, allowed) in [(0, false), (1, true), (1023, true), (1024, false)] {
        let begun = party
            .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
            .unwrap();
        let id = vec![7; length];
        let sent = encode(&id);
        let twist = Twist {
            authenticator_data: Box::new(move |data| {
                data.splice(53..55, u16::try_from(id.len()).unwrap().to_be_bytes());
                data.splice(55..87, id.clone());
            }),
            answer: Box::new(move |answer| {
                answer["id"] = json!(sent);
                answer["rawId"] = json!(sent);
            }),
            ..Twist::default()
        };
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        assert_eq!(
            party.finish_registration(&begun.state, &answer).is_ok(),
            allowed,
            "{length}"
        );
    }
    // What is signed for counts, not what stands beside it.
    let begun = party
        .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
        .unwrap();
    let other = Twist {
        answer: Box::new(|answer| answer["rawId"] = json!(encode(&[9; 32]))),
        ..Twist::default()
    };
    let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &other);
    assert!(party.finish_registration(&begun.state, &answer).is_err());
}

/// A sound answer, the state it belongs to and its passkey.
fn sound() -> (RelyingParty, Value, Passkey, Value) {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    let begun = party.begin_discovery().unwrap();
    let answer = serde_json::from_str(&device.get(&begun.options)).unwrap();
    (party, begun.state, passkey, answer)
}

#[test]
fn no_byte_of_an_assertion_can_be_changed() {
    let (party, state, passkey, answer) = sound();
    let finish = |answer: &Value| -> Result<Shown, PasskeyError> {
        party.finish_authentication(&state, &answer.to_string(), &passkey)
    };
    assert!(finish(&answer).is_ok());
    for part in ["authenticatorData", "clientDataJSON", "signature"] {
        let bytes = decode(&answer["response"][part]);
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            let mut forged = answer.clone();
            forged["response"][part] = json!(encode(&changed));
            assert!(finish(&forged).is_err(), "{part}, byte {at}");
            forged["response"][part] = json!(encode(&bytes[..at]));
            assert!(finish(&forged).is_err(), "{part}, cut at {at}");
        }
        let mut longer = answer.clone();
        longer["response"][part] = json!(encode(&[&bytes[..], b" "].concat()));
        assert!(finish(&longer).is_err(), "{part}, with something after it");
    }
}

proptest! {
    /// Whatever is sent: refused, and nothing falls over.
    #[test]
    fn noise_is_refused(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let party = relying_party();
        let begun = party.begin_registration(account(ADA), &[], PasskeyUse::Passwordless).unwrap();
        prop_assert!(party.finish_registration(&begun.state, &text).is_err());
        prop_assert!(RelyingParty::claimed(&text).is_err());
        let noise = bytes.clone();
        let twist = Twist { attestation: Box::new(move |whole| *whole = noise.clone()), ..Twist::default() };
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        prop_assert!(party.finish_registration(&begun.state, &answer).is_err());
        let twist = Twist {
            authenticator_data: Box::new(move |data| { data.truncate(53); data.extend(&bytes) }),
            ..Twist::default()
        };
        let answer = Authenticator::new(ORIGIN).create_with(&begun.options, &twist);
        prop_assert!(party.finish_registration(&begun.state, &answer).is_err());
    }
}
