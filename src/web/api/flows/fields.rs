//! The fields that each step asks for.

use super::shape::Field;
use super::show::Show;
use crate::flow::factors::{Factor, Setup};
use crate::flow::journey::Stand;
use crate::identity::journey::Step;
use crate::model::journey::JourneyKind;
use crate::settings::{Field as Asked, Remember};
use crate::web::views::Method;

impl Show<'_> {
    pub(super) fn fields(&self, stand: &Stand) -> Vec<Field> {
        let settings = self.settings();
        let journey = &stand.journey;
        let passkeys = settings.sign_in.offers("passkey") && journey.kind == JourneyKind::SignIn;
        let mut fields = match stand.step {
            Step::Identify => [Some(IDENTIFIER), passkeys.then_some(CREDENTIAL)]
                .into_iter()
                .flatten()
                .collect(),
            Step::Apply => self.application(),
            Step::FirstFactor | Step::SecondFactor | Step::VerifyMail => proof(stand),
            Step::Enrol => setup(stand),
            Step::NewPassword => vec![self.new_password()],
            Step::AcceptTerms => vec![TERMS],
            Step::KeepAccount => vec![KEEP],
            Step::KeepCodes | Step::Create | Step::Done => Vec::new(),
        };
        let signs_in = journey.kind == JourneyKind::SignIn;
        if stand.step == Step::FirstFactor && signs_in && settings.sign_in.remember == Remember::Ask {
            fields.push(REMEMBER);
        }
        if stand.step == Step::SecondFactor && signs_in && settings.second_factor.trusted_device_days > 0 {
            fields.push(TRUST);
        }
        fields
    }

    fn new_password(&self) -> Field {
        Field {
            min_length: Some(self.settings().password_min_length()),
            max_length: Some(self.settings().passwords.max_length),
            autocomplete: Some("new-password"),
            ..PASSWORD
        }
    }

    fn application(&self) -> Vec<Field> {
        let accounts = &self.settings().accounts;
        let asked = |asked: Asked, field: Field| {
            (asked != Asked::Off).then(|| Field {
                required: asked == Asked::Required,
                ..field
            })
        };
        let email = Field {
            kind: "email",
            autocomplete: Some("email"),
            ..IDENTIFIER
        };
        [
            asked(accounts.name, NAME),
            Some(email),
            asked(accounts.username, USERNAME),
            asked(accounts.phone, PHONE),
            self.settings().sign_in.offers("password").then(|| self.new_password()),
            (!accounts.terms_version.is_empty()).then_some(TERMS),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn proof(stand: &Stand) -> Vec<Field> {
    match stand.factor.map(Factor::name).and_then(Method::parse) {
        Some(Method::Password) => vec![PASSWORD],
        Some(Method::Passkey) => vec![CREDENTIAL],
        _ => vec![CODE],
    }
}

fn setup(stand: &Stand) -> Vec<Field> {
    let name = Field {
        required: false,
        ..NAME
    };
    match &stand.setup {
        None => Vec::new(),
        Some(Setup::Key { .. }) => vec![CODE, name],
        Some(Setup::Credential(_)) => vec![CREDENTIAL, name],
        Some(Setup::Recipient) => vec![PHONE],
        Some(Setup::Sent(_)) => vec![CODE],
    }
}

const fn field(name: &'static str, kind: &'static str, autocomplete: Option<&'static str>) -> Field {
    Field {
        name,
        kind,
        required: true,
        autocomplete,
        min_length: None,
        max_length: None,
    }
}

const IDENTIFIER: Field = field("identifier", "text", Some("username webauthn"));
const PASSWORD: Field = field("password", "password", Some("current-password"));
const CODE: Field = field("code", "code", Some("one-time-code"));
const CREDENTIAL: Field = field("credential", "credential", None);
const NAME: Field = field("name", "text", Some("name"));
const USERNAME: Field = field("username", "text", Some("username"));
const PHONE: Field = field("phone", "tel", Some("tel"));
const TERMS: Field = field("terms", "text", None);
const KEEP: Field = field("keep", "boolean", None);
const REMEMBER: Field = Field {
    required: false,
    ..field("remember", "boolean", None)
};
const TRUST: Field = Field {
    required: false,
    ..field("trust", "boolean", None)
};
