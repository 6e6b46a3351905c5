//! An authenticator and the browser before it, in software: makes and uses credentials as WebAuthn Level 3 says, from the JSON
//! options that a page gets to the JSON that it sends back. Knobs make it other than it should be.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Flags of authenticator data (section 6.1).
pub mod flag {
    pub const PRESENT: u8 = 1;
    pub const VERIFIED: u8 = 1 << 2;
    pub const BACKUP_ELIGIBLE: u8 = 1 << 3;
    pub const BACKED_UP: u8 = 1 << 4;
    pub const ATTESTED: u8 = 1 << 6;
}

/// A device with credentials, and the browser that speaks for it.
pub struct Authenticator {
    /// The origin that the browser is at.
    pub origin: String,
    /// Whether it verifies its person (when it is not asked not to).
    pub verifies: bool,
    /// Whether its keys are copied to other devices.
    pub synced: bool,
    /// Whether it counts signatures.
    pub counts: bool,
    pub held: Vec<Held>,
}

/// A credential.
pub struct Held {
    pub id: Vec<u8>,
    pub user_handle: Vec<u8>,
    pub count: u32,
    rp_id: String,
    pair: EcdsaKeyPair,
}

type Alter<T> = Box<dyn Fn(&mut T)>;

/// What is changed before it is hashed or signed, so that the signature holds over the lie.
pub struct Twist {
    pub client_data: Alter<Value>,
    pub authenticator_data: Alter<Vec<u8>>,
    pub attestation: Alter<Vec<u8>>,
    /// What is changed at the very end, in the JSON that is sent.
    pub answer: Alter<Value>,
}

impl Default for Twist {
    fn default() -> Self {
        Self {
            client_data: Box::new(|_| ()),
            authenticator_data: Box::new(|_| ()),
            attestation: Box::new(|_| ()),
            answer: Box::new(|_| ()),
        }
    }
}

impl Authenticator {
    /// A phone or laptop that verifies its person, whose keys stay on it and are counted.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            verifies: true,
            synced: false,
            counts: true,
            held: Vec::new(),
        }
    }

    /// `navigator.credentials.create()`: from `PublicKeyCredentialCreationOptionsJSON` to `credential.toJSON()`.
    pub fn create(&mut self, options: &Value) -> String {
        self.create_with(options, &Twist::default())
    }

    pub fn create_with(&mut self, options: &Value, twist: &Twist) -> String {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let held = Held {
            id: random(32),
            user_handle: decode(&options["user"]["id"]),
            count: 0,
            rp_id: options["rp"]["id"].as_str().unwrap().to_owned(),
            pair,
        };
        let client_data = self.client_data("webauthn.create", options, twist);
        let mut data = self.authenticator_data(&held, flag::ATTESTED, options);
        data.extend([0; 16]);
        data.extend(u16::try_from(held.id.len()).unwrap().to_be_bytes());
        data.extend(&held.id);
        data.extend(cose_key(held.pair.public_key().as_ref()));
        (twist.authenticator_data)(&mut data);
        let mut attestation = cbor::head(5, 3);
        attestation.extend(
            [
                cbor::text("fmt"),
                cbor::text("none"),
                cbor::text("attStmt"),
                cbor::head(5, 0),
            ]
            .concat(),
        );
        attestation.extend([cbor::text("authData"), cbor::bytes(&data)].concat());
        (twist.attestation)(&mut attestation);
        let mut answer = json!({
            "id": encode(&held.id), "rawId": encode(&held.id), "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": encode(&client_data),
                "attestationObject": encode(&attestation),
                "transports": ["internal", "hybrid"],
            },
        });
        (twist.answer)(&mut answer);
        self.held.push(held);
        answer.to_string()
    }

    /// `navigator.credentials.get()`: uses an allowed credential, or the first one for the relying party.
    pub fn get(&mut self, options: &Value) -> String {
        self.get_with(options, &Twist::default())
    }

    pub fn get_with(&mut self, options: &Value, twist: &Twist) -> String {
        let allowed: Vec<Vec<u8>> = options["allowCredentials"]
            .as_array()
            .map(|list| list.iter().map(|one| decode(&one["id"])).collect())
            .unwrap_or_default();
        let at = self
            .held
            .iter()
            .position(|held| held.rp_id == options["rpId"] && (allowed.is_empty() || allowed.contains(&held.id)))
            .expect("the authenticator has a credential");
        if self.counts {
            self.held[at].count += 1;
        }
        let held = &self.held[at];
        let client_data = self.client_data("webauthn.get", options, twist);
        let mut data = self.authenticator_data(held, 0, options);
        (twist.authenticator_data)(&mut data);
        let signed = [&data[..], digest(&SHA256, &client_data).as_ref()].concat();
        let signature = held.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let mut answer = json!({
            "id": encode(&held.id), "rawId": encode(&held.id), "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(&client_data),
                "authenticatorData": encode(&data),
                "signature": encode(signature.as_ref()),
                "userHandle": encode(&held.user_handle),
            },
        });
        (twist.answer)(&mut answer);
        answer.to_string()
    }

    fn client_data(&self, kind: &str, options: &Value, twist: &Twist) -> Vec<u8> {
        let mut data = json!({
            "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false,
        });
        (twist.client_data)(&mut data);
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, held: &Held, more: u8, options: &Value) -> Vec<u8> {
        let wish = options
            .get("userVerification")
            .unwrap_or(&options["authenticatorSelection"]["userVerification"]);
        let verified = if self.verifies && wish != "discouraged" {
            flag::VERIFIED
        } else {
            0
        };
        let backup = if self.synced {
            flag::BACKUP_ELIGIBLE | flag::BACKED_UP
        } else {
            0
        };
        let mut data = digest(&SHA256, held.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flag::PRESENT | verified | backup | more);
        data.extend(held.count.to_be_bytes());
        data
    }
}

/// COSE_Key of an uncompressed P-256 point, with algorithm ES256 (RFC 9053 section 7.1).
fn cose_key(point: &[u8]) -> Vec<u8> {
    let (x, y) = (&point[1..33], &point[33..65]);
    [
        cbor::head(5, 5),
        [
            cbor::int(1),
            cbor::int(2),
            cbor::int(3),
            cbor::int(-7),
            cbor::int(-1),
            cbor::int(1),
        ]
        .concat(),
        [cbor::int(-2), cbor::bytes(x), cbor::int(-3), cbor::bytes(y)].concat(),
    ]
    .concat()
}

/// As much of CBOR (RFC 8949) as an authenticator writes.
pub mod cbor {
    pub fn head(major: u8, length: u64) -> Vec<u8> {
        let major = major << 5;
        match length {
            0..24 => vec![major | u8::try_from(length).unwrap()],
            24..=0xff => vec![major | 24, u8::try_from(length).unwrap()],
            0x100..=0xffff => [&[major | 25], &u16::try_from(length).unwrap().to_be_bytes()[..]].concat(),
            _ => [&[major | 27], &length.to_be_bytes()[..]].concat(),
        }
    }

    pub fn int(value: i64) -> Vec<u8> {
        match u64::try_from(value) {
            Ok(value) => head(0, value),
            Err(_) => head(1, u64::try_from(-1 - value).unwrap()),
        }
    }

    pub fn bytes(value: &[u8]) -> Vec<u8> {
        [head(2, value.len() as u64), value.to_vec()].concat()
    }

    pub fn text(value: &str) -> Vec<u8> {
        [head(3, value.len() as u64), value.as_bytes().to_vec()].concat()
    }
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}
