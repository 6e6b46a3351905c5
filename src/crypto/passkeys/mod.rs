//! Passkeys: the two ceremonies of Web Authentication Level 3 (sections 7.1 and 7.2), over `webauthn-rs-core`.
//!
//! A ceremony begins with options for the browser and a state for the store, which belongs to one journey, is used once and
//! dies soon; it ends with the browser's answer. The library checks the cryptography and the flags. This room adds what it
//! leaves to its caller: the origin to the letter, no frames, whose credential it may be, the length of its id, and keys at
//! rest that belong to no library.
//!
//! What was asked decides, what was shown is told: whether the authenticator must verify its person is a matter of the
//! ceremony ([`PasskeyUse`]), never of how the credential was once made, and the answer says whether it did.

mod error;
mod key;

pub use error::PasskeyError;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use uuid::Uuid;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, AttestationFormat, AuthenticationState, Credential, ParsedAttestation,
    PublicKeyCredential, RegisterPublicKeyCredential, RegisteredExtensions, RegistrationState,
    RequestRegistrationExtensions, ResidentKeyRequirement, UserVerificationPolicy,
};

use crate::model::passkey::{Passkey, PasskeyCredential, PasskeyUse};

/// How long a browser waits for its person.
const PATIENCE: Duration = Duration::from_secs(300);
/// The longest answer that is read: many times what an authenticator sends.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Level 3 section 7.1 step 25.
const LONGEST_CREDENTIAL_ID: usize = 1023;

/// This installation as browsers and authenticators know it.
pub struct RelyingParty {
    core: WebauthnCore,
    origins: Vec<String>,
    in_browsers: bool,
}

/// For whom a passkey is made: what the authenticator shows in its list.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// Becomes the user handle, and is told at every use of a discoverable credential.
    pub user_id: Uuid,
    /// The address or user name, to tell accounts apart.
    pub name: &'a str,
    /// What to call the person; the name where it is empty.
    pub display_name: &'a str,
}

/// A ceremony that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// For the browser: `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON` (section 5.1).
    pub options: Value,
    /// For the store: what the end needs. It holds the challenge and belongs to the browser that asked.
    pub state: Value,
}

/// A credential that was made, to be stored with its person and a name.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Its id.
    pub credential_id: Vec<u8>,
    /// Its key and kind.
    pub credential: PasskeyCredential,
    /// Where its counter stands.
    pub sign_count: i64,
    /// Whether there is a copy already.
    pub backed_up: bool,
    /// Whether it can sign in without an identifier, as far as the browser says.
    pub discoverable: bool,
    /// Whether the authenticator verified its person.
    pub user_verified: bool,
}

/// Which credential an answer claims to be of: to be looked up, not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The id.
    pub credential_id: Vec<u8>,
    /// The user handle, when it is one of ours.
    pub user_id: Option<Uuid>,
}

/// What a passkey has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Which one.
    pub credential_id: Vec<u8>,
    /// Whose.
    pub user_id: Uuid,
    /// Whether the authenticator verified its person.
    pub user_verified: bool,
    /// Whether the private key may be on several devices.
    pub synced: bool,
    /// Where the counter stands, to be noted by `store::passkeys::note_use`, which refuses one that went back meanwhile.
    pub sign_count: i64,
    /// Whether there is a copy now.
    pub backed_up: bool,
}

#[derive(Serialize, Deserialize)]
struct Registering {
    ceremony: RegistrationState,
    purpose: PasskeyUse,
    /// What the person has already.
    existing: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct Authenticating {
    ceremony: AuthenticationState,
    /// Whose credential it must be, and which; nobody before the first factor.
    of: Option<Expected>,
}

#[derive(Serialize, Deserialize)]
struct Expected {
    user_id: Uuid,
    credentials: Vec<String>,
}

/// What the browser says about the call (section 5.8.1).
#[derive(Deserialize)]
struct ClientData {
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<String>,
}

impl RelyingParty {
    /// The relying party of `public_url`: its id is the host, its only origin scheme, host and port. `name` is what
    /// authenticators show. [`PasskeyError::Malformed`] when the URL has no host.
    pub fn new(public_url: &str, name: &str) -> Result<Self, PasskeyError> {
        Self::shared(public_url, name, "", &[])
    }

