//! Lists of people, for administrators: each begins with an index that gives its order, so that a page costs the same among
//! ten people and among ten million.

use uuid::Uuid;

use super::users::{Standing, UserRow};
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::search;
use crate::model::user::User;

/// What a list shows of a person. What is looked up is a value each, so that PostgreSQL asks for those on the page and does not
/// collect everybody's before.
macro_rules! listed {
    () => {
        concat!(
            user_columns!(),
            ", u.username_key, u.delete_at, u.terms_version, u.terms_accepted_at, \
             (SELECT MAX(d.last_seen_at) FROM devices d WHERE d.user_id = u.id) AS last_sign_in_at, \
             ((SELECT 1 FROM totp_credentials t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL LIMIT 1) IS NOT NULL \
              OR (SELECT 1 FROM passkeys k WHERE k.user_id = u.id LIMIT 1) IS NOT NULL \
              OR (SELECT 1 FROM text_factors f WHERE f.user_id = u.id) IS NOT NULL) AS second_factor"
        )
    };
}

/// What is asked besides what the index of a list is about; each is left out where it is null. The comparison comes first: it
/// tells PostgreSQL the type of what may be null.
macro_rules! filters {
    () => {
        "(u.role = $4 OR $4 IS NULL) AND (u.plan = $5 OR $5 IS NULL) AND ((u.disabled_at IS NOT NULL) = $6 OR $6 IS NULL) \
         AND (u.email_verified = $7 OR $7 IS NULL)"
    };
}

/// People by age: after the place, or before it.
macro_rules! by_age {
    ($first:literal, $newest:literal, $oldest:literal) => {
        [
            concat!(
                "SELECT ",
                listed!(),
                " FROM users u WHERE ",
                $first,
                " (u.created_at, u.id) < ($1, $2) AND ",
                filters!(),
                " ",
                $newest,
                " LIMIT $3"
            ),
            concat!(
                "SELECT ",
                listed!(),
                " FROM users u WHERE ",
                $first,
                " (u.created_at, u.id) > ($1, $2) AND ",
                filters!(),
                " ",
                $oldest,
                " LIMIT $3"
            ),
        ]
    };
}

const EVERYBODY: [&str; 2] = by_age!(
    "",
    "ORDER BY u.created_at DESC, u.id DESC",
    "ORDER BY u.created_at, u.id"
);
const OF_ROLE: [&str; 2] = by_age!(
    "u.role = $4 AND",
    "ORDER BY u.created_at DESC, u.id DESC",
    "ORDER BY u.created_at, u.id"
);
const OF_PLAN: [&str; 2] = by_age!(
    "u.plan = $5 AND",
    "ORDER BY u.created_at DESC, u.id DESC",
    "ORDER BY u.created_at, u.id"
);
const DISABLED: [&str; 2] = by_age!(
    "u.disabled_at IS NOT NULL AND",
    "ORDER BY u.created_at DESC, u.id DESC",
    "ORDER BY u.created_at, u.id"
);

statements! {
    EVERYBODY_NEWEST = EVERYBODY[0];
    EVERYBODY_OLDEST = EVERYBODY[1];
    OF_ROLE_NEWEST = OF_ROLE[0];
    OF_ROLE_OLDEST = OF_ROLE[1];
    OF_PLAN_NEWEST = OF_PLAN[0];
    OF_PLAN_OLDEST = OF_PLAN[1];
    DISABLED_NEWEST = DISABLED[0];
    DISABLED_OLDEST = DISABLED[1];
    /// By the first of their words that begins with $8 (up to $9), after a place among those; further words must begin another
    /// one of theirs. What is selected there is a value, so that PostgreSQL looks it up for each person that it comes to, and
    /// does not collect everybody who has such a word before.
    FOUND = concat!("SELECT w.word, ", listed!(), " FROM user_words w JOIN users u ON u.id = w.user_id \
        WHERE w.word >= $1 AND (w.word, w.user_id) > ($1, $2) AND w.word < $9 AND ", filters!(), " \
        AND NOT EXISTS (SELECT 1 FROM user_words s WHERE s.user_id = w.user_id AND s.word >= $8 AND s.word < w.word) \
        AND (CAST($10 AS BYTEA) IS NULL OR \
            (SELECT s.word FROM user_words s WHERE s.user_id = w.user_id AND s.word >= $10 AND s.word < $11 LIMIT 1) IS NOT NULL) \
        AND (CAST($12 AS BYTEA) IS NULL OR \
            (SELECT s.word FROM user_words s WHERE s.user_id = w.user_id AND s.word >= $12 AND s.word < $13 LIMIT 1) IS NOT NULL) \
        ORDER BY w.word, w.user_id LIMIT $3");
    /// How many words begin with $1 (up to $2), with $3 and with $5, each counted up to $7.
    BEGINNING = "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM user_words WHERE word >= $1 AND word < $2 LIMIT $7) AS counted), \
        (SELECT COUNT(*) FROM (SELECT 1 FROM user_words WHERE word >= $3 AND word < $4 LIMIT $7) AS counted), \
        (SELECT COUNT(*) FROM (SELECT 1 FROM user_words WHERE word >= $5 AND word < $6 LIMIT $7) AS counted)";
    LISTED = concat!("SELECT ", listed!(), " FROM users u WHERE u.id = $1");
}

