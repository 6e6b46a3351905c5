//! An address was removed from the account.

use super::plain;
use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, email: &str, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.removed_subject"),
        desk.t.get("mail.removed_title"),
        desk.say("mail.removed_lead").with("email", plain::mail_address(email)),
    )
    .asked(desk, asked)
    .unless_you(desk)
}
