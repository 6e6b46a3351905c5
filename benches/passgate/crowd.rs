//! People who are only there: as many as an installation of years has, put into PostgreSQL by PostgreSQL itself.

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::Failure;

/// Names of which each person has two. Each is the beginning of a word that is searched for.
const NAMES: &str = "ARRAY['Ada','Alan','Grace','Edsger','Barbara','Donald','Frances','John','Katherine','Linus','Margaret',\
    'Niklaus','Radia','Tim','Hedy','Claude','Joan','Kurt','Mary','Dennis']";
const SURNAMES: &str = "ARRAY['Lovelace','Turing','Hopper','Dijkstra','Liskov','Knuth','Allen','Backus','Johnson','Torvalds',\
    'Hamilton','Wirth','Perlman','Berners','Lamarr','Shannon','Clarke','Goedel','Jackson','Ritchie','Hoare','Iverson','Kay']";

/// Adds them. They have no password and no session: nobody signs in as one.
pub async fn gather(url: &str, count: usize) -> Result<(), Failure> {
    let mut connection = PgConnection::connect(url).await?;
    let people = format!(
        "CREATE TEMPORARY TABLE crowd AS SELECT gen_random_uuid() AS id, n, 'crowd-' || n || '@example.net' AS email, \
         ({NAMES})[1 + n % 20] AS given, ({SURNAMES})[1 + (n / 20) % 23] AS family FROM generate_series(1, {count}) n"
    );
    let (strip, dress) = indexes(&mut connection, "user_words").await?;
    let before = [
        people.as_str(),
        "INSERT INTO users (id, email, email_key, email_verified, role, plan, claims, created_at, updated_at, words_version) \
         SELECT id, email, email, n % 2 = 0, 'user', 'free_user', jsonb_build_object('name', given || ' ' || family, \
         'given_name', given, 'family_name', family), now() - n * interval '1 minute', now(), 1 FROM crowd",
        "INSERT INTO email_addresses (email_key, user_id, email, created_at) SELECT email, id, email, now() FROM crowd",
    ];
    let words = "INSERT INTO user_words (user_id, word) SELECT DISTINCT id, convert_to(lower(word), 'UTF8') FROM crowd, \
         unnest(ARRAY[given, family, 'crowd', n::text, 'example', 'net', email]) word";
    let statements = before.into_iter().map(str::to_owned).chain(strip);
    let statements = statements.chain([words.to_owned()]).chain(dress);
    for statement in statements.chain(["VACUUM ANALYZE".to_owned()]) {
        connection.execute(sqlx::AssertSqlSafe(statement)).await?;
    }
    // Written out now and not while something is measured; whoever may not do this measures a little less well.
    let _ = connection.execute("CHECKPOINT").await;
    Ok(connection.close().await?)
}

/// How the constraints and indexes of a table are taken off, and put on again: millions of rows are in sooner without them.
async fn indexes(connection: &mut PgConnection, table: &str) -> Result<(Vec<String>, Vec<String>), Failure> {
    let constraints: Vec<(String, String)> = sqlx::query_as(
        "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = CAST($1 AS regclass) AND contype <> 'n'",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT indexname::text, indexdef FROM pg_indexes WHERE tablename = $1 \
         AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    let drop_constraint = |(name, _): &(String, String)| format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
    let drop_index = |(name, _): &(String, String)| format!("DROP INDEX {name}");
    let strip = constraints
        .iter()
        .map(drop_constraint)
        .chain(indexes.iter().map(drop_index));
    let add = |(name, definition): &(String, String)| format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
    let dress = constraints
        .iter()
        .map(add)
        .chain(indexes.iter().map(|(_, definition)| definition.clone()));
    Ok((strip.collect(), dress.collect()))
}
