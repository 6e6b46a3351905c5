//! The kinds of events that the audit trail keeps, and where they come from.

use serde::Serialize;

/// What happened. The names are stable: programs filter by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// An account was made.
    UserCreated,
    /// Role, plan, status or claims of an account changed.
    UserUpdated,
    /// A person signed in.
    SignedIn,
    /// A password was wrong.
    SignInFailed,
    /// A person signed out, or a session was ended.
    SessionEnded,
    /// A person let a client have something.
    ConsentGranted,
    /// A person took a consent back.
    ConsentRevoked,
    /// A person said no.
    ConsentDenied,
    /// A client was registered.
    ClientCreated,
    /// A client was removed.
    ClientDeleted,
    /// Signing keys were rotated.
    KeysRotated,
    /// A token was revoked by its client.
    TokenRevoked,
    /// A code was presented twice, by the wrong client, or with the wrong verifier.
    CodeMisused,
    /// A refresh token was presented after its time: the family is revoked.
    RefreshReused,
    /// The first administrator was made.
    AdministratorCreated,
    /// An address was verified.
    EmailVerified,
    /// Terms were accepted.
    TermsAccepted,
    /// A second factor was added.
    FactorAdded,
    /// A second factor was removed.
    FactorRemoved,
    /// A person gave a second factor another name.
    FactorRenamed,
    /// Somebody asked to do without the second factors of an account.
    FactorResetRequested,
    /// Somebody objected.
    FactorResetCancelled,
    /// The second factors are gone.
    FactorsReset,
    // The account pages
    /// A person changed their names, picture, language or zone.
    ProfileUpdated,
    /// A person chose or gave up a user name.
    UsernameChanged,
    /// A person asked to add an address.
    EmailRequested,
    /// An address joined an account.
    EmailAdded,
    /// An address left an account.
    EmailRemoved,
    /// Another address of an account became the primary one.
    PrimaryEmailChanged,
    /// A phone number joined an account.
    PhoneAdded,
    /// A phone number left an account.
    PhoneRemoved,
    /// A person chose another password.
    PasswordChanged,
    /// A person forgot a browser that they had signed in with.
    DeviceForgotten,
    /// A person downloaded what is stored about them.
    DataExported,
    /// A person asked for the end of their account.
    DeletionScheduled,
    /// A person took that back.
    DeletionCancelled,
    /// An account was removed.
    AccountDeleted,
    // Administration
    /// A key for a program was made.
    ApiKeyCreated,
    /// A key for a program was removed.
    ApiKeyDeleted,
    // Protection
    /// Somebody was invited.
    InvitationCreated,
    /// An invitation was taken back.
    InvitationRevoked,
    /// An invitation became an account.
    InvitationAccepted,
    /// A person said that a sign-in was somebody else's: everything was taken back.
    SignInDisowned,
    // Catalogues, metadata, applications
    /// A role was made.
    RoleCreated,
    /// A role was changed.
    RoleUpdated,
    /// A role was removed.
    RoleDeleted,
    /// A plan was made.
    PlanCreated,
    /// A plan was changed.
    PlanUpdated,
    /// A plan was removed.
    PlanDeleted,
    /// Metadata of a person was written.
    MetadataUpdated,
    /// A client was changed, switched off or on.
    ClientUpdated,
    // Operation
    /// The database came back from a backup: what was alive in it was ended.
    Restored,
}

impl AuditKind {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user_created",
            Self::UserUpdated => "user_updated",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SessionEnded => "session_ended",
            Self::ConsentGranted => "consent_granted",
            Self::ConsentRevoked => "consent_revoked",
            Self::ConsentDenied => "consent_denied",
            Self::ClientCreated => "client_created",
            Self::ClientDeleted => "client_deleted",
            Self::KeysRotated => "keys_rotated",
            Self::TokenRevoked => "token_revoked",
            Self::CodeMisused => "code_misused",
            Self::RefreshReused => "refresh_reused",
            Self::AdministratorCreated => "administrator_created",
            Self::EmailVerified => "email_verified",
            Self::TermsAccepted => "terms_accepted",
            Self::FactorAdded => "factor_added",
            Self::FactorRemoved => "factor_removed",
            Self::FactorRenamed => "factor_renamed",
            Self::FactorResetRequested => "factor_reset_requested",
            Self::FactorResetCancelled => "factor_reset_cancelled",
            Self::FactorsReset => "factors_reset",
            Self::ProfileUpdated => "profile_updated",
            Self::UsernameChanged => "username_changed",
            Self::EmailRequested => "email_requested",
            Self::EmailAdded => "email_added",
            Self::EmailRemoved => "email_removed",
            Self::PrimaryEmailChanged => "primary_email_changed",
            Self::PhoneAdded => "phone_added",
            Self::PhoneRemoved => "phone_removed",
            Self::PasswordChanged => "password_changed",
            Self::DeviceForgotten => "device_forgotten",
            Self::DataExported => "data_exported",
            Self::DeletionScheduled => "deletion_scheduled",
            Self::DeletionCancelled => "deletion_cancelled",
            Self::AccountDeleted => "account_deleted",
            Self::ApiKeyCreated => "api_key_created",
            Self::ApiKeyDeleted => "api_key_deleted",
            Self::InvitationCreated => "invitation_created",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::SignInDisowned => "sign_in_disowned",
            Self::RoleCreated => "role_created",
            Self::RoleUpdated => "role_updated",
            Self::RoleDeleted => "role_deleted",
            Self::PlanCreated => "plan_created",
            Self::PlanUpdated => "plan_updated",
            Self::PlanDeleted => "plan_deleted",
            Self::MetadataUpdated => "metadata_updated",
            Self::ClientUpdated => "client_updated",
            Self::Restored => "restored",
        }
    }
}

/// Who did something, and from where.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// A person's or client's id, or `cli`.
    pub actor: String,
    /// Address of the peer.
    pub address: String,
    /// Request id, as the logs have it.
    pub request_id: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

impl Origin {
    /// The same origin with another actor.
    pub fn by(&self, actor: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            ..self.clone()
        }
    }

    /// The command line of the installation itself.
    pub fn command_line() -> Self {
        Self {
            actor: "cli".into(),
            ..Self::default()
        }
    }
}
