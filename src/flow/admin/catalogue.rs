//! Roles and plans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Call, Code, Refused};
use crate::flow::catalogue;

/// Which one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichName)]
pub struct Which {
    /// Its name.
    pub name: String,
}

/// The revision that the caller knows, as a number; another text names none that there is.
pub(super) fn seen(call: &Call<'_>) -> Result<Option<i64>, Refused> {
    let expected = call.expected.as_deref();
    expected
        .map(|text| text.parse().map_err(|_| Refused::revision()))
        .transpose()
}

impl From<catalogue::Refused> for Refused {
    fn from(refused: catalogue::Refused) -> Self {
        use catalogue::Refused as R;
        let detail = refused.to_string();
        let code = match refused {
            R::Malformed(_) => return Self::value("name", detail),
            R::Fault(fault) => return Self::Fault(fault),
            R::Exists(..) => Code::AlreadyExists,
            R::Unknown(_) => Code::NotFound,
            R::Full(_) => Code::LimitReached,
            R::BuiltIn => Code::BuiltIn,
            R::Default(_) | R::Held(_) | R::Promised(_) => Code::InUse,
            R::DefaultAdministers => return Self::value("permissions", detail),
            R::Stale(_) => Code::RevisionMismatch,
            R::Beyond => Code::ExceedsAuthority,
            R::LastAdministrator => Code::LastAdministrator,
        };
        Self::because(code, detail)
    }
}
