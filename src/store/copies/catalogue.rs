//! The tables as the catalogues of both engines have them.

use std::collections::BTreeSet;

use sqlx::{PgConnection, SqliteConnection};

use super::values::Kind;
use super::{BOOKKEEPING, CopyError, inspect, quoted};

/// A table.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<(String, Kind)>,
    /// The tables that it refers to.
    needs: BTreeSet<String>,
}

impl Table {
    fn names(&self) -> impl Iterator<Item = String> {
        self.columns.iter().map(|(name, _)| quoted(name))
    }

    /// Reads every row, in any order.
    pub fn select_from_sqlite(&self) -> String {
        let columns: Vec<_> = self.names().collect();
        format!("SELECT {} FROM {}", columns.join(", "), quoted(&self.name))
    }

    /// The same, with JSON as the text that the other engine has.
    pub fn select_from_postgres(&self) -> String {
        let columns = self.columns.iter().map(|(name, kind)| match kind {
            Kind::Json => format!("{}::text", quoted(name)),
            _ => quoted(name),
        });
        let columns: Vec<_> = columns.collect();
        format!("SELECT {} FROM {}", columns.join(", "), quoted(&self.name))
    }

    /// Writes many rows: one array for each column.
    pub fn insert(&self) -> String {
        let columns: Vec<_> = self.names().collect();
        let numbered = || self.columns.iter().enumerate().map(|(at, (_, kind))| (at + 1, *kind));
        let values: Vec<_> = numbered()
            .map(|(at, kind)| match kind {
                Kind::Json => format!("u.c{at}::jsonb"),
                _ => format!("u.c{at}"),
            })
            .collect();
        let arrays: Vec<_> = numbered()
            .map(|(at, kind)| format!("${at}::{}[]", kind.array()))
            .collect();
        let names: Vec<_> = numbered().map(|(at, _)| format!("c{at}")).collect();
        format!(
            "INSERT INTO {} ({}) SELECT {} FROM UNNEST({}) AS u({})",
            quoted(&self.name),
            columns.join(", "),
            values.join(", "),
            arrays.join(", "),
            names.join(", "),
        )
    }
}

/// The tables of a PostgreSQL database.
pub(super) async fn of_postgres(connection: &mut PgConnection) -> Result<Vec<Table>, CopyError> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT CAST(c.relname AS TEXT), CAST(a.attname AS TEXT), CAST(t.typname AS TEXT) FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid \
         JOIN pg_type t ON t.oid = a.atttypid \
         WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
         AND c.relname <> $1 ORDER BY c.relname, a.attnum",
    )
    .bind(BOOKKEEPING)
    .fetch_all(&mut *connection)
    .await?;
    let mut tables: Vec<Table> = Vec::new();
    for (table, column, kind) in columns {
        let kind = Kind::read(&kind).ok_or_else(|| {
            CopyError::Unsound(format!(
                "column {table}.{column} is of type {kind}, which is none of ours"
            ))
        })?;
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push((column, kind)),
            None => tables.push(Table {
                name: table,
                columns: vec![(column, kind)],
                needs: BTreeSet::new(),
            }),
        }
    }
    let references: Vec<(String, String)> = sqlx::query_as(
        "SELECT CAST(c.relname AS TEXT), CAST(r.relname AS TEXT) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE k.contype = 'f' AND n.nspname = current_schema() AND c.oid <> r.oid",
    )
    .fetch_all(connection)
    .await?;
    for (from, to) in references {
        if let Some(table) = tables.iter_mut().find(|table| table.name == from) {
            table.needs.insert(to);
        }
    }
    Ok(tables)
}

/// The order in which rows find what they refer to.
pub(super) fn in_order(mut waiting: Vec<Table>) -> Result<Vec<Table>, CopyError> {
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let next = waiting.iter().position(|table| {
            let there = |need: &String| ordered.iter().any(|done| &done.name == need);
            table.needs.iter().all(there)
        });
        let Some(next) = next else {
            return Err(CopyError::Unsound(
                "the tables refer to each other in a circle".to_owned(),
            ));
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

/// Refuses when SQLite has a table or a column that PostgreSQL has not, or lacks one: it would be forgotten.
pub(super) async fn compare(source: &mut SqliteConnection, tables: &[Table]) -> Result<(), CopyError> {
    let mut there = BTreeSet::new();
    for table in inspect::tables(source).await? {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&mut *source)
            .await?;
        there.extend(columns.into_iter().map(|column| format!("{table}.{column}")));
    }
    let columns = |table: &Table| {
        let name = table.name.clone();
        table
            .columns
            .iter()
            .map(move |(column, _)| format!("{name}.{column}"))
            .collect::<Vec<_>>()
    };
    let here: BTreeSet<_> = tables.iter().flat_map(columns).collect();
    match here.symmetric_difference(&there).next() {
        None => Ok(()),
        Some(_) => {
            let odd: Vec<_> = here.symmetric_difference(&there).map(String::as_str).collect();
            Err(CopyError::Unsound(format!(
                "only one of the two databases has {}",
                odd.join(", ")
            )))
        }
    }
}
