//! The account will be deleted; until then it can be kept.

use super::sheet::{Desk, Sheet};
use crate::model::Timestamp;

pub(super) fn write(desk: &Desk<'_>, at: Timestamp, link: &str) -> Sheet {
    Sheet::new(
        desk.say("mail.deletion_subject"),
        desk.t.get("mail.deletion_title"),
        desk.say("mail.deletion_lead").with("date", desk.t.date(at)),
    )
    .action(desk.t.get("mail.deletion_button"), link)
    .close(desk.say("mail.deletion_wanted"))
}
