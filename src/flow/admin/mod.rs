//! Administration: every operation is one file that says its name, its place in the REST interface, the right that it needs,
//! what it takes and gives, and what it does. REST, the command line and the console call [`run`]; none of them has a rule
//! of its own.
//!
//! Adding an operation is its file, its line in [`each`], and its command and page where people want one.

mod administrator;
mod identify;
mod once;
mod operation;
mod page;
mod prepared;
mod refused;
mod remote;
mod text;

pub mod api_keys;
pub mod apis;
pub mod audit;
pub mod bulk;
pub mod catalogue;
pub mod clients;
pub mod invitations;
pub mod outbox;
pub mod plans;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod statistics;
pub mod users;

pub use administrator::{Administrator, Kind};
pub use identify::{Credentials, identify, lacks_second_factor};
pub use once::{KEY_BYTES, run_once};
pub use operation::{About, Call, Method, Operation, Route, Visitor, run};
pub use page::{LIMIT, Nothing, Page};
pub use prepared::{Given, Prepared, Unfit, Untyped};
pub use refused::{Code, Refused, Wrong};
pub use remote::{Remote, RemoteError, RemoteProblem};

use crate::crypto::digest;

/// Names a state of something that is shown, for `ETag` and `If-Match`: it changes with whatever is shown.
fn revision(shown: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(shown).unwrap_or_default();
    digest::of_text(&text).to_hex().chars().take(24).collect()
}

/// Shows every operation to a visitor, in the order of the documentation.
pub fn each(visitor: &mut impl Visitor) {
    visitor.visit::<users::List>();
    visitor.visit::<users::Create>();
    visitor.visit::<users::Show>();
    visitor.visit::<users::Update>();
    visitor.visit::<users::Delete>();
    visitor.visit::<users::Disable>();
    visitor.visit::<users::Enable>();
    visitor.visit::<users::ListEmails>();
    visitor.visit::<users::AddEmail>();
    visitor.visit::<users::RemoveEmail>();
    visitor.visit::<users::SetPassword>();
    visitor.visit::<users::RequireChange>();
    visitor.visit::<users::ShowMetadata>();
    visitor.visit::<users::UpdateMetadata>();
    visitor.visit::<users::ListFactors>();
    visitor.visit::<users::RemoveFactor>();
    visitor.visit::<users::CreateRecoveryLink>();
    visitor.visit::<users::ListSessions>();
    visitor.visit::<users::EndSession>();
    visitor.visit::<users::EndSessions>();
    visitor.visit::<users::ListGrants>();
    visitor.visit::<users::RevokeGrant>();
    visitor.visit::<users::ListEvents>();
    visitor.visit::<clients::List>();
    visitor.visit::<clients::Create>();
    visitor.visit::<clients::Import>();
    visitor.visit::<clients::Show>();
    visitor.visit::<clients::Update>();
    visitor.visit::<clients::Delete>();
    visitor.visit::<clients::Disable>();
    visitor.visit::<clients::Enable>();
    visitor.visit::<clients::RotateSecret>();
    visitor.visit::<clients::EndPreviousSecret>();
    visitor.visit::<clients::PreviewClaims>();
    visitor.visit::<clients::ListRequests>();
    visitor.visit::<clients::ListUnknownRequests>();
    visitor.visit::<clients::CheckClient>();
    visitor.visit::<apis::List>();
    visitor.visit::<apis::Create>();
    visitor.visit::<apis::Show>();
    visitor.visit::<apis::Update>();
    visitor.visit::<apis::Delete>();
    visitor.visit::<roles::List>();
    visitor.visit::<roles::Create>();
    visitor.visit::<roles::Show>();
    visitor.visit::<roles::Update>();
    visitor.visit::<roles::Delete>();
    visitor.visit::<plans::List>();
    visitor.visit::<plans::Create>();
    visitor.visit::<plans::Show>();
    visitor.visit::<plans::Update>();
    visitor.visit::<plans::Delete>();
    visitor.visit::<sessions::List>();
    visitor.visit::<sessions::End>();
    visitor.visit::<invitations::List>();
    visitor.visit::<invitations::Create>();
    visitor.visit::<invitations::Revoke>();
    visitor.visit::<signing_keys::List>();
    visitor.visit::<signing_keys::Rotate>();
    visitor.visit::<statistics::Show>();
    visitor.visit::<statistics::ShowSystem>();
    visitor.visit::<outbox::List>();
    visitor.visit::<outbox::ListTexts>();
    visitor.visit::<outbox::Retry>();
    visitor.visit::<outbox::RetryFailed>();
    visitor.visit::<outbox::SendTest>();
    visitor.visit::<api_keys::List>();
    visitor.visit::<api_keys::Create>();
    visitor.visit::<api_keys::Show>();
    visitor.visit::<api_keys::Delete>();
    visitor.visit::<audit::List>();
    visitor.visit::<audit::Verify>();
    visitor.visit::<settings::List>();
    visitor.visit::<settings::Update>();
}
