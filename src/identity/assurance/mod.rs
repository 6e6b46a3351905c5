//! What an authentication was worth: `amr` (RFC 8176) says what was shown, `acr` (OpenID Connect Core section 2) how much
//! that is. Three levels, each above the one before: one factor, two factors, two factors of which one cannot be phished.
//!
//! Two factors are two of different kinds: two codes by mail, or a code of an app and one by text message, are one kind twice.
//! A passkey whose authenticator verified its person is two at once: the device, and the PIN, finger or face.
//! A trusted device shows nothing: it spares a question and adds no method, so that no token claims what was not done.

use std::collections::BTreeSet;

/// `acr`: one factor.
pub const SINGLE_FACTOR: &str = "1";
/// `acr`: two factors of different kinds.
pub const TWO_FACTORS: &str = "2";
/// `acr`: two factors, one of them a key that answers to this site alone. The name is that of OpenID Connect Extended
/// Authentication Profile (EAP) ACR Values 1.0 section 2.
pub const PHISHING_RESISTANT: &str = "phr";

/// The values that can be reached, as discovery lists them; the lowest first.
pub const ACR_VALUES: [&str; 3] = [SINGLE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT];

/// RFC 8176: a password.
pub const AMR_PASSWORD: &str = "pwd";
/// RFC 8176: a code that works once.
pub const AMR_ONE_TIME_CODE: &str = "otp";
/// RFC 8176: a text message to a number that was registered.
pub const AMR_TEXT_MESSAGE: &str = "sms";
/// Mail to a registered address, by code or link. RFC 8176 has no name for it; services that do not know it ignore it.
pub const AMR_MAIL: &str = "email";
/// RFC 8176: a key that never leaves its device.
pub const AMR_HARDWARE_KEY: &str = "hwk";
/// RFC 8176: a key that may be copied to other devices.
pub const AMR_SOFTWARE_KEY: &str = "swk";
/// RFC 8176: the authenticator verified its person.
pub const AMR_USER_VERIFIED: &str = "user";
/// RFC 8176: several factors.
pub const AMR_SEVERAL_FACTORS: &str = "mfa";

/// Something that a person has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The password.
    Password,
    /// A code that was mailed.
    MailCode,
    /// A link that was mailed.
    MailLink,
    /// A code of an authenticator app.
    Totp,
    /// A code by text message.
    TextCode,
    /// A recovery code.
    RecoveryCode,
    /// A passkey or security key.
    Passkey {
        /// Whether the authenticator verified its person.
        user_verified: bool,
        /// Whether the key may be on several devices.
        synced: bool,
    },
}

impl Proof {
    /// Its names in `amr`.
    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Password => &[AMR_PASSWORD],
            Self::MailCode | Self::MailLink => &[AMR_MAIL],
            // A recovery code is a list of one-time passwords on paper.
            Self::Totp | Self::RecoveryCode => &[AMR_ONE_TIME_CODE],
            Self::TextCode => &[AMR_TEXT_MESSAGE],
            Self::Passkey { user_verified, synced } => match (synced, user_verified) {
                (false, false) => &[AMR_HARDWARE_KEY],
                (false, true) => &[AMR_HARDWARE_KEY, AMR_USER_VERIFIED],
                (true, false) => &[AMR_SOFTWARE_KEY],
                (true, true) => &[AMR_SOFTWARE_KEY, AMR_USER_VERIFIED],
            },
        }
    }
}

/// What kind of thing a method shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// What one knows.
    Knowledge,
    /// What one has.
    Possession,
    /// An account elsewhere that one can get into: neither, and both codes and links show nothing but it.
    Mailbox,
    /// That the authenticator knows its person, by a PIN or by what one is.
    Verification,
}

fn kind(method: &str) -> Option<Kind> {
    Some(match method {
        AMR_PASSWORD => Kind::Knowledge,
        AMR_MAIL => Kind::Mailbox,
        AMR_ONE_TIME_CODE | AMR_TEXT_MESSAGE | AMR_HARDWARE_KEY | AMR_SOFTWARE_KEY => Kind::Possession,
        AMR_USER_VERIFIED => Kind::Verification,
        _ => return None,
    })
}

/// The `amr` of everything that was shown in one sign-in, in that order, each method once.
pub fn merge(proofs: &[Proof]) -> Vec<String> {
    step_up(&[], proofs)
}

/// The `amr` of a session that has shown `before` and now shows more (RFC 9470): nothing is lost, and what was one factor
/// becomes two when the new one is of another kind.
pub fn step_up(before: &[String], proofs: &[Proof]) -> Vec<String> {
    let shown = proofs.iter().flat_map(|proof| proof.methods().iter().copied());
    combine(before.iter().map(String::as_str).chain(shown))
}

/// The `amr` of methods that were shown one after the other, each once.
pub fn combine<'a>(shown: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut methods: Vec<&str> = Vec::new();
    let mut several = false;
    for method in shown {
        several |= method == AMR_SEVERAL_FACTORS;
        if method != AMR_SEVERAL_FACTORS && !methods.contains(&method) {
            methods.push(method);
        }
    }
    let kinds: BTreeSet<Kind> = methods.iter().filter_map(|method| kind(method)).collect();
    if several || kinds.len() > 1 {
        methods.push(AMR_SEVERAL_FACTORS);
    }
    methods.into_iter().map(str::to_owned).collect()
}

/// Whether methods would be another factor beside those that were shown.
pub fn is_another_factor(shown: &[String], more: &[&str]) -> bool {
    let kinds: BTreeSet<Kind> = shown.iter().filter_map(|method| kind(method)).collect();
    more.iter()
        .filter_map(|method| kind(method))
        .any(|kind| !kinds.contains(&kind))
}

/// Whether methods beside those that were shown would reach one of the levels that are wanted: a second factor, or a key that
/// cannot be phished after two that can.
pub fn would_reach(shown: &[String], more: &[&str], wanted: &[String]) -> bool {
    let methods = shown.iter().map(String::as_str).chain(more.iter().copied());
    meets(acr(&combine(methods)), wanted)
}

/// Whether a level satisfies one of those that are wanted.
pub fn meets(reached: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|wanted| satisfies(reached, wanted))
}

/// The assurance of a set of methods. `mfa` is believed, since only [`merge`] and [`step_up`] write it.
pub fn acr(amr: &[String]) -> &'static str {
    let has = |method: &str| amr.iter().any(|one| one == method);
    match has(AMR_SEVERAL_FACTORS) {
        true if has(AMR_HARDWARE_KEY) || has(AMR_SOFTWARE_KEY) => PHISHING_RESISTANT,
        true => TWO_FACTORS,
        false => SINGLE_FACTOR,
    }
}

/// Whether a level reaches another: each contains those below it. What is none of [`ACR_VALUES`] is reached by nothing, and
/// reaches nothing.
pub fn satisfies(reached: &str, wanted: &str) -> bool {
    let level = |acr: &str| ACR_VALUES.iter().position(|value| *value == acr);
    matches!((level(reached), level(wanted)), (Some(reached), Some(wanted)) if reached >= wanted)
}

#[cfg(test)]
mod tests;
