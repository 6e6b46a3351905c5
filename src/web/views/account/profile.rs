//! Picture, names, language, zone and user name.

use askama::Template;

use super::{Face, Frame, Section};
use crate::web::i18n::Lang;
use crate::web::views::{Page, UsernameProblem, paths};

/// Suggested beside the field; any other zone can be typed.
pub(super) const COMMON_ZONES: [&str; 32] = [
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Europe/Paris",
    "Pacific/Auckland",
    "UTC",
];

/// GET and POST [`paths::ACCOUNT_PROFILE`] (`name`, `given_name`, `family_name`, `locale`, `zone`). Other forms post to
/// [`paths::ACCOUNT_USERNAME`] (`username`), [`paths::ACCOUNT_PICTURE`] (a file `picture`) and
/// [`paths::ACCOUNT_PICTURE_REMOVE`].
#[derive(Debug, Template)]
#[template(path = "account/profile.html")]
pub struct AccountProfile<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the account.
    pub frame: Frame,
    /// The name, else the address: for the mark where there is no picture.
    pub called: &'a str,
    /// The `picture` claim.
    pub picture: Option<&'a str>,
    /// `name`, or what was typed.
    pub name: &'a str,
    /// `given_name`, or what was typed.
    pub given_name: &'a str,
    /// `family_name`, or what was typed.
    pub family_name: &'a str,
    /// `locale`, or what was chosen.
    pub locale: &'a str,
    /// `zoneinfo`, or what was typed.
    pub zone: &'a str,
    /// The user name, or what was typed.
    pub username: &'a str,
    /// What is wrong with the names and the zone.
    pub problems: ProfileProblems,
    /// What is wrong with the user name.
    pub username_problem: Option<UsernameProblem>,
    /// What is wrong with the file.
    pub picture_problem: Option<PictureProblem>,
}

/// What is wrong with the fields of a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProfileProblems {
    /// `name` holds a link or characters that do not print.
    pub name: bool,
    /// `given_name` does.
    pub given_name: bool,
    /// `family_name` does.
    pub family_name: bool,
    /// There is no such zone.
    pub zone: bool,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureProblem {
    /// None was chosen.
    Missing,
    /// More than 1 MiB.
    TooLarge,
    /// Neither PNG, JPEG, WebP nor GIF.
    Kind,
    /// Too many pixels.
    TooManyPixels,
    /// Damaged.
    Damaged,
}

impl PictureProblem {
    fn key(self) -> &'static str {
        match self {
            Self::Missing => "account_profile.picture_missing",
            Self::TooLarge => "account_profile.picture_too_large",
            Self::Kind => "account_profile.picture_kind",
            Self::TooManyPixels => "account_profile.picture_pixels",
            Self::Damaged => "account_profile.picture_damaged",
        }
    }
}

struct NameField<'a> {
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: &'a str,
    invalid: bool,
}

struct LocaleOption<'a> {
    value: &'a str,
    label: &'a str,
    /// Whether it is one of ours, and not whatever an import brought.
    known: bool,
    selected: bool,
}

impl AccountProfile<'_> {
    fn face(&self) -> Face<'_> {
        Face {
            picture: self.picture,
            name: self.called,
        }
    }

    fn names(&self) -> [NameField<'_>; 3] {
        let field = |name, label, autocomplete, value, invalid| NameField {
            name,
            label,
            autocomplete,
            value,
            invalid,
        };
        let problems = self.problems;
        [
            field("name", "account_profile.name", "name", self.name, problems.name),
            field(
                "given_name",
                "account_profile.given_name",
                "given-name",
                self.given_name,
                problems.given_name,
            ),
            field(
                "family_name",
                "account_profile.family_name",
                "family-name",
                self.family_name,
                problems.family_name,
            ),
        ]
    }

    /// The languages that there are, and the one that is set where it is another.
    fn locales(&self) -> Vec<LocaleOption<'_>> {
        let known = Lang::ALL.map(|lang| LocaleOption {
            value: lang.tag(),
            label: lang.native_name(),
            known: true,
            selected: lang.tag() == self.locale,
        });
        let other = (!self.locale.is_empty() && known.iter().all(|option| !option.selected)).then_some(LocaleOption {
            value: self.locale,
            label: self.locale,
            known: false,
            selected: true,
        });
        known.into_iter().chain(other).collect()
    }
}
