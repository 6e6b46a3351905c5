//! The chain of the audit trail: how an event is hashed, and who signs where the chain stands.
//!
//! Event `n` has the hash `SHA-256(hash of n-1 || canonical text of n)`. The canonical text is JSON with its keys in order and
//! no spaces, of everything that stays. What may have to be forgotten when a person leaves (address, user agent, details, an
//! identifier that was typed) is in it as a commitment only: `SHA-256(salt || canonical text of it)`. Forgetting drops it with
//! its salt, and the chain still holds. Checkpoints are signed with Ed25519, by a key that follows from the master key: whoever
//! can write the database alone makes none.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::digest;
use super::keys::KeyError;
use super::sealing::MasterKey;
use crate::model::Timestamp;
use crate::model::audit::{AuditEvent, Checkpoint, IDENTIFIER, Seal};
use crate::model::secret::Digest;

/// Bytes of the salt of a commitment.
pub const SALT_LEN: usize = 16;

/// Signs checkpoints.
pub struct ChainKey(Ed25519KeyPair);

/// Verifies them; may be given to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainPublicKey([u8; 32]);

/// What a signature says of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The chain stands here.
    Stands,
    /// The events up to here were removed in order: the chain may begin behind them.
    Begins,
}

impl std::fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChainKey(..)")
    }
}

impl ChainKey {
    /// The key of an installation.
    pub fn of(master_key: &MasterKey) -> Result<Self, KeyError> {
        let seed = master_key.derive("audit checkpoints");
        Ed25519KeyPair::from_seed_unchecked(&seed)
            .map(Self)
            .map_err(|_| KeyError)
    }

    /// Its public half.
    pub fn public(&self) -> Result<ChainPublicKey, KeyError> {
        let bytes = self.0.public_key().as_ref().try_into().map_err(|_| KeyError)?;
        Ok(ChainPublicKey(bytes))
    }

    /// Signs where the chain stands or begins.
    pub fn sign(&self, purpose: Purpose, seq: i64, hash: Digest, at: Timestamp) -> Checkpoint {
        let signature = self.0.sign(message(purpose, seq, &hash, at).as_bytes());
        Checkpoint {
            seq,
            hash,
            at,
            signature: signature.as_ref().to_vec(),
        }
    }
}

impl ChainPublicKey {
    /// The text form.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Whether a mark was signed for this purpose. The beginning of every chain needs no signature.
    pub fn vouches(self, purpose: Purpose, mark: &Checkpoint) -> bool {
        let message = message(purpose, mark.seq, &mark.hash, mark.at);
        mark.is_genesis()
            || UnparsedPublicKey::new(&ED25519, self.0)
                .verify(message.as_bytes(), &mark.signature)
                .is_ok()
    }
}

fn message(purpose: Purpose, seq: i64, hash: &Digest, at: Timestamp) -> String {
    let what = match purpose {
        Purpose::Stands => "stands",
        Purpose::Begins => "begins",
    };
    format!("passgate audit chain {what}\n{seq}\n{}\n{}", hash.to_hex(), time(at))
}

