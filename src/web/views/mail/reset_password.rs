//! Leads to a new password.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, Proof};

pub(super) fn write(desk: &Desk<'_>, proof: &Proof, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.reset_subject"),
        desk.t.get("mail.reset_title"),
        desk.say("mail.reset_lead"),
    )
    .proof(desk, desk.t.get("mail.reset_button"), proof)
    .asked(desk, asked)
    .close(desk.say("mail.reset_not_asked"))
}