    /// The same for pages at other hosts too: `domain` is the id, one that holds the host of `public_url` (section 5.1.3), or
    /// empty for that host; `origins` are those of the pages, scheme, host and port.
    pub fn shared(public_url: &str, name: &str, domain: &str, origins: &[String]) -> Result<Self, PasskeyError> {
        let url = Url::parse(public_url).map_err(|_| PasskeyError::Malformed)?;
        let host = url.host_str().ok_or(PasskeyError::Malformed)?;
        let id = if domain.is_empty() { host } else { domain };
        let origin = url.origin().ascii_serialization();
        let named = matches!(url.host(), Some(url::Host::Domain(_)));
        let origins: Vec<_> = std::iter::once(&origin).chain(origins).cloned().collect();
        let allowed = origins
            .iter()
            .map(|origin| Url::parse(origin))
            .collect::<Result<Vec<_>, _>>();
        let allowed = allowed.map_err(|_| PasskeyError::Malformed)?;
        Ok(Self {
            core: WebauthnCore::new_unsafe_experts_only(name, id, allowed, PATIENCE, None, None),
            in_browsers: named && (url.scheme() == "https" || host == "localhost"),
            origins,
        })
    }

    /// Whether browsers offer passkeys here: only for names, not addresses, and only in a secure context. Pages do not speak
    /// of passkeys elsewhere.
    pub fn works_in_browsers(&self) -> bool {
        self.in_browsers
    }

    /// Begins to make a credential. `existing` are those of the person, so that one authenticator is not added twice.
    pub fn begin_registration(
        &self,
        account: Account<'_>,
        existing: &[Passkey],
        purpose: PasskeyUse,
    ) -> Result<Begun, PasskeyError> {
        let display_name = if account.display_name.is_empty() {
            account.name
        } else {
            account.display_name
        };
        let builder = self
            .core
            .new_challenge_register_builder(account.user_id.as_bytes(), account.name, display_name)?
            .attestation(AttestationConveyancePreference::None)
            .credential_algorithms(key::ALGORITHMS.to_vec())
            .user_verification_policy(policy(purpose))
            .require_resident_key(purpose == PasskeyUse::Passwordless)
            .exclude_credentials(Some(existing.iter().map(|one| one.credential_id.clone()).collect()))
            .extensions(Some(RequestRegistrationExtensions {
                cred_props: Some(true),
                uvm: None,
                ..RequestRegistrationExtensions::default()
            }));
        let (mut challenge, ceremony) = self.core.generate_challenge_register(builder)?;
        if let (PasskeyUse::SecondFactor, Some(selection)) =
            (purpose, challenge.public_key.authenticator_selection.as_mut())
        {
            // The library only knows required and discouraged. A security key without room for more is still a good factor.
            selection.resident_key = Some(ResidentKeyRequirement::Preferred);
        }
        Ok(Begun {
            options: to_value(&challenge.public_key)?,
            state: to_value(&Registering {
                ceremony,
                purpose,
                existing: existing.iter().map(|one| encode(&one.credential_id)).collect(),
            })?,
        })
    }

