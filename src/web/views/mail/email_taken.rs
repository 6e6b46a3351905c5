//! An address that somebody tried to add belongs to another account. The page did not say so, the mail does.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.taken_subject"),
        desk.t.get("mail.taken_title"),
        desk.say("mail.taken_lead"),
    )
    .asked(desk, asked)
    .close(desk.say("mail.not_asked"))
}
