//! Proves the address before the account is made.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, Proof};

pub(super) fn write(desk: &Desk<'_>, proof: &Proof, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.sign_up_subject"),
        desk.t.get("verify.title"),
        desk.say("mail.sign_up_lead"),
    )
    .proof(desk, desk.t.get("mail.sign_up_button"), proof)
    .asked(desk, asked)
    .close(desk.say("mail.not_asked"))
}