    /// Ends making a credential (section 7.1). `answer` is the JSON of `credential.toJSON()`. Whether the id is new is for
    /// the store to say, which has it as its key.
    pub fn finish_registration(&self, state: &Value, answer: &str) -> Result<Registered, PasskeyError> {
        let state: Registering = from_value(state)?;
        let answer: RegisterPublicKeyCredential = parse(answer)?;
        self.check_client_data(&answer.response.client_data_json, &answer.type_)?;
        if state.existing.contains(&encode(&answer.raw_id)) {
            return Err(PasskeyError::WrongCredential);
        }
        let made = self.core.register_credential(&answer, &state.ceremony, None)?;
        if made.cred_id.is_empty() || made.cred_id.len() > LONGEST_CREDENTIAL_ID || made.cred_id != answer.raw_id {
            return Err(PasskeyError::Malformed);
        }
        let told = answer.extensions.cred_props.and_then(|properties| properties.rk);
        let transports = answer.response.transports.unwrap_or_default();
        Ok(Registered {
            credential: PasskeyCredential {
                key: key::to_jwk(&made.cred).ok_or(PasskeyError::WrongAlgorithm)?,
                synced: made.backup_eligible,
                transports: transports.iter().map(ToString::to_string).collect(),
            },
            credential_id: made.cred_id,
            sign_count: made.counter.into(),
            backed_up: made.backup_state,
            discoverable: told.unwrap_or(state.purpose == PasskeyUse::Passwordless),
            user_verified: made.user_verified,
        })
    }

    /// Begins a sign-in before anybody is known: the browser offers what it has (discoverable credentials, also as
    /// autofill), and nothing here depends on an identifier, so nothing tells which accounts there are. The authenticator
    /// must verify its person.
    pub fn begin_discovery(&self) -> Result<Begun, PasskeyError> {
        self.begin(vec![], None, PasskeyUse::Passwordless)
    }

    /// Begins to ask a person that another factor has named, or who is signed in, for one of `allowed`.
    /// [`PasskeyError::WrongCredential`] when there is none or one is not theirs.
    pub fn begin_authentication(
        &self,
        user_id: Uuid,
        allowed: &[Passkey],
        purpose: PasskeyUse,
    ) -> Result<Begun, PasskeyError> {
        if allowed.is_empty() || allowed.iter().any(|one| one.user_id != user_id) {
            return Err(PasskeyError::WrongCredential);
        }
        let credentials = allowed.iter().map(credential_of).collect::<Result<Vec<_>, _>>()?;
        let of = Expected {
            user_id,
            credentials: allowed.iter().map(|one| encode(&one.credential_id)).collect(),
        };
        self.begin(credentials, Some(of), purpose)
    }

    /// Which credential an answer is of, to be looked up before [`RelyingParty::finish_authentication`].
    pub fn claimed(answer: &str) -> Result<Claimed, PasskeyError> {
        let answer: PublicKeyCredential = parse(answer)?;
        let handle = answer.response.user_handle.as_deref().unwrap_or_default();
        Ok(Claimed {
            user_id: Uuid::from_slice(handle).ok(),
            credential_id: answer.raw_id,
        })
    }

    /// Ends asking for a credential (section 7.2). `passkey` is the stored one with the id that [`RelyingParty::claimed`]
    /// found; whether it is allowed here, whose it is, and the counter are judged from it.
    pub fn finish_authentication(&self, state: &Value, answer: &str, passkey: &Passkey) -> Result<Shown, PasskeyError> {
        let state: Authenticating = from_value(state)?;
        let answer: PublicKeyCredential = parse(answer)?;
        self.check_client_data(&answer.response.client_data_json, &answer.type_)?;
        check_owner(state.of.as_ref(), &answer, passkey)?;
        let shown = self
            .core
            .authenticate_single_credential(&answer, &state.ceremony, &credential_of(passkey)?)?;
        Ok(Shown {
            credential_id: passkey.credential_id.clone(),
            user_id: passkey.user_id,
            user_verified: shown.user_verified(),
            synced: passkey.credential.synced,
            sign_count: shown.counter().into(),
            backed_up: shown.backup_state(),
        })
    }

    fn begin(
        &self,
        credentials: Vec<Credential>,
        of: Option<Expected>,
        purpose: PasskeyUse,
    ) -> Result<Begun, PasskeyError> {
        let builder = self
            .core
            .new_challenge_authenticate_builder(credentials, Some(policy(purpose)))?;
        let (challenge, mut ceremony) = self.core.generate_challenge_authenticate(builder)?;
        // The keys are read anew at the end: one that was removed meanwhile does not count.
        ceremony.set_allowed_credentials(vec![]);
        Ok(Begun {
            options: to_value(&challenge.public_key)?,
            state: to_value(&Authenticating { ceremony, of })?,
        })
    }

