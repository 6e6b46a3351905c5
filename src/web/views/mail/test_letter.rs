//! Shows that mail leaves.

use super::sheet::{Desk, Sheet};

pub(super) fn write(desk: &Desk<'_>) -> Sheet {
    Sheet::new(
        desk.say("mail.test_subject"),
        desk.t.get("mail.test_title"),
        desk.say("mail.test_lead"),
    )
}
