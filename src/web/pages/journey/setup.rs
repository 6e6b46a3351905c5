//! Setting a factor up, and the recovery codes that come with the first one.

use actix_web::HttpResponse;

use super::drawn::Drawn;
use crate::flow::factors::{Refusal, Setup};
use crate::web::views::{
    CodeKind, EnrolChoice, EnrolPasskey, EnrolPhone, EnrolTotp, KeepCodes, Method, PasskeyOptions,
};

impl Drawn<'_> {
    pub(super) fn enrol(&self) -> HttpResponse {
        match &self.stand.setup {
            None => {
                let methods: Vec<_> = self
                    .stand
                    .options
                    .iter()
                    .filter_map(|name| Method::parse(name))
                    .collect();
                self.render(&EnrolChoice {
                    page: self.page(),
                    way: self.way,
                    methods: &methods,
                    for_client: self.stand.journey.facts.interaction.is_some(),
                    problem: self.form_problem(),
                })
            }
            Some(Setup::Key { key, qr }) => self.render(&EnrolTotp {
                page: self.page(),
                way: self.way,
                key: &key.replace(' ', ""),
                qr,
                others: &self.others,
                problem: self.code_problem(),
            }),
            Some(Setup::Credential(options)) => {
                let options = options.to_string();
                self.render(&EnrolPasskey {
                    page: self.page(),
                    way: self.way,
                    skip: self.stand.journey.facts.to_set_up.is_some(),
                    options: PasskeyOptions::Are(&options),
                    name: "",
                    others: &self.others,
                    problem: self.passkey_problem(),
                })
            }
            Some(Setup::Recipient) => self.render(&EnrolPhone {
                page: self.page(),
                way: self.way,
                phone: self.drawing.phone.unwrap_or_else(|| self.verified_phone()),
                others: &self.others,
                invalid: self.refusal() == Some(Refusal::Wrong),
                problem: self.code_problem().filter(|_| self.refusal() != Some(Refusal::Wrong)),
            }),
            Some(Setup::Sent(_)) => self.code(CodeKind::Sms),
        }
    }

    pub(super) fn keep_codes(&self) -> HttpResponse {
        self.render(&KeepCodes {
            page: self.page(),
            way: self.way,
            account: self.account(),
            codes: &self.stand.recovery_codes,
            replaces: false,
        })
    }
}