    /// The library compares origins as URLs and lets an assertion come out of a frame; this compares texts, as section 7.1
    /// step 9 and 7.2 step 12 do, and allows no frames.
    fn check_client_data(&self, client_data: &[u8], kind: &str) -> Result<(), PasskeyError> {
        let data: ClientData = serde_json::from_slice(client_data).map_err(|_| PasskeyError::Malformed)?;
        if kind != "public-key" {
            Err(PasskeyError::Malformed)
        } else if !self.origins.contains(&data.origin) || data.cross_origin || data.top_origin.is_some() {
            Err(PasskeyError::WrongOrigin)
        } else {
            Ok(())
        }
    }
}

/// Whose credential it may be (section 7.2 steps 5 and 6).
fn check_owner(
    expected: Option<&Expected>,
    answer: &PublicKeyCredential,
    passkey: &Passkey,
) -> Result<(), PasskeyError> {
    if answer.raw_id != passkey.credential_id || answer.id != encode(&answer.raw_id) {
        return Err(PasskeyError::WrongCredential);
    }
    let handle = answer
        .response
        .user_handle
        .as_deref()
        .filter(|handle| !handle.is_empty());
    let theirs = handle.map(|handle| handle == passkey.user_id.as_bytes());
    match expected {
        Some(expected) if expected.user_id != passkey.user_id => Err(PasskeyError::WrongPerson),
        Some(expected) if !expected.credentials.contains(&answer.id) => Err(PasskeyError::WrongCredential),
        // The person is known: an authenticator may keep the handle to itself, but not give another.
        Some(_) if theirs == Some(false) => Err(PasskeyError::WrongPerson),
        // Nobody is known: the handle says who it is.
        None if theirs != Some(true) => Err(PasskeyError::WrongPerson),
        _ => Ok(()),
    }
}

/// The stored key as the library wants it. How the credential was made is left out on purpose: the library would let it
/// decide about user verification.
fn credential_of(passkey: &Passkey) -> Result<Credential, PasskeyError> {
    Ok(Credential {
        cred_id: passkey.credential_id.clone(),
        cred: key::from_jwk(&passkey.credential.key).ok_or(PasskeyError::Corrupt)?,
        counter: passkey.sign_count.try_into().map_err(|_| PasskeyError::Corrupt)?,
        transports: Some(
            passkey
                .credential
                .transports
                .iter()
                .filter_map(|transport| transport.parse().ok())
                .collect::<Vec<_>>(),
        )
        .filter(|transports| !transports.is_empty()),
        user_verified: false,
        backup_eligible: passkey.credential.synced,
        backup_state: passkey.backed_up,
        registration_policy: UserVerificationPolicy::Discouraged_DO_NOT_USE,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation::default(),
        attestation_format: AttestationFormat::None,
    })
}

fn policy(purpose: PasskeyUse) -> UserVerificationPolicy {
    match purpose {
        PasskeyUse::Passwordless => UserVerificationPolicy::Required,
        PasskeyUse::SecondFactor => UserVerificationPolicy::Preferred,
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn parse<T: DeserializeOwned>(answer: &str) -> Result<T, PasskeyError> {
    if answer.len() > LONGEST_ANSWER {
        return Err(PasskeyError::Malformed);
    }
    serde_json::from_str(answer).map_err(|_| PasskeyError::Malformed)
}

fn to_value(value: &impl Serialize) -> Result<Value, PasskeyError> {
    serde_json::to_value(value).map_err(|_| PasskeyError::Corrupt)
}

fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, PasskeyError> {
    T::deserialize(value).map_err(|_| PasskeyError::Corrupt)
}
