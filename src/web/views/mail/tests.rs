use scraper::{Html, Selector};

use super::*;
use crate::model::letter::{Asked, Proof};

const ISSUER: &str = "http://localhost:8080";

/// Somebody else's text at its worst: markup, a template, a link and a header.
const HOSTILE: &str =
    "\"><svg onload=alert(1)></script>{{7*7}}<b>x</b> https://evil.test/x www.evil.test\r\nBcc: x@evil.test\u{202e}";

fn settings() -> Settings {
    Settings::load(None, std::iter::empty()).unwrap()
}

fn all() -> Vec<(&'static str, Message)> {
    samples(ISSUER, "2026-11-12T08:30:00Z".parse().unwrap())
}

/// Runs `check` over every letter in every language.
fn each(messages: &[(&'static str, Message)], check: impl Fn(&str, &Message, &Letter)) {
    let settings = settings();
    for lang in Lang::ALL {
        for (name, message) in messages {
            let letter = write_letter(&settings, message, lang.tag());
            check(&format!("{name} in {}", lang.tag()), message, &letter);
        }
    }
}

/// The same letter with a stranger's text wherever there is a text.
pub fn hostile(message: Message) -> Message {
    let text = || HOSTILE.to_owned();
    let twist = |asked: Asked| Asked {
        user_agent: text(),
        address: text(),
        ..asked
    };
    let proof = |proof: Proof| Proof {
        code: text(),
        link: text(),
        ..proof
    };
    match message {
        Message::VerifyEmail { valid_for, .. } => Message::VerifyEmail {
            link: text(),
            valid_for,
        },
        Message::SignUpCode(p, a) => Message::SignUpCode(proof(p), twist(a)),
        Message::AlreadyRegistered { asked, .. } => Message::AlreadyRegistered {
            link: text(),
            asked: twist(asked),
        },
        Message::SignInCode(p, a) => Message::SignInCode(proof(p), twist(a)),
        Message::SecondFactorCode { valid_for, asked, .. } => Message::SecondFactorCode {
            code: text(),
            valid_for,
            asked: twist(asked),
        },
        Message::ResetPassword(p, a) => Message::ResetPassword(proof(p), twist(a)),
        Message::PasswordChanged(a) => Message::PasswordChanged(twist(a)),
        Message::ConfirmNewEmail(p, a) => Message::ConfirmNewEmail(proof(p), twist(a)),
        Message::EmailTaken(a) => Message::EmailTaken(twist(a)),
        Message::EmailAdded { asked, .. } => Message::EmailAdded {
            email: text(),
            asked: twist(asked),
        },
        Message::EmailRemoved { asked, .. } => Message::EmailRemoved {
            email: text(),
            asked: twist(asked),
        },
        Message::PrimaryEmailChanged { asked, .. } => Message::PrimaryEmailChanged {
            email: text(),
            asked: twist(asked),
        },
        Message::FactorAdded(factor, a) => Message::FactorAdded(factor, twist(a)),
        Message::FactorRemoved(factor, a) => Message::FactorRemoved(factor, twist(a)),
        Message::RecoveryCodeUsed { left, asked } => Message::RecoveryCodeUsed {
            left,
            asked: twist(asked),
        },
        Message::FactorResetRequested {
            effective_at, asked, ..
        } => Message::FactorResetRequested {
            effective_at,
            cancel_link: text(),
            asked: twist(asked),
        },
        Message::NewDevice { asked, .. } => Message::NewDevice {
            asked: twist(asked),
            link: text(),
        },
        Message::Invitation { valid_for, .. } => Message::Invitation {
            link: text(),
            valid_for,
        },
        Message::AccountDeletionScheduled { at, .. } => Message::AccountDeletionScheduled { at, link: text() },
        Message::FactorResetDone | Message::AccountDeleted | Message::Test => message,
    }
}

#[test]
fn every_kind_of_letter_has_a_sample() {
    let source = include_str!("../../../model/letter.rs");
    let variants = source.split_once("pub enum Message {").unwrap().1;
    let variants: Vec<_> = variants
        .split_once("\n}")
        .unwrap()
        .0
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.split(|c: char| !c.is_alphanumeric()).next().unwrap())
        .collect();
    assert!(variants.len() > 20, "{variants:?}");
    let samples: Vec<_> = all().iter().map(|(_, message)| format!("{message:?}")).collect();
    for variant in variants {
        let named = |text: &String| text.split(|c: char| !c.is_alphanumeric()).next() == Some(variant);
        assert!(samples.iter().any(named), "{variant} is not in samples.rs");
    }
    let mut names: Vec<_> = all().into_iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len(), "a name stands twice");
}

