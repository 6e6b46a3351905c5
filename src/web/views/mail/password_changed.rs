//! The password is another one now.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.password_subject"),
        desk.t.get("mail.password_title"),
        desk.say("mail.password_lead"),
    )
    .asked(desk, asked)
    .unless_you(desk)
}
