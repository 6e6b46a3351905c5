//! Shows that mail reaches the address of a new account.

use super::sheet::{Desk, Sheet};

pub(super) fn write(desk: &Desk<'_>, link: &str, valid_for: u64) -> Sheet {
    Sheet::new(
        desk.say("mail.verify_subject"),
        desk.t.get("verify.title"),
        desk.say("mail.verify_lead"),
    )
    .link(desk, desk.t.get("mail.verify_button"), link, valid_for)
    .close(desk.say("mail.not_asked"))
}
