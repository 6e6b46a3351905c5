//! A second factor was added.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, FactorNoun};

pub(super) fn write(desk: &Desk<'_>, factor: FactorNoun, asked: &Asked) -> Sheet {
    let lead = match factor {
        FactorNoun::Totp => desk.say("mail.factor_added_totp"),
        FactorNoun::Passkey => desk.say("mail.factor_added_passkey"),
        FactorNoun::TextMessages => desk.say("mail.factor_added_text_messages"),
        FactorNoun::RecoveryCodes => desk.say("mail.factor_added_recovery_codes"),
        FactorNoun::Phone => desk.say("mail.factor_added_phone"),
    };
    Sheet::new(
        desk.say("mail.factor_added_subject"),
        desk.t.get("mail.factor_added_title"),
        lead,
    )
    .asked(desk, asked)
    .unless_you(desk)
}
