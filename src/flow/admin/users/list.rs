//! Finds people.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::User;
use crate::flow::admin::page::{self, Place};
use crate::flow::admin::{Call, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::model::search;
use crate::store::user_lists::{self, Filter, Listed};

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = UserOrder)]
pub enum Order {
    /// The newest accounts first.
    #[default]
    #[serde(rename = "-created_at")]
    Newest,
    /// The oldest accounts first.
    #[serde(rename = "created_at")]
    Oldest,
}

/// Who is looked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListUsers)]
pub struct Listing {
    /// Beginnings of words of names, addresses, user names and phone numbers, up to three; in the order of the words found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub search: Option<String>,
    /// Those with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Those with this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Those that are switched off, or are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Those whose primary address is verified, or is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// The order; a search has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Order>,
    /// Entries of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// What the page before gave as `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listUsers";
    const SUMMARY: &'static str = "Finds people by words, role, plan and status.";
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::get("/users");
    type Input = Listing;
    type Output = Page<User>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let limit = page::limit(input.limit)?;
        let filter = Filter {
            role: input.role,
            plan: input.plan,
            disabled: input.disabled,
            email_verified: input.email_verified,
        };
        match input.search {
            Some(text) => found(&call, filter, &text, input.after.as_deref(), limit).await,
            None => {
                let order = input.sort.unwrap_or_default();
                by_age(&call, filter, order, input.after.as_deref(), limit).await
            }
        }
    }
}

async fn by_age(
    call: &Call<'_>,
    filter: Filter,
    order: Order,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<User>, Refused> {
    let newest_first = order == Order::Newest;
    let place = Place::read(after)?.unwrap_or_else(|| if newest_first { Place::newest() } else { Place::oldest() });
    let rows = call.state.db.read(filter, move |tx, filter| {
        let from = (place.at, place.id);
        Box::pin(user_lists::by_age(tx, filter, newest_first, from, limit as i64 + 1))
    });
    let place = |listed: &Listed| Place {
        at: listed.user.created_at,
        id: listed.user.id,
    };
    Ok(Page::cut(rows.await?, limit, place, User::from))
}

async fn found(
    call: &Call<'_>,
    filter: Filter,
    text: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<User>, Refused> {
    if text.chars().count() > 200 {
        return Err(Refused::value("search", "200 characters at most"));
    }
    let Some(mut words) = search::wanted(text) else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    words.truncate(3);
    let after = after.map(Found::read).transpose()?;
    let _turn = call.state.searches.acquire().await;
    let unit = call
        .state
        .db
        .read((filter, words, after), move |tx, (filter, words, after)| {
            Box::pin(async move {
                let lead = match after {
                    Some(after) => after.lead.min(words.len() - 1),
                    None if words.len() == 1 => 0,
                    None => user_lists::rarest(tx, words).await?,
                };
                let mut words = words.clone();
                words.swap(0, lead);
                let place = after.as_ref().map(|after| &after.place);
                let rows = user_lists::found(tx, filter, &words, place, limit as i64 + 1).await?;
                Ok((lead, rows))
            })
        });
    let (lead, mut rows) = unit.await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(word, listed)| {
        let place = (word.clone(), listed.user.id);
        Found { lead, place }.write()
    });
    Ok(Page {
        items: rows.into_iter().map(|(_, listed)| listed.into()).collect(),
        next,
    })
}

/// The place after an entry of a search: whom it shows, by which word, and which of the words that are looked for leads.
struct Found {
    lead: usize,
    place: (Vec<u8>, Uuid),
}

impl Found {
    fn write(self) -> String {
        let (word, id) = self.place;
        let lead = u8::try_from(self.lead).unwrap_or_default();
        URL_SAFE_NO_PAD.encode([id.as_bytes(), [lead].as_slice(), &word].concat())
    }

    fn read(text: &str) -> Result<Self, Refused> {
        let bad = || Refused::value("after", "what the page before gave as next");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (id, rest) = bytes.split_at_checked(16).ok_or_else(bad)?;
        let (lead, word) = rest.split_first().ok_or_else(bad)?;
        Ok(Self {
            lead: usize::from(*lead),
            place: (word.to_vec(), Uuid::from_slice(id).map_err(|_| bad())?),
        })
    }
}
