//! `request_traces`: recent requests of each client, with what was judged of them.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::types::Json;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::request_trace::{CheckRow, RequestTrace};

/// How long a trace is kept.
pub const KEPT: Duration = Duration::from_secs(7 * 86_400);

/// Traces of one client that failed, and as many that did not.
pub const MOST: i64 = 50;

statements! {
    INSERT = "INSERT INTO request_traces (id, client_id, at, endpoint, failed, outcome, error, description, duration_micros, \
              address, request_id, user_agent, parameters, checks) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING";
    TRIM = "DELETE FROM request_traces WHERE client_id = $1 AND failed = $2 AND (at, id) <= \
            (SELECT at, id FROM request_traces WHERE client_id = $1 AND failed = $2 ORDER BY at DESC, id DESC LIMIT 1 OFFSET $3)";
    LIST = "SELECT id, client_id, at, endpoint, failed, outcome, error, description, duration_micros, address, request_id, \
            user_agent, parameters, checks FROM request_traces WHERE client_id = $1 AND failed = $2 \
            ORDER BY at DESC, id DESC LIMIT $3";
    DELETE_FOR_CLIENT = "DELETE FROM request_traces WHERE client_id = $1";
}

/// Stores traces, and removes what is then too much of their clients.
pub async fn store(tx: &mut Tx, traces: &[RequestTrace]) -> Result<(), StoreError> {
    let mut touched = std::collections::BTreeSet::new();
    for trace in traces {
        sql!(
            tx,
            execute,
            INSERT,
            trace.id,
            &trace.client_id,
            trace.at,
            &trace.endpoint,
            trace.failed,
            &trace.outcome,
            &trace.error,
            &trace.description,
            trace.duration_micros,
            &trace.address,
            &trace.request_id,
            &trace.user_agent,
            Json(&trace.parameters),
            Json(&trace.checks)
        )?;
        touched.insert((trace.client_id.as_str(), trace.failed));
    }
    for (client, failed) in touched {
        sql!(tx, execute, TRIM, client, failed, MOST)?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: String,
    at: Timestamp,
    endpoint: String,
    failed: bool,
    outcome: String,
    error: String,
    description: String,
    duration_micros: i64,
    address: String,
    request_id: String,
    user_agent: String,
    parameters: Json<BTreeMap<String, String>>,
    checks: Json<Vec<CheckRow>>,
}

/// The traces of a client that failed, or those that did not, newest first. The empty name stands for clients that do not exist.
pub async fn list(tx: &mut Tx, client_id: &str, failed: bool) -> Result<Vec<RequestTrace>, StoreError> {
    let rows = sql!(tx, all Row, LIST, client_id, failed, MOST)?;
    let read = |row: Row| RequestTrace {
        id: row.id,
        client_id: row.client_id,
        at: row.at,
        endpoint: row.endpoint,
        failed: row.failed,
        outcome: row.outcome,
        error: row.error,
        description: row.description,
        duration_micros: row.duration_micros,
        address: row.address,
        request_id: row.request_id,
        user_agent: row.user_agent,
        parameters: row.parameters.0,
        checks: row.checks.0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Removes those of a client that goes.
pub async fn delete_for_client(tx: &mut Tx, client_id: &str) -> Result<(), StoreError> {
    sql!(tx, execute, DELETE_FOR_CLIENT, client_id).map(drop)
}
