//! Another secret for an application.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Client, Which};
use crate::flow::admin::catalogue::seen;
use crate::flow::admin::{Call, Nothing, Operation, Refused, Route};
use crate::flow::clients;
use crate::model::permission::{Permission, Resource};

/// For how long both secrets count where nobody says: a day.
const OVERLAP: u32 = 86_400;

/// Which application, and how long its present secret counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotateClientSecret)]
pub struct RotateSecretInput {
    /// Its id.
    pub client_id: String,
    /// Seconds for which the present secret counts beside the new one; 0 ends it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2_592_000, default = 86_400)]
    pub overlap_seconds: Option<u32>,
}

/// A new secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = RotatedClientSecret)]
pub struct Rotated {
    /// The secret, which is shown this once.
    pub client_secret: String,
    /// The application.
    #[serde(flatten)]
    pub client: Client,
}

/// See [`Operation::SUMMARY`].
pub struct RotateSecret;

impl Operation for RotateSecret {
    const ID: &'static str = "rotateClientSecret";
    const SUMMARY: &'static str = "Makes another secret; the present one counts for a while longer.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::post("/clients/{client_id}/secret");
    type Input = RotateSecretInput;
    type Output = Rotated;

    async fn run(call: Call<'_>, input: RotateSecretInput) -> Result<Rotated, Refused> {
        let overlap = TimeDelta::seconds(input.overlap_seconds.unwrap_or(OVERLAP).into());
        let (seen, authority) = (seen(&call)?, call.administrator.authority());
        let rotated = clients::rotate_secret(call.state, &input.client_id, overlap, seen, authority, &call.origin);
        let (client, secret) = rotated.await?;
        Ok(Rotated {
            client_secret: secret.expose().to_owned(),
            client: client.into(),
        })
    }
}

/// See [`Operation::SUMMARY`].
pub struct EndPreviousSecret;

impl Operation for EndPreviousSecret {
    const ID: &'static str = "endPreviousClientSecret";
    const SUMMARY: &'static str = "Ends the secret before the present one at once.";
    const PERMISSION: Permission = Permission::write(Resource::Clients);
    const ROUTE: Route = Route::delete("/clients/{client_id}/secret/previous");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let (seen, authority) = (seen(&call)?, call.administrator.authority());
        clients::end_previous_secret(call.state, &input.client_id, seen, authority, &call.origin).await?;
        Ok(Nothing {})
    }
}
