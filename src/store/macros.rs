//! The two macros of the room: statements as constants, and running one on whichever engine a unit has.

/// Declares the statements of a table as constants, and `ALL` of them.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$meta])* const $name: &str = $text;)*
        pub(super) const ALL: &[&str] = &[$($name),*];
    };
}

/// Runs a statement: `sql!(tx, execute, TEXT, binds …)` gives the number of rows; `one`, `optional` and `all` give rows of
/// a type that derives `FromRow`; `scalar` and `optional_scalar` give the first column.
macro_rules! sql {
    ($tx:expr, execute, $text:expr $(, $bind:expr)* $(,)?) => {
        match $tx.connection() {
            $crate::store::engine::Connection::Postgres(c) => {
                sqlx::query($text)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected())
            }
            $crate::store::engine::Connection::Sqlite(c) => {
                sqlx::query($text)$(.bind($bind))*.execute(c).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::store::StoreError::from)
    };
    ($tx:expr, one $row:ty, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@fetch $tx, fetch_one, query_as::<_, $row>, $text $(, $bind)*) };
    ($tx:expr, optional $row:ty, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@fetch $tx, fetch_optional, query_as::<_, $row>, $text $(, $bind)*) };
    ($tx:expr, all $row:ty, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@fetch $tx, fetch_all, query_as::<_, $row>, $text $(, $bind)*) };
    ($tx:expr, scalar $row:ty, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@fetch $tx, fetch_one, query_scalar::<_, $row>, $text $(, $bind)*) };
    ($tx:expr, optional_scalar $row:ty, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@fetch $tx, fetch_optional, query_scalar::<_, $row>, $text $(, $bind)*) };
    (@fetch $tx:expr, $verb:ident, $query:ident::<_, $row:ty>, $text:expr $(, $bind:expr)*) => {
        match $tx.connection() {
            $crate::store::engine::Connection::Postgres(c) => sqlx::$query::<_, $row>($text)$(.bind($bind))*.$verb(c).await,
            $crate::store::engine::Connection::Sqlite(c) => sqlx::$query::<_, $row>($text)$(.bind($bind))*.$verb(c).await,
        }
        .map_err($crate::store::StoreError::from)
    };
}

/// The text of the one statement that uses something up: whoever gets the row back is the only one who ever does. It takes
/// the key as `$1` and the moment as `$2`.
macro_rules! consume_once {
    ($table:literal by $key:literal returning $columns:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET consumed_at = $2 WHERE ",
            $key,
            " = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING ",
            $columns
        )
    };
}

/// The columns of an account under the names that `users::UserRow` reads, for joins.
macro_rules! user_columns {
    () => {
        "u.id AS user_id, u.email, u.email_verified, u.role, u.plan, u.claims, u.disabled_at, \
         u.created_at AS user_created_at, u.updated_at AS user_updated_at"
    };
}
