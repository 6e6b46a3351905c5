//! What an authentication was worth: `acr` and `amr` (OpenID Connect Core section 2, RFC 8176).

use crate::model::journey::{Proof, ProofClass};

/// One factor.
pub const SINGLE_FACTOR: &str = "1";
/// Two factors.
pub const TWO_FACTORS: &str = "2";
/// Two factors that cannot be phished (OpenID Connect Extended Authentication Profile ACR Values 1.0).
pub const PHISHING_RESISTANT: &str = "phr";

/// The values that can be reached, as discovery lists them, in rising order.
pub const ACR_VALUES: [&str; 3] = [SINGLE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT];

/// RFC 8176: a password.
pub const AMR_PASSWORD: &str = "pwd";
/// RFC 8176: a one-time password.
pub const AMR_OTP: &str = "otp";
/// RFC 8176: a text message to a registered number.
pub const AMR_SMS: &str = "sms";
/// Ours: a code or link that was mailed. RFC 8176 has no word for it.
pub const AMR_EMAIL: &str = "email";
/// RFC 8176: a hardware-secured key.
pub const AMR_HARDWARE: &str = "hwk";
/// RFC 8176: a software-secured key.
pub const AMR_SOFTWARE: &str = "swk";
/// RFC 8176: more than one factor.
pub const AMR_MFA: &str = "mfa";

/// The assurance of a set of methods.
pub fn acr(amr: &[String]) -> &'static str {
    let has = |method: &str| amr.iter().any(|known| known == method);
    match (has(AMR_MFA), has(AMR_HARDWARE) || has(AMR_SOFTWARE)) {
        (false, _) => SINGLE_FACTOR,
        (true, false) => TWO_FACTORS,
        (true, true) => PHISHING_RESISTANT,
    }
}

/// Whether an assurance is as good as another one. A value that we do not know is never reached.
pub fn satisfies(reached: &str, wanted: &str) -> bool {
    let rank = |value: &str| ACR_VALUES.iter().position(|known| *known == value);
    rank(wanted).is_some_and(|wanted| rank(reached) >= Some(wanted))
}

/// The methods of a set of proofs: each once, and `mfa` where they are of different classes.
pub fn amr(proofs: &[Proof]) -> Vec<String> {
    let mut methods: Vec<String> = Vec::new();
    let mut add = |method: &str| {
        if !methods.iter().any(|known| known == method) {
            methods.push(method.to_owned());
        }
    };
    proofs
        .iter()
        .flat_map(|proof| &proof.amr)
        .for_each(|method| add(method));
    if let Some(first) = proofs.first()
        && proofs.iter().any(|proof| proof.class != first.class)
    {
        add(AMR_MFA);
    }
    methods
}

/// The assurance of a set of proofs.
pub fn of(proofs: &[Proof]) -> &'static str {
    acr(&amr(proofs))
}

/// What the methods of a session proved, for one who is asked for another factor: none of them counts twice.
pub fn proofs_of(amr: &[String], at: crate::model::Timestamp) -> Vec<Proof> {
    let class = |method: &str| match method {
        AMR_PASSWORD => ProofClass::Knowledge,
        AMR_EMAIL => ProofClass::Mailbox,
        _ => ProofClass::Possession,
    };
    let single = |method: &String| Proof {
        factor: "session".to_owned(),
        class: class(method),
        amr: vec![method.clone()],
        at,
    };
    // `mfa` is drawn from the classes again; a key that verified its person carries it in one proof.
    let carried = amr.iter().any(|method| method == AMR_MFA);
    let mut proofs: Vec<Proof> = amr.iter().filter(|method| *method != AMR_MFA).map(single).collect();
    if carried && let Some(last) = proofs.last_mut() {
        last.amr.push(AMR_MFA.to_owned());
    }
    proofs
}
