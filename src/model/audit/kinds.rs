//! The kinds of events, of those who act, and of what is acted upon. Their names are stable: programs filter by them.

use serde::Serialize;
use uuid::Uuid;

/// What events are about, for filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Sign-ins, failures, sessions and their ends.
    SignIn,
    /// Accounts and what is in them.
    Account,
    /// Passwords, factors, devices.
    Credential,
    /// What people let applications have.
    Consent,
    /// Applications.
    Client,
    /// Tokens that were taken back, and codes and tokens that came twice.
    Token,
    /// Signing keys, and keys of programs.
    Key,
    /// Invitations.
    Invitation,
    /// Roles, plans, services.
    Catalogue,
    /// The installation itself.
    System,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::SignIn,
        Self::Account,
        Self::Credential,
        Self::Consent,
        Self::Client,
        Self::Token,
        Self::Key,
        Self::Invitation,
        Self::Catalogue,
        Self::System,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Account => "account",
            Self::Credential => "credential",
            Self::Consent => "consent",
            Self::Client => "client",
            Self::Token => "token",
            Self::Key => "key",
            Self::Invitation => "invitation",
            Self::Catalogue => "catalogue",
            Self::System => "system",
        }
    }

    /// Reads a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActorKind {
    /// Nobody who is known.
    #[default]
    Anonymous,
    /// A person, by `sub`.
    Person,
    /// An application, by `client_id`.
    Client,
    /// An API key, by `api_key:` and its id.
    ApiKey,
    /// The command line on the installation's own database.
    CommandLine,
    /// The installation itself: a job whose time has come.
    System,
}

impl ActorKind {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Person => "person",
            Self::Client => "client",
            Self::ApiKey => "api_key",
            Self::CommandLine => "command_line",
            Self::System => "system",
        }
    }

    /// The kind behind the name of an actor.
    pub fn of_actor(actor: &str) -> Self {
        match actor {
            "" => Self::Anonymous,
            "cli" => Self::CommandLine,
            SYSTEM => Self::System,
            text if Uuid::parse_str(text).is_ok() => Self::Person,
            text if text.starts_with("api_key:") => Self::ApiKey,
            _ => Self::Client,
        }
    }
}

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// An account, by `sub`.
    User,
    /// What was typed to sign in with, by its folded form: nobody may have it.
    Identifier,
    /// A session.
    Session,
    /// An application, by `client_id`.
    Client,
    /// What a person let an application have: codes and refresh tokens hang on it. Or one access token, by `jti`.
    Grant,
    /// The signing keys.
    Key,
    /// The key of a program.
    ApiKey,
    /// An invitation.
    Invitation,
    /// A service.
    Api,
    /// A role.
    Role,
    /// A plan.
    Plan,
    /// The installation as a whole.
    Installation,
}

impl TargetKind {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Identifier => IDENTIFIER,
            Self::Session => "session",
            Self::Client => "client",
            Self::Grant => "grant",
            Self::Key => "key",
            Self::ApiKey => "api_key",
            Self::Invitation => "invitation",
            Self::Api => "api",
            Self::Role => "role",
            Self::Plan => "plan",
            Self::Installation => "installation",
        }
    }
}

/// The kind of target that is itself something to be forgotten.
pub const IDENTIFIER: &str = "identifier";

/// The actor of jobs.
pub(super) const SYSTEM: &str = "passgate";

/// Declares the kinds in one list: name, stable name, category, kind of target.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $name:literal, $category:ident, $target:ident;)*) => {
        /// What happened. The names are stable: programs filter by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditKind { $($(#[$meta])* $kind,)* }

        impl AuditKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// What it is about.
            pub fn category(self) -> Category {
                match self { $(Self::$kind => Category::$category,)* }
            }

            /// What its target usually is.
            fn usual_target(self) -> TargetKind {
                match self { $(Self::$kind => TargetKind::$target,)* }
            }
        }
    };
}

