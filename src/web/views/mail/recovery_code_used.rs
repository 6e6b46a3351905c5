//! A recovery code was used.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, left: u64, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.recovery_subject"),
        desk.t.get("mail.recovery_title"),
        desk.say("mail.recovery_lead"),
    )
    .asked(desk, asked)
    .close(desk.t.count("mail.recovery_left", left))
    .unless_you(desk)
}
