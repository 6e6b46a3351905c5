//! Passkeys as they should be: made and used, with and without verification, known and unknown person.

use passgate::crypto::passkeys::{Account, Begun, Claimed, PasskeyError, RelyingParty};
use passgate::model::passkey::{Passkey, PasskeyUse};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ADA, BOB, row};
use crate::harness::authenticator::{Authenticator, Twist, encode, flag};

pub const ORIGIN: &str = "https://id.example.com";

pub fn relying_party() -> RelyingParty {
    RelyingParty::new(ORIGIN, "Passgate").unwrap()
}

pub fn account(user_id: Uuid) -> Account<'static> {
    Account {
        user_id,
        name: "ada@example.com",
        display_name: "Ada Lovelace",
    }
}

/// Makes a passkey and gives it as a row.
pub fn register(device: &mut Authenticator, user_id: Uuid, purpose: PasskeyUse) -> Passkey {
    let party = relying_party();
    let begun = party.begin_registration(account(user_id), &[], purpose).unwrap();
    let answer = device.create(&begun.options);
    row(user_id, party.finish_registration(&begun.state, &answer).unwrap())
}

/// Asks its person for a passkey.
pub fn ask(passkey: &Passkey, purpose: PasskeyUse) -> Begun {
    relying_party()
        .begin_authentication(passkey.user_id, std::slice::from_ref(passkey), purpose)
        .unwrap()
}

#[test]
fn a_passkey_signs_in_somebody_nobody_knew() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    let begun = party.begin_discovery().unwrap();
    let answer = device.get(&begun.options);
    let claimed = Claimed {
        credential_id: passkey.credential_id.clone(),
        user_id: Some(ADA),
    };
    assert_eq!(RelyingParty::claimed(&answer), Ok(claimed));
    let shown = party.finish_authentication(&begun.state, &answer, &passkey).unwrap();
    assert_eq!((shown.user_id, &shown.credential_id), (ADA, &passkey.credential_id));
    assert_eq!(
        (shown.user_verified, shown.synced, shown.backed_up, shown.sign_count),
        (true, false, false, 1)
    );
}