/// What a list is about; `None` leaves a thing open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with this role.
    pub role: Option<String>,
    /// Those with this plan.
    pub plan: Option<String>,
    /// Those that are switched off, or are not.
    pub disabled: Option<bool>,
    /// Those whose primary address is verified, or is not.
    pub email_verified: Option<bool>,
}

/// A person in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The account.
    pub user: User,
    /// What else is known of it.
    pub standing: Standing,
    /// When they last signed in with a browser that is remembered: for a year at most.
    pub last_sign_in_at: Option<Timestamp>,
    /// Whether they have an app, a passkey or text messages beside the password.
    pub second_factor: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    standing: Standing,
    last_sign_in_at: Option<Timestamp>,
    second_factor: bool,
}

impl From<Row> for Listed {
    fn from(row: Row) -> Self {
        Self {
            user: row.user.into(),
            standing: row.standing,
            last_sign_in_at: row.last_sign_in_at,
            second_factor: row.second_factor,
        }
    }
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    word: Vec<u8>,
    #[sqlx(flatten)]
    row: Row,
}

/// One person.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Listed>, StoreError> {
    Ok(sql!(tx, optional Row, LISTED, id)?.map(Listed::from))
}

/// People by age: from the newest on, or from the oldest.
pub async fn by_age(
    tx: &mut Tx,
    filter: &Filter,
    newest_first: bool,
    place: (Timestamp, Uuid),
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let statement = match (filter, newest_first) {
        (
            Filter {
                disabled: Some(true), ..
            },
            true,
        ) => DISABLED_NEWEST,
        (
            Filter {
                disabled: Some(true), ..
            },
            false,
        ) => DISABLED_OLDEST,
        (Filter { role: Some(_), .. }, true) => OF_ROLE_NEWEST,
        (Filter { role: Some(_), .. }, false) => OF_ROLE_OLDEST,
        (Filter { plan: Some(_), .. }, true) => OF_PLAN_NEWEST,
        (Filter { plan: Some(_), .. }, false) => OF_PLAN_OLDEST,
        (_, true) => EVERYBODY_NEWEST,
        (_, false) => EVERYBODY_OLDEST,
    };
    let Filter {
        role,
        plan,
        disabled,
        email_verified,
    } = filter;
    let rows = sql!(
        tx,
        planned anew if (*filter != Filter::default()) all Row,
        statement,
        place.0,
        place.1,
        limit,
        role.as_deref(),
        plan.as_deref(),
        *disabled,
        *email_verified
    )?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// Which of `words` (one to three count) begins the fewest of the words that are kept, so that a search need not go through
/// those of many.
pub async fn rarest(tx: &mut Tx, words: &[Vec<u8>]) -> Result<usize, StoreError> {
    // Beyond this, the first one: among so many the others are soon found, and counting costs as much as looking.
    const COUNTED: i64 = 300;
    let [first, second, third] = [0, 1, 2].map(|at| range(words, at));
    let (first, first_end) = first.unzip();
    let (second, second_end) = second.unzip();
    let (third, third_end) = third.unzip();
    let counts = sql!(
        tx,
        one(i64, i64, i64),
        BEGINNING,
        first,
        first_end,
        second,
        second_end,
        third,
        third_end,
        COUNTED
    )?;
    let counts = [counts.0, counts.1, counts.2].into_iter().zip(words).enumerate();
    let rarest = counts.min_by_key(|(_, (count, _))| *count);
    Ok(rarest.map_or(0, |(at, _)| at))
}

/// What begins with one of the words.
fn range(words: &[Vec<u8>], at: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    words.get(at).map(|word| (word.clone(), search::end_of(word)))
}

/// People of whom each of `words` (one to three count) begins a word, in the order of the word that the first one begins, after
/// a place in that order.
pub async fn found(
    tx: &mut Tx,
    filter: &Filter,
    words: &[Vec<u8>],
    place: Option<&(Vec<u8>, Uuid)>,
    limit: i64,
) -> Result<Vec<(Vec<u8>, Listed)>, StoreError> {
    let (first, end) = range(words, 0).unwrap_or_default();
    let (second, second_end) = range(words, 1).unzip();
    let (third, third_end) = range(words, 2).unzip();
    // The place is where the index is entered: never before the words that are looked for.
    let (word, id) = match place {
        Some((word, id)) if *word >= first => (word.clone(), *id),
        _ => (first.clone(), Uuid::nil()),
    };
    let rows = sql!(
        tx,
        planned anew if (*filter != Filter::default()) all FoundRow,
        FOUND,
        word,
        id,
        limit,
        filter.role.as_deref(),
        filter.plan.as_deref(),
        filter.disabled,
        filter.email_verified,
        first,
        end,
        second,
        second_end,
        third,
        third_end
    )?;
    Ok(rows.into_iter().map(|row| (row.word, row.row.into())).collect())
}
