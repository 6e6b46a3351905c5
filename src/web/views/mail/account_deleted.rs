//! The account is gone.

use super::sheet::{Desk, Sheet};

pub(super) fn write(desk: &Desk<'_>) -> Sheet {
    Sheet::new(
        desk.say("mail.deleted_subject"),
        desk.t.get("mail.deleted_title"),
        desk.say("mail.deleted_lead"),
    )
}
