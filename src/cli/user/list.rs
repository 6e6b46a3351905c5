//! `passgate user list`: accounts, oldest first, or in the order of the words that are looked for.

use std::process::ExitCode;

use clap::Args;

use super::document;
use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::output::{Output, table};
use crate::flow::admin::users::{self, Listing, Order, User};

/// Who is looked for.
#[derive(Args)]
pub struct List {
    /// How many.
    #[arg(long, default_value_t = 100)]
    limit: u16,
    /// Beginnings of words of names, addresses, user names and phone numbers, up to three.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Those with this role.
    #[arg(long)]
    role: Option<String>,
    /// Those with this plan.
    #[arg(long)]
    plan: Option<String>,
    /// Those that are switched off.
    #[arg(long)]
    disabled: bool,
}

/// Does it.
pub async fn run(server: &Server, list: List, output: Output) -> Result<ExitCode, CommandError> {
    let List {
        limit,
        search,
        role,
        plan,
        disabled,
    } = list;
    let page = |limit, after| Listing {
        sort: search.is_none().then_some(Order::Oldest),
        search: search.clone(),
        role: role.clone(),
        plan: plan.clone(),
        disabled: disabled.then_some(true),
        email_verified: None,
        limit,
        after,
    };
    let found: Vec<User> = server.all::<users::List, _>(limit.into(), page).await?;
    let rows: Vec<_> = found
        .iter()
        .map(|user| {
            vec![
                user.id.to_string(),
                user.email.clone(),
                user.role.clone(),
                user.plan.clone(),
            ]
        })
        .collect();
    output.answer(&found.iter().map(document).collect::<Vec<_>>(), || {
        table(&["SUB", "EMAIL", "ROLE", "PLAN"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}
