//! Why a passkey is refused.

use webauthn_rs_core::error::WebauthnError;

/// Why a registration or an assertion is refused: for the log and the audit event. People are told one thing for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The answer is not what a browser sends, or larger.
    #[error("the answer is malformed")]
    Malformed,
    /// The state is not one of ours, or the stored key is not.
    #[error("the state or the stored key cannot be read")]
    Corrupt,
    /// An assertion where a registration was asked for, or the reverse.
    #[error("an answer to the other ceremony")]
    WrongCeremony,
    /// The answer to another challenge.
    #[error("the answer to another challenge")]
    WrongChallenge,
    /// Made on another site, or in a frame of one.
    #[error("made on another site")]
    WrongOrigin,
    /// Made for another relying party.
    #[error("made for another relying party")]
    WrongRelyingParty,
    /// Nobody was there.
    #[error("nobody was there")]
    NotPresent,
    /// The authenticator did not verify its person.
    #[error("the authenticator did not verify its person")]
    NotVerified,
    /// An algorithm that was not asked for.
    #[error("an algorithm that was not asked for")]
    WrongAlgorithm,
    /// The attestation statement does not hold.
    #[error("the attestation does not hold")]
    BadAttestation,
    /// A credential that is registered already, or was not asked for.
    #[error("a credential that was not asked for")]
    WrongCredential,
    /// The credential of another person, or an answer that does not say whose.
    #[error("the credential of another person")]
    WrongPerson,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
    /// The counter went back: there may be a copy of the private key.
    #[error("the signature counter went back")]
    CounterWentBack,
    /// A key that never leaves its device says that it may, or the reverse.
    #[error("the backup state contradicts what was registered")]
    BackupContradiction,
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        use WebauthnError as E;
        match error {
            E::InvalidClientDataType => Self::WrongCeremony,
            E::MismatchedChallenge => Self::WrongChallenge,
            E::InvalidRPOrigin | E::CredentialCrossOrigin => Self::WrongOrigin,
            E::InvalidRPIDHash => Self::WrongRelyingParty,
            E::UserNotPresent => Self::NotPresent,
            E::UserNotVerified => Self::NotVerified,
            E::COSEKeyInvalidAlgorithm | E::CredentialAlteredAlgFromRequest | E::COSEKeyEDUnsupported => {
                Self::WrongAlgorithm
            }
            E::CredentialNotFound | E::CredentialExcludedFromRequest => Self::WrongCredential,
            E::AuthenticationFailure | E::SignatureInvalid => Self::BadSignature,
            E::CredentialPossibleCompromise => Self::CounterWentBack,
            E::CredentialBackupEligibilityInconsistent | E::CredentialMayNotBeHardwareBound => {
                Self::BackupContradiction
            }
            E::AttestationNotSupported
            | E::AttestationStatementMapInvalid
            | E::AttestationStatementResponseMissing
            | E::AttestationStatementResponseInvalid
            | E::AttestationStatementSigMissing
            | E::AttestationStatementSigInvalid
            | E::AttestationStatementX5CMissing
            | E::AttestationStatementX5CInvalid
            | E::AttestationStatementAlgMissing
            | E::AttestationStatementAlgMismatch
            | E::AttestationStatementAlgInvalid
            | E::AttestationCertificateAAGUIDMismatch
            | E::AttestationCertificateRequirementsNotMet
            | E::AttestationCredentialSubjectKeyMismatch => Self::BadAttestation,
            _ => Self::Malformed,
        }
    }
}
