//! A sign-in from a browser that the account has not been seen with.

use super::sheet::{Desk, Sheet};
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, asked: &Asked, link: &str) -> Sheet {
    Sheet::new(
        desk.say("mail.device_subject"),
        desk.t.get("mail.device_title"),
        desk.say("mail.device_lead"),
    )
    .asked(desk, asked)
    .close(desk.say("mail.device_yours"))
    .alarm(desk.t.get("mail.device_not_me"), link)
}
