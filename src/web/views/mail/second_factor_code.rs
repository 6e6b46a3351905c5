//! The second factor by mail: a code alone, since a link would be opened elsewhere.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, code: &str, valid_for: u64, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.second_subject"),
        desk.t.get("mail.second_title"),
        desk.say("mail.second_lead"),
    )
    .code(desk, code, valid_for)
    .asked(desk, asked)
    .unless_you(desk)
}
