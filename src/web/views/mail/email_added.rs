//! An address was added to the account.

use super::plain;
use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, email: &str, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.added_subject"),
        desk.t.get("mail.added_title"),
        desk.say("mail.added_lead").with("email", plain::mail_address(email)),
    )
    .asked(desk, asked)
    .unless_you(desk)
}
