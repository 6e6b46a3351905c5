//! Somebody tried to make an account for an address that has one. The page did not say so, the mail does.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, link: &str, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.already_subject"),
        desk.t.get("mail.already_title"),
        desk.say("mail.already_lead"),
    )
    .action(desk.t.get("mail.already_button"), link)
    .asked(desk, asked)
    .close(desk.say("mail.not_asked"))
}
