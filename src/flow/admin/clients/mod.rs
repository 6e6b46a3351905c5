//! Applications, for administrators.

mod check;
mod create;
mod delete;
mod import;
mod list;
mod preview;
mod requests;
mod secret;
mod settings;
mod show;
mod status;
mod update;

pub use super::page::Listing;
pub use check::{CheckClient, Checked, Finding, Subject, Verdict};
pub use create::{Create, Created, NewClient};
pub use delete::Delete;
pub use import::{Import, Imported, NewClients};
pub use list::List;
pub use preview::{Preview, PreviewClaims, Previewed};
pub use requests::{
    Check, ListRequests, ListUnknownRequests, Listing as RequestListing, Request,
    UnknownListing as UnknownRequestListing,
};
pub use secret::{EndPreviousSecret, RotateSecret, RotateSecretInput, Rotated};
pub use settings::{Mapping, Settings};
pub use show::Show;
pub use status::{Disable, Enable};
pub use update::{Changes, Update};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Code, Refused};
use crate::flow::{Failure, clients};
use crate::model::client;
use crate::protocol::error::OAuthError;

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Client {
    /// What it calls itself at our endpoints.
    pub client_id: String,
    /// Whether it is switched off.
    pub disabled: bool,
    /// Whether it has a secret, which no answer shows again.
    pub has_secret: bool,
    /// Until when the secret before the present one counts too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Counts the changes.
    pub revision: i64,
    /// Its metadata (RFC 7591 section 2), and what is our own.
    #[serde(flatten)]
    pub settings: Settings,
}

impl From<client::Client> for Client {
    fn from(client: client::Client) -> Self {
        Self {
            disabled: client.disabled_at.is_some(),
            has_secret: client.secret.is_some(),
            previous_secret_expires_at: client.previous_secret.map(|previous| previous.expires_at),
            created_at: client.created_at,
            revision: client.revision,
            settings: Settings::of(&client.metadata),
            client_id: client.id,
        }
    }
}

/// Which application.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichClient)]
pub struct Which {
    /// Its id.
    pub client_id: String,
}

fn unknown() -> Refused {
    Refused::unknown("client")
}

/// A client's metadata that may not be: the sentence begins with the member.
fn metadata(error: OAuthError) -> Refused {
    let sentence = error.description.into_owned();
    match sentence.split_once(": ") {
        Some((member, detail)) if !member.contains(' ') => {
            let detail = detail.to_owned();
            Refused::value(member, detail)
        }
        _ => Refused::because(Code::InvalidValue, sentence),
    }
}

impl From<clients::Refused> for Refused {
    fn from(refused: clients::Refused) -> Self {
        use clients::Refused as R;
        let detail = refused.to_string();
        match refused {
            R::Unknown => unknown(),
            R::Stale(_) => Self::because(Code::RevisionMismatch, detail),
            R::Above => Self::exceeds(),
            R::Public => Self::because(Code::InvalidValue, detail),
            R::Overlap => Self::value("overlap_seconds", detail),
            R::Metadata(error) => metadata(error),
            R::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::OAuth(error) => metadata(error),
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}
