//! Second factors and passkeys as the journeys use them: ceremonies against a software authenticator, and the tables, on both
//! engines, with many at once.

mod apps;
mod challenges;
mod devices;
mod passkey_ceremonies;
mod passkey_refusals;
mod passkey_rows;
mod recovery;

use chrono::{DateTime, Duration, Utc};
use passgate::identity::email;
use passgate::model::Timestamp;
use passgate::model::claims::StandardClaims;
use passgate::model::passkey::Passkey;
use passgate::model::user::User;
use passgate::store::{Db, users};
use uuid::Uuid;

use crate::harness::database::TestDatabase;

/// Callers at once.
const CALLERS: usize = 64;

fn noon() -> Timestamp {
    DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap()
}

fn later(seconds: i64) -> Timestamp {
    noon() + Duration::seconds(seconds)
}

/// Runs calls of the store as one unit: `unit!(db, tx => passkeys::list(tx, ada))`. What it takes in is copied.
macro_rules! unit {
    ($db:expr, $tx:ident => $call:expr) => {
        $db.write((), move |$tx, ()| Box::pin(async move { $call.await }))
            .await
            .expect("the unit commits")
    };
}
use unit;

/// Two nodes on one database.
fn nodes(database: &TestDatabase) -> [Db; 2] {
    [database.db.clone(), database.another_node()]
}

/// Makes accounts with these numbers.
async fn people(db: &Db, numbers: &'static [u128]) {
    db.write((), move |tx, ()| {
        Box::pin(async move {
            for number in numbers {
                let email = email::parse(&format!("person{number}@x.test")).expect("an address");
                let user = User {
                    id: Uuid::from_u128(*number),
                    email: email.address().to_owned(),
                    email_verified: true,
                    role: "user".to_owned(),
                    plan: "free_user".to_owned(),
                    claims: StandardClaims::default(),
                    disabled_at: None,
                    created_at: noon(),
                    updated_at: noon(),
                };
                users::insert(tx, &user, &email).await?;
            }
            Ok(())
        })
    })
    .await
    .expect("the people are stored");
}

const ADA: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);

/// A passkey as a row, with what a ceremony found.
fn row(user_id: Uuid, made: passgate::crypto::passkeys::Registered) -> Passkey {
    Passkey {
        credential_id: made.credential_id,
        user_id,
        name: "Phone".to_owned(),
        credential: made.credential,
        sign_count: made.sign_count,
        backed_up: made.backed_up,
        discoverable: made.discoverable,
        created_at: noon(),
        last_used_at: None,
    }
}
