//! A second factor was removed.

use super::sheet::{Desk, Sheet};
use crate::model::letter::{Asked, FactorNoun};

pub(super) fn write(desk: &Desk<'_>, factor: FactorNoun, asked: &Asked) -> Sheet {
    let lead = match factor {
        FactorNoun::Totp => desk.say("mail.factor_removed_totp"),
        FactorNoun::Passkey => desk.say("mail.factor_removed_passkey"),
        FactorNoun::TextMessages => desk.say("mail.factor_removed_text_messages"),
        FactorNoun::RecoveryCodes => desk.say("mail.factor_removed_recovery_codes"),
        FactorNoun::Phone => desk.say("mail.factor_removed_phone"),
    };
    Sheet::new(
        desk.say("mail.factor_removed_subject"),
        desk.t.get("mail.factor_removed_title"),
        lead,
    )
    .asked(desk, asked)
    .unless_you(desk)
}
