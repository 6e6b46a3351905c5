//! Signs in without a password.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, Proof};

pub(super) fn write(desk: &Desk<'_>, proof: &Proof, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.sign_in_subject"),
        desk.t.get("mail.sign_in_title"),
        desk.say("mail.sign_in_lead"),
    )
    .proof(desk, desk.t.get("mail.sign_in_button"), proof)
    .asked(desk, asked)
    .close(desk.say("mail.not_asked"))
}
