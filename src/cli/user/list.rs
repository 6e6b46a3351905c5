//! `passgate user list`: accounts, oldest first unless the newest are asked for, or in the order of the words that are looked for.

use std::process::ExitCode;

use clap::Args;

use super::{document, last_sign_in, two_step};
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
    /// Those that are not switched off.
    #[arg(long, conflicts_with = "disabled")]
    enabled: bool,
    /// Those whose primary address is verified, or is not.
    #[arg(long, value_name = "BOOL")]
    email_verified: Option<bool>,
    /// The newest first.
    #[arg(long, conflicts_with = "search")]
    newest: bool,
}

/// Does it.
pub async fn run(server: &Server, list: List, output: Output) -> Result<ExitCode, CommandError> {
    let List {
        limit,
        search,
        role,
        plan,
        disabled,
        enabled,
        email_verified,
        newest,
    } = list;
    let order = if newest { Order::Newest } else { Order::Oldest };
    let page = |limit, after| Listing {
        sort: search.is_none().then_some(order),
        search: search.clone(),
        role: role.clone(),
        plan: plan.clone(),
        disabled: (disabled || enabled).then_some(disabled),
        email_verified,
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
                two_step(user).to_owned(),
                last_sign_in(user),
            ]
        })
        .collect();
    output.answer(&found.iter().map(document).collect::<Vec<_>>(), || {
        table(&["SUB", "EMAIL", "ROLE", "PLAN", "2-STEP", "LAST SIGN-IN"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}