#[test]
fn xs_01_xs_05_xs_06_what_strangers_chose_is_in_no_letter() {
    let twisted: Vec<_> = all()
        .into_iter()
        .map(|(name, message)| (name, hostile(message)))
        .collect();
    each(&twisted, |name, _, letter| {
        let Letter { subject, text, html } = letter;
        assert!(!subject.contains(char::is_control), "{name}: {subject:?}");
        for part in [subject, text, html] {
            for trace in ["evil", "svg", "onload", "7*7", "<b>", "Bcc", "\u{202e}", "\r"] {
                assert!(!part.contains(trace), "{name}: {trace} in {part}");
            }
        }
        let document = Html::parse_document(html);
        let select = |selector: &str| document.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
        assert!(
            select("script, svg, img, form, iframe, base, link, [onload]").is_empty(),
            "{name}"
        );
        for link in select("a") {
            assert!(
                link.attr("href").unwrap().starts_with(ISSUER),
                "{name}: {:?}",
                link.attr("href")
            );
        }
    });
}

#[test]
fn a_code_is_large_and_alone_and_not_in_the_subject() {
    let mut codes = 0;
    each(&all(), |name, message, letter| {
        let code = match message {
            Message::SignUpCode(proof, _)
            | Message::SignInCode(proof, _)
            | Message::ResetPassword(proof, _)
            | Message::ConfirmNewEmail(proof, _) => {
                assert!(letter.text.lines().any(|line| line == proof.link), "{name}");
                &proof.code
            }
            Message::SecondFactorCode { code, .. } => code,
            _ => return,
        };
        assert!(!letter.subject.contains(code.as_str()), "{name}: {}", letter.subject);
        assert!(letter.text.lines().any(|line| line == code), "{name}: {}", letter.text);
        let document = Html::parse_document(&letter.html);
        let shown = document.select(&Selector::parse("p.code").unwrap()).next().unwrap();
        assert_eq!(shown.text().collect::<String>(), *code, "{name}");
    });
    for (_, message) in all() {
        codes += usize::from(format!("{message:?}").contains("493027"));
    }
    assert_eq!(codes, 5, "a letter with a code is tested here");
}

#[test]
fn a_letter_says_who_asked_and_what_to_do_if_it_was_somebody_else() {
    each(&all(), |name, message, letter| {
        if format!("{message:?}").contains("Asked {") {
            for fact in ["Chrome · macOS", "203.0.113.7", "2026-11-12 08:30 UTC"] {
                assert!(letter.text.contains(fact), "{name}: {fact}\n{}", letter.text);
                assert!(letter.html.contains(fact), "{name}: {fact}");
            }
            let words = ["was not you", "was you", "is not you", "不是你", "是你本人"];
            assert!(
                words.iter().any(|words| letter.text.contains(words)),
                "{name}: {}",
                letter.text
            );
        }
    });
}

#[test]
fn a_letter_is_whole_in_each_language_and_carries_the_brand() {
    let settings = {
        let mut settings = settings();
        settings.branding.name = "Acme & Söhne".to_owned();
        settings
    };
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (name, message) in all() {
        for lang in Lang::ALL {
            let Letter { subject, text, html } = write_letter(&settings, &message, lang.tag());
            assert!(subject.contains("Acme & Söhne"), "{name}: {subject}");
            assert!(text.ends_with("\n\n-- \nAcme & Söhne\n"), "{name}: {text}");
            assert!(html.contains("Acme &#38; Söhne"), "{name}: {html}");
            assert!(!text.contains("&#") && !text.contains(['{', '}']), "{name}: {text}");
            assert_eq!(
                (han(&subject), han(&text)),
                (lang == Lang::ZhHans, lang == Lang::ZhHans),
                "{name}"
            );
            let document = Html::parse_document(&html);
            assert_eq!(document.root_element().attr("lang"), Some(lang.tag()));
            assert!(html.len() < 10_000, "{name}: {}", html.len());
            assert!(subject.chars().count() <= 78, "{name}: {subject}");
        }
    }
    assert!(
        write_letter(&settings, &Message::Test, "de")
            .subject
            .starts_with("Test mail"),
        "English else"
    );
}
