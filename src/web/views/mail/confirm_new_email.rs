//! Shows that mail reaches an address that is being added.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, Proof};

pub(super) fn write(desk: &Desk<'_>, proof: &Proof, asked: &Asked) -> Sheet {
    Sheet::new(
        desk.say("mail.add_subject"),
        desk.t.get("mail.add_title"),
        desk.say("mail.add_lead"),
    )
    .proof(desk, desk.t.get("mail.add_button"), proof)
    .asked(desk, asked)
    .close(desk.say("mail.not_asked"))
}