kinds! {
    /// An account was made.
    UserCreated = "user_created", Account, User;
    /// Role, plan, status or claims of an account changed.
    UserUpdated = "user_updated", Account, User;
    /// A person signed in.
    SignedIn = "signed_in", SignIn, User;
    /// A password was wrong.
    SignInFailed = "sign_in_failed", SignIn, User;
    /// Too many wrong tries: the next one has to wait.
    SignInLocked = "sign_in_locked", SignIn, User;
    /// A person signed out, or a session was ended.
    SessionEnded = "session_ended", SignIn, User;
    /// A person let a client have something.
    ConsentGranted = "consent_granted", Consent, Client;
    /// A person took a consent back.
    ConsentRevoked = "consent_revoked", Consent, Client;
    /// A person said no.
    ConsentDenied = "consent_denied", Consent, Client;
    /// A client was registered.
    ClientCreated = "client_created", Client, Client;
    /// A client was removed.
    ClientDeleted = "client_deleted", Client, Client;
    /// Somebody called as a client without proving it. Once a minute for each client and address.
    ClientRefused = "client_refused", Client, Client;
    /// Signing keys were rotated.
    KeysRotated = "keys_rotated", Key, Key;
    /// A token was revoked by its client.
    TokenRevoked = "token_revoked", Token, Grant;
    /// A code was presented twice, by the wrong client, or with the wrong verifier.
    CodeMisused = "code_misused", Token, Grant;
    /// A refresh token was presented after its time: the family is revoked.
    RefreshReused = "refresh_reused", Token, Grant;
    /// The first administrator was made.
    AdministratorCreated = "administrator_created", Account, User;
    /// An address was verified.
    EmailVerified = "email_verified", Account, User;
    /// Terms were accepted.
    TermsAccepted = "terms_accepted", SignIn, User;
    /// A second factor was added.
    FactorAdded = "factor_added", Credential, User;
    /// A second factor was removed.
    FactorRemoved = "factor_removed", Credential, User;
    /// A person gave a second factor another name.
    FactorRenamed = "factor_renamed", Credential, User;
    /// Somebody asked to do without the second factors of an account.
    FactorResetRequested = "factor_reset_requested", Credential, User;
    /// Somebody objected.
    FactorResetCancelled = "factor_reset_cancelled", Credential, User;
    /// The second factors are gone.
    FactorsReset = "factors_reset", Credential, User;
    /// A recovery code was used.
    RecoveryCodeUsed = "recovery_code_used", Credential, User;
    /// A person changed their names, picture, language or zone.
    ProfileUpdated = "profile_updated", Account, User;
    /// A person chose or gave up a user name.
    UsernameChanged = "username_changed", Account, User;
    /// A person asked to add an address.
    EmailRequested = "email_requested", Account, User;
    /// An address joined an account.
    EmailAdded = "email_added", Account, User;
    /// An address left an account.
    EmailRemoved = "email_removed", Account, User;
    /// Another address of an account became the primary one.
    PrimaryEmailChanged = "primary_email_changed", Account, User;
    /// A phone number joined an account.
    PhoneAdded = "phone_added", Account, User;
    /// A phone number left an account.
    PhoneRemoved = "phone_removed", Account, User;
    /// A person chose another password.
    PasswordChanged = "password_changed", Credential, User;
    /// A person forgot a browser that they had signed in with.
    DeviceForgotten = "device_forgotten", Credential, User;
    /// A person downloaded what is stored about them.
    DataExported = "data_exported", Account, User;
    /// A person asked for the end of their account.
    DeletionScheduled = "deletion_scheduled", Account, User;
    /// A person took that back.
    DeletionCancelled = "deletion_cancelled", Account, User;
    /// An account was removed.
    AccountDeleted = "account_deleted", Account, User;
    /// A key for a program was made.
    ApiKeyCreated = "api_key_created", Key, ApiKey;
    /// A key for a program was removed.
    ApiKeyDeleted = "api_key_deleted", Key, ApiKey;
    /// Somebody was invited.
    InvitationCreated = "invitation_created", Invitation, Invitation;
    /// An invitation was taken back.
    InvitationRevoked = "invitation_revoked", Invitation, Invitation;
    /// An invitation became an account.
    InvitationAccepted = "invitation_accepted", Invitation, Invitation;
    /// A person said that a sign-in was somebody else's: everything was taken back.
    SignInDisowned = "sign_in_disowned", SignIn, User;
    /// A service was made known.
    ApiCreated = "api_created", Catalogue, Api;
    /// A service was changed.
    ApiUpdated = "api_updated", Catalogue, Api;
    /// A service was forgotten.
    ApiDeleted = "api_deleted", Catalogue, Api;
    /// A role was made.
    RoleCreated = "role_created", Catalogue, Role;
    /// A role was changed.
    RoleUpdated = "role_updated", Catalogue, Role;
    /// A role was removed.
    RoleDeleted = "role_deleted", Catalogue, Role;
    /// A plan was made.
    PlanCreated = "plan_created", Catalogue, Plan;
    /// A plan was changed.
    PlanUpdated = "plan_updated", Catalogue, Plan;
    /// A plan was removed.
    PlanDeleted = "plan_deleted", Catalogue, Plan;
    /// Metadata of a person was written.
    MetadataUpdated = "metadata_updated", Account, User;
    /// A client was changed, switched off or on.
    ClientUpdated = "client_updated", Client, Client;
    /// Settings were changed while Passgate ran.
    SettingsChanged = "settings_changed", System, Installation;
    /// A server started: its version, and its settings that are no defaults.
    ServerStarted = "server_started", System, Installation;
    /// A server was told to stop.
    ServerStopped = "server_stopped", System, Installation;
    /// A copy of the database was made.
    BackupMade = "backup_made", System, Installation;
    /// The database came back from a backup: what was alive in it was ended.
    Restored = "restored", System, Installation;
    /// The trail of events was given out.
    AuditExported = "audit_exported", System, Installation;
    /// The oldest events were removed, as `audit.retention_days` has it.
    AuditTrimmed = "audit_trimmed", System, Installation;
}

impl AuditKind {
    /// Reads a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// What a target is.
    pub fn target_kind(self, target: &str) -> TargetKind {
        let is_id = Uuid::parse_str(target).is_ok();
        match (self, self.usual_target()) {
            // Who failed is known by what was typed, or by the account that is halfway in.
            (Self::SignInFailed | Self::SignInLocked, _) if !is_id => TargetKind::Identifier,
            (Self::SessionEnded, _) => TargetKind::Session,
            (_, usual) => usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_come_back() {
        let mut names: Vec<_> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), AuditKind::ALL.len());
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::parse(kind.as_str()), Some(*kind));
        }
        for category in Category::ALL {
            assert_eq!(Category::parse(category.as_str()), Some(category));
            assert!(
                AuditKind::ALL.iter().any(|kind| kind.category() == category),
                "{category:?}"
            );
        }
    }

    #[test]
    fn what_was_typed_is_told_from_an_account() {
        let id = Uuid::from_u128(7).to_string();
        assert_eq!(AuditKind::SignInFailed.target_kind(&id), TargetKind::User);
        assert_eq!(
            AuditKind::SignInFailed.target_kind("ada@example.com"),
            TargetKind::Identifier
        );
        assert_eq!(AuditKind::ClientCreated.target_kind("web"), TargetKind::Client);
    }
}