#[test]
fn what_the_browser_is_asked_says_what_the_house_wants() {
    let party = relying_party();
    let begun = party
        .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
        .unwrap();
    let options = &begun.options;
    assert_eq!(options["rp"], json!({ "id": "id.example.com", "name": "Passgate" }));
    assert_eq!(options["user"]["id"], encode(ADA.as_bytes()).as_str());
    assert_eq!(options["user"]["displayName"], "Ada Lovelace");
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["requireResidentKey"], true);
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let algorithms: Vec<_> = options["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["alg"])
        .collect();
    assert_eq!(algorithms, [-7, -257]);
    assert_eq!(options["extensions"], json!({ "credProps": true }));

    let mut device = Authenticator::new(ORIGIN);
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    let begun = party
        .begin_registration(account(ADA), std::slice::from_ref(&passkey), PasskeyUse::SecondFactor)
        .unwrap();
    assert_eq!(begun.options["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(begun.options["authenticatorSelection"]["userVerification"], "preferred");
    assert_eq!(
        begun.options["excludeCredentials"][0]["id"],
        encode(&passkey.credential_id).as_str()
    );

    let asked = ask(&passkey, PasskeyUse::SecondFactor);
    assert_eq!(asked.options["rpId"], "id.example.com");
    assert_eq!(asked.options["userVerification"], "preferred");
    assert_eq!(
        asked.options["allowCredentials"][0]["id"],
        encode(&passkey.credential_id).as_str()
    );
    assert_eq!(
        asked.options["allowCredentials"][0]["transports"],
        json!(["internal", "hybrid"])
    );
    assert!(!asked.state.to_string().contains("\"x\""), "no key travels in a state");
}

/// UE-06: before the first factor nothing depends on who is asked for, so there is nothing to guess from.
#[test]
fn ue_06_before_anybody_is_known_no_credential_is_named() {
    let options = relying_party().begin_discovery().unwrap().options;
    assert_eq!(options["allowCredentials"], json!([]));
    assert_eq!(options["userVerification"], "required");
    let members: Vec<&String> = options.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["allowCredentials", "challenge", "rpId", "timeout", "userVerification"]
    );
}

#[test]
fn every_challenge_is_its_own_and_long() {
    let party = relying_party();
    let challenges: std::collections::BTreeSet<String> = (0..100)
        .map(|_| {
            party.begin_discovery().unwrap().options["challenge"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(challenges.len(), 100);
    assert!(challenges.iter().all(|challenge| challenge.len() == 43), "256 bits");
}

#[test]
fn a_security_key_that_only_knows_touch_is_a_second_factor() {
    let (party, mut key) = (relying_party(), Authenticator::new(ORIGIN));
    key.verifies = false;
    let begun = party
        .begin_registration(account(ADA), &[], PasskeyUse::SecondFactor)
        .unwrap();
    let not_resident = Twist {
        answer: Box::new(|answer| answer["clientExtensionResults"] = json!({ "credProps": { "rk": false } })),
        ..Twist::default()
    };
    let made = party
        .finish_registration(&begun.state, &key.create_with(&begun.options, &not_resident))
        .unwrap();
    assert!(!made.user_verified && !made.discoverable && !made.credential.synced);
    let passkey = row(ADA, made);
    let asked = ask(&passkey, PasskeyUse::SecondFactor);
    // Such keys give no user handle.
    for handle in [Value::Null, json!("")] {
        let silent = Twist {
            answer: Box::new(move |answer| answer["response"]["userHandle"] = handle.clone()),
            ..Twist::default()
        };
        let answer = key.get_with(&asked.options, &silent);
        let shown = party.finish_authentication(&asked.state, &answer, &passkey).unwrap();
        assert!(!shown.user_verified);
    }
    let without = Twist {
        answer: Box::new(|answer| drop(answer["response"].as_object_mut().unwrap().remove("userHandle"))),
        ..Twist::default()
    };
    let answer = key.get_with(&asked.options, &without);
    assert!(party.finish_authentication(&asked.state, &answer, &passkey).is_ok());
    // The same key is no way to sign in without another factor.
    let asked = ask(&passkey, PasskeyUse::Passwordless);
    let refused = party.finish_authentication(&asked.state, &key.get(&asked.options), &passkey);
    assert_eq!(refused, Err(PasskeyError::NotVerified));
}

/// The ceremony decides about verification, not the credential's history: the lid of a laptop is closed, its finger reader out
/// of reach, and the passkey is a second factor all the same.
#[test]
fn a_passkey_that_was_made_with_verification_may_be_a_second_factor_without() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    device.verifies = false;
    let asked = ask(&passkey, PasskeyUse::SecondFactor);
    let shown = party
        .finish_authentication(&asked.state, &device.get(&asked.options), &passkey)
        .unwrap();
    assert!(!shown.user_verified, "and is not said to have been verified");
}

#[test]
fn a_synced_passkey_says_so_and_may_lose_its_copy() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    (device.synced, device.counts) = (true, false);
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    assert!(passkey.credential.synced && passkey.backed_up);
    for _ in 0..2 {
        let begun = party.begin_discovery().unwrap();
        let shown = party
            .finish_authentication(&begun.state, &device.get(&begun.options), &passkey)
            .unwrap();
        assert_eq!(
            (shown.synced, shown.backed_up, shown.sign_count),
            (true, true, 0),
            "it does not count"
        );
    }
    let begun = party.begin_discovery().unwrap();
    let alone = Twist {
        authenticator_data: Box::new(|data| data[32] &= !flag::BACKED_UP),
        ..Twist::default()
    };
    let shown = party
        .finish_authentication(&begun.state, &device.get_with(&begun.options, &alone), &passkey)
        .unwrap();
    assert!(shown.synced && !shown.backed_up);
}

#[test]
fn nobody_is_asked_for_what_they_have_not_or_for_what_is_anothers() {
    let (party, mut device) = (relying_party(), Authenticator::new(ORIGIN));
    let passkey = register(&mut device, ADA, PasskeyUse::Passwordless);
    for (user_id, allowed) in [(ADA, vec![]), (BOB, vec![passkey])] {
        let refused = party.begin_authentication(user_id, &allowed, PasskeyUse::SecondFactor);
        assert_eq!(refused.map(drop), Err(PasskeyError::WrongCredential));
    }
}

#[test]
fn the_relying_party_is_the_public_address() {
    for (public_url, id, origin, offered) in [
        (
            "https://id.example.com",
            "id.example.com",
            "https://id.example.com",
            true,
        ),
        (
            "https://id.example.com:8443",
            "id.example.com",
            "https://id.example.com:8443",
            true,
        ),
        (
            "https://id.example.com:443/",
            "id.example.com",
            "https://id.example.com",
            true,
        ),
        ("http://localhost:8080", "localhost", "http://localhost:8080", true),
        (
            "http://id.example.com",
            "id.example.com",
            "http://id.example.com",
            false,
        ),
        ("http://127.0.0.1:8080", "127.0.0.1", "http://127.0.0.1:8080", false),
    ] {
        let party = RelyingParty::new(public_url, "Passgate").unwrap();
        assert_eq!(party.works_in_browsers(), offered, "{public_url}");
        let begun = party
            .begin_registration(account(ADA), &[], PasskeyUse::Passwordless)
            .unwrap();
        assert_eq!(begun.options["rp"]["id"], id);
        let answer = Authenticator::new(origin).create(&begun.options);
        assert!(party.finish_registration(&begun.state, &answer).is_ok(), "{public_url}");
    }
    assert!(RelyingParty::new("mailto:x@y.test", "Passgate").is_err());
}
