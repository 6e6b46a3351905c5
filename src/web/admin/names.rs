//! What people are called, in the place of their ids.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::console::Console;
use crate::flow::admin::users::{self, Which};
use crate::web::views::{Names, called};

/// The names of those among these ids that are people, for whoever may see people. Others stay ids.
pub async fn names(console: &Console, ids: impl IntoIterator<Item = &str>) -> Names {
    let mut names = BTreeMap::new();
    if !console.may::<users::Show>() {
        return Names(names);
    }
    for id in ids {
        if names.contains_key(id) || Uuid::parse_str(id).is_err() {
            continue;
        }
        if let Ok(user) = console.operate::<users::Show>(Which::named(id)).await {
            names.insert(id.to_owned(), called(&user).to_owned());
        }
    }
    Names(names)
}
