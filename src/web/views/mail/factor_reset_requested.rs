//! Somebody asks to do without the second factors; it takes effect later, so that the owner of the account can object.

use super::sheet::{Desk, Sheet};
use crate::model::Timestamp;
use crate::model::letter::Asked;

pub(super) fn write(desk: &Desk<'_>, effective_at: Timestamp, cancel_link: &str, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.factors_go_subject"),
        desk.t.get("mail.factors_go_title"),
        desk.say("mail.factors_go_lead")
            .with("time", desk.t.exact(effective_at)),
    )
    .action(desk.t.get("mail.factors_go_button"), cancel_link)
    .asked(desk, asked)
    .close(desk.say("mail.factors_go_yours"))
}