/// A time as the chain writes it: six digits of a second, always.
pub fn time(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The commitment to what may have to be forgotten.
pub fn commitment(salt: &[u8], event: &AuditEvent) -> Digest {
    let mut personal = json!({
        "address": event.address, "details": event.details, "user_agent": event.user_agent,
    });
    if event.target_kind == IDENTIFIER
        && let Some(members) = personal.as_object_mut()
    {
        members.insert("target".into(), event.target.clone().into());
    }
    digest::of_bytes(&[salt, canonical(&personal).as_bytes()].concat())
}

/// The hash of an event at a place behind another.
pub fn link(previous: &Digest, seq: i64, event: &AuditEvent, commitment: &Digest) -> Digest {
    let target = match event.target_kind == IDENTIFIER {
        true => "",
        false => event.target.as_str(),
    };
    let stays = json!({
        "actor": event.actor, "actor_kind": event.actor_kind, "at": time(event.at), "category": event.category,
        "commitment": commitment.to_hex(), "id": event.id, "kind": event.kind, "request_id": event.request_id,
        "seq": seq, "target": target, "target_kind": event.target_kind,
    });
    digest::of_bytes(&[previous.as_bytes(), canonical(&stays).as_bytes()].concat())
}

/// Gives an event its place behind another.
pub fn seal(previous: &Digest, seq: i64, event: &AuditEvent, salt: [u8; SALT_LEN]) -> Seal {
    let commitment = commitment(&salt, event);
    Seal {
        seq,
        salt: Some(salt.to_vec()),
        commitment,
        hash: link(previous, seq, event, &commitment),
    }
}

/// JSON with its keys in order and no spaces, whatever order they came in.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            names.sort_unstable_by(|a, b| a.0.cmp(b.0));
            let written: Vec<_> = names
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::String(name.clone()), canonical(value)))
                .collect();
            format!("{{{}}}", written.join(","))
        }
        Value::Array(items) => {
            let written: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", written.join(","))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn event() -> AuditEvent {
        AuditEvent {
            id: Uuid::from_u128(1),
            at: chrono::DateTime::from_timestamp(1_800_000_000, 5_000).unwrap(),
            kind: "signed_in".into(),
            category: "sign_in".into(),
            actor_kind: "person".into(),
            actor: "a".into(),
            target_kind: "user".into(),
            target: "a".into(),
            address: "192.0.2.1".into(),
            user_agent: "curl".into(),
            request_id: "r".into(),
            details: json!({ "b": [1, { "z": null, "a": "\"" }], "a": true }),
        }
    }

    /// The form is told in `docs/audit.md`, so that others can verify: it cannot change.
    #[test]
    fn the_hash_of_an_event_is_what_it_was() {
        let commitment = commitment(&[7; SALT_LEN], &event());
        let expected = digest::of_bytes(
            &[
                &[7; SALT_LEN][..],
                br#"{"address":"192.0.2.1","details":{"a":true,"b":[1,{"a":"\"","z":null}]},"user_agent":"curl"}"#,
            ]
            .concat(),
        );
        assert_eq!(commitment, expected);
        let text = format!(
            r#"{{"actor":"a","actor_kind":"person","at":"2027-01-15T08:00:00.000005Z","category":"sign_in","commitment":"{}","id":"00000000-0000-0000-0000-000000000001","kind":"signed_in","request_id":"r","seq":4,"target":"a","target_kind":"user"}}"#,
            commitment.to_hex()
        );
        let previous = Digest::from_bytes([3; 32]);
        let expected = digest::of_bytes(&[previous.as_bytes(), text.as_bytes()].concat());
        assert_eq!(link(&previous, 4, &event(), &commitment), expected);
    }

    #[test]
    fn every_field_counts() {
        let seal = |event: &AuditEvent| seal(&Digest::from_bytes([0; 32]), 1, event, [1; SALT_LEN]).hash;
        let honest = seal(&event());
        let changes: [fn(&mut AuditEvent); 12] = [
            |e| e.id = Uuid::from_u128(2),
            |e| e.at += chrono::TimeDelta::microseconds(1),
            |e| e.kind.push('x'),
            |e| e.category.push('x'),
            |e| e.actor_kind.push('x'),
            |e| e.actor.push('x'),
            |e| e.target_kind.push('x'),
            |e| e.target.push('x'),
            |e| e.address.push('x'),
            |e| e.user_agent.push('x'),
            |e| e.request_id.push('x'),
            |e| e.details = json!({}),
        ];
        for change in changes {
            let mut changed = event();
            change(&mut changed);
            assert_ne!(seal(&changed), honest, "{changed:?}");
        }
    }

    #[test]
    fn a_typed_identifier_can_be_forgotten() {
        let mut failed = event();
        failed.target_kind = IDENTIFIER.into();
        let sum = commitment(&[1; SALT_LEN], &failed);
        let before = link(&Digest::from_bytes([0; 32]), 1, &failed, &sum);
        failed.target = "somebody".into();
        assert_eq!(link(&Digest::from_bytes([0; 32]), 1, &failed, &sum), before);
        assert_ne!(commitment(&[1; SALT_LEN], &failed), sum);
    }

    #[test]
    fn only_the_master_key_signs_and_only_what_was_signed_counts() {
        let key = ChainKey::of(&MasterKey::generate()).unwrap();
        let public = key.public().unwrap();
        assert_eq!(ChainPublicKey::parse(&public.to_text()), Some(public));
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mark = key.sign(Purpose::Stands, 9, Digest::from_bytes([4; 32]), now);
        assert!(public.vouches(Purpose::Stands, &mark));
        assert!(!public.vouches(Purpose::Begins, &mark));
        let other = ChainKey::of(&MasterKey::generate()).unwrap().public().unwrap();
        assert!(!other.vouches(Purpose::Stands, &mark));
        for forged in [
            Checkpoint { seq: 8, ..mark.clone() },
            Checkpoint {
                hash: Digest::from_bytes([5; 32]),
                ..mark.clone()
            },
            Checkpoint {
                at: now + chrono::TimeDelta::seconds(1),
                ..mark.clone()
            },
            Checkpoint {
                signature: Vec::new(),
                ..mark
            },
        ] {
            assert!(!public.vouches(Purpose::Stands, &forged), "{forged:?}");
        }
        assert!(other.vouches(Purpose::Stands, &Checkpoint::genesis()));
    }
}
