//! The room's macros: statements as constants, running one on whichever engine a unit is on, and using a thing up once.

/// Declares the statements of a table as constants, and `ALL` of them, which `store::statements` lists.
///
/// `statements! { FIND = "SELECT … WHERE id = $1"; DELETE = "DELETE …"; }`
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$meta])* const $name: &str = $text;)*
        /// The statements of this file.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

/// Runs one statement on a [`Tx`](crate::store::Tx) and awaits it; the value is a `Result<_, StoreError>`.
///
/// | call | gives |
/// |---|---|
/// | `sql!(tx, execute, TEXT, binds…)` | `u64`, the rows changed |
/// | `sql!(tx, one Row, TEXT, binds…)` | `Row`, or `StoreError::NotFound` |
/// | `sql!(tx, optional Row, TEXT, binds…)` | `Option<Row>` |
/// | `sql!(tx, all Row, TEXT, binds…)` | `Vec<Row>` |
/// | `sql!(tx, planned anew if (…) all Row, TEXT, binds…)` | the same; then PostgreSQL plans it for the values that are bound |
/// | `sql!(tx, scalar T, TEXT, binds…)` | `T`, the first column, or `StoreError::NotFound` |
/// | `sql!(tx, optional_scalar T, TEXT, binds…)` | `Option<T>` |
/// | `sql!(tx, all_scalars T, TEXT, binds…)` | `Vec<T>` |
///
/// `TEXT` is a constant from [`statements!`], so that a test can prepare it on both engines. `Row` derives `sqlx::FromRow`.
/// Binds are `Uuid`, `DateTime<Utc>`, `Json<T>`, `bool`, `i64`, strings, byte strings, options of these and references to them.
/// Only files under `src/store` use this macro; it is exported for the tests of the engine.
#[macro_export]
macro_rules! sql {
    ($tx:expr, execute, $text:expr $(, $bind:expr)* $(,)?) => {{
        let tx: &mut $crate::store::Tx = $tx;
        let text: &'static str = $text;
        let result = match tx.start(text) {
            Ok($crate::store::engine::tx::Connection::Postgres(connection)) =>
                ::sqlx::query::<::sqlx::Postgres>(text)$(.bind($bind))*.execute(connection).await
                    .map(|done| done.rows_affected()),
            Ok($crate::store::engine::tx::Connection::Sqlite(connection)) =>
                ::sqlx::query::<::sqlx::Sqlite>(text)$(.bind($bind))*.execute(connection).await
                    .map(|done| done.rows_affected()),
            Err(refusal) => Err(refusal),
        };
        tx.settle(result)
    }};
    ($tx:expr, one $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_as, $row, fetch_one, $text, [$($bind),*])
    };
    ($tx:expr, optional $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_as, $row, fetch_optional, $text, [$($bind),*])
    };
    ($tx:expr, planned anew if ($anew:expr) all $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_as, $row, fetch_all, $text, [$($bind),*], .persistent(!$anew))
    };
    ($tx:expr, all $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_as, $row, fetch_all, $text, [$($bind),*])
    };
    ($tx:expr, scalar $value:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_scalar, $value, fetch_one, $text, [$($bind),*])
    };
    ($tx:expr, optional_scalar $value:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_scalar, $value, fetch_optional, $text, [$($bind),*])
    };
    ($tx:expr, all_scalars $value:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@fetch $tx, query_scalar, $value, fetch_all, $text, [$($bind),*])
    };
    (@fetch $tx:expr, $make:ident, $out:ty, $fetch:ident, $text:expr, [$($bind:expr),*] $(, $($how:tt)+)?) => {{
        let tx: &mut $crate::store::Tx = $tx;
        let text: &'static str = $text;
        let result = match tx.start(text) {
            Ok($crate::store::engine::tx::Connection::Postgres(connection)) =>
                ::sqlx::$make::<::sqlx::Postgres, $out>(text)$(.bind($bind))*$($($how)+)?.$fetch(connection).await,
            Ok($crate::store::engine::tx::Connection::Sqlite(connection)) =>
                ::sqlx::$make::<::sqlx::Sqlite, $out>(text)$(.bind($bind))*$($($how)+)?.$fetch(connection).await,
            Err(refusal) => Err(refusal),
        };
        tx.settle(result)
    }};
}

/// The text of the one statement that uses something up: `$1` is the key, `$2` the moment.
///
/// `consume_once!("authorization_codes" by "digest" returning "client_id, user_id")`
///
/// Every one-time thing is a row with a key, `expires_at` and `consumed_at`, and is used up in the same unit as its effect.
/// However many requests race, the database lets one of them change the row. The others get no row, which also means unknown
/// or expired; who must tell a second use from nonsense (a code redeemed twice revokes what it gave) reads the row afterwards
/// in the same unit. Nothing else writes `consumed_at`, inserts included: a test reads the statements for it.
#[macro_export]
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

/// The columns of what an account `u` has under the names that `entitlements::EntitlementRow` reads, for joins. Statements that
/// are asked all the time come with and without them: with a bind that says whether to look, PostgreSQL would plan them anew
/// for its value each time.
macro_rules! entitlement_columns {
    () => {
        "(SELECT er.permissions FROM roles er WHERE er.name = u.role) AS permissions, \
         (SELECT ep.features FROM plans ep WHERE ep.name = u.plan) AS features, \
         (SELECT em.metadata FROM user_metadata em WHERE em.user_id = u.id) AS metadata"
    };
}
