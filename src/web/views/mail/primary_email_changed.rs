//! Mail goes to another address from now on; told to the old one.

use super::plain;
use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, email: &str, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.primary_subject"),
        desk.t.get("mail.primary_title"),
        desk.say("mail.primary_lead").with("email", plain::mail_address(email)),
    )
    .asked(desk, asked)
    .unless_you(desk)
}
