//! What the settings of mail must be together.

use std::net::IpAddr;

use lettre::message::Mailbox;

use super::{Mail, MailTransport, SmtpSecurity};

/// Demands what must hold of the section `mail`.
pub(super) fn check(mail: &Mail, demand: &mut impl FnMut(bool, &str)) {
    let from = mail.from.parse::<Mailbox>();
    demand(from.is_ok(), "mail.from is a mailbox: Name <address@host>");
    demand(
        (5..=45).contains(&mail.smtp_timeout_seconds),
        "mail.smtp_timeout_seconds is 5 to 45: a mail that takes longer is tried by another node",
    );
    demand((1..=32).contains(&mail.deliveries), "mail.deliveries is 1 to 32");
    if mail.transport == MailTransport::Capture {
        return;
    }
    let host = mail.smtp_host.as_str();
    demand(
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b)),
        "mail.smtp_host is the name of a mail server when mail.transport is smtp",
    );
    demand(
        is_loopback(host) || from.is_ok_and(|from| from.email.domain() != "localhost"),
        "mail.from is an address of your own when mail.transport is smtp",
    );
    let passwords = [&mail.smtp_password, &mail.smtp_password_file];
    let given = passwords.iter().filter(|text| !text.is_empty()).count();
    demand(
        given <= 1,
        "mail.smtp_password and mail.smtp_password_file are one password: give one of them",
    );
    demand(
        mail.smtp_username.is_empty() == (given == 0),
        "mail.smtp_username needs a password, and a password needs mail.smtp_username",
    );
    demand(
        mail.smtp_security != SmtpSecurity::None || given == 0 || is_loopback(host),
        "mail.smtp_security = none would show the password to everybody on the way: use tls or starttls",
    );
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(change: impl FnOnce(&mut Mail)) -> Vec<String> {
        let mut mail = Mail {
            from: "Acme <id@acme.example>".into(),
            transport: MailTransport::Smtp,
            smtp_host: "mail.acme.example".into(),
            smtp_port: 0,
            smtp_security: SmtpSecurity::Tls,
            smtp_username: String::new(),
            smtp_password: String::new(),
            smtp_password_file: String::new(),
            smtp_trusted_file: String::new(),
            smtp_timeout_seconds: 30,
            deliveries: 8,
        };
        change(&mut mail);
        let mut problems = Vec::new();
        check(&mail, &mut |holds, problem| {
            if !holds {
                problems.push(problem.to_owned());
            }
        });
        problems
    }

    fn login(mail: &mut Mail) {
        mail.smtp_username = "acme".into();
        mail.smtp_password = "secret".into();
    }

    #[test]
    fn a_password_never_travels_in_the_clear() {
        let plain = |host: &str| {
            problems(|mail| {
                login(mail);
                mail.smtp_security = SmtpSecurity::None;
                mail.smtp_host = host.into();
            })
        };
        for far in [
            "mail.acme.example",
            "10.0.0.5",
            "localhost.acme.example",
            "127.acme.example",
        ] {
            let found = plain(far);
            assert!(
                found.len() == 1 && found[0].contains("smtp_security = none"),
                "{found:?}"
            );
        }
        for near in ["localhost", "127.0.0.1", "::1"] {
            assert_eq!(plain(near), Vec::<String>::new());
        }
        assert!(problems(|mail| mail.smtp_security = SmtpSecurity::None).is_empty());
        assert!(problems(login).is_empty());
    }

    #[test]
    fn what_belongs_together_comes_together() {
        assert_eq!(problems(|_| ()), Vec::<String>::new());
        for (change, key) in [
            ((|mail| mail.smtp_host.clear()) as fn(&mut Mail), "smtp_host"),
            (|mail| mail.smtp_host = "mail server".into(), "smtp_host"),
            (|mail| mail.from = "Passgate <no-reply@localhost>".into(), "mail.from"),
            (|mail| mail.smtp_username = "acme".into(), "smtp_username"),
            (|mail| mail.smtp_password = "x".into(), "smtp_username"),
            (
                |mail| {
                    login(mail);
                    mail.smtp_password_file = "x".into();
                },
                "smtp_password_file",
            ),
        ] {
            let found = problems(change);
            assert!(found.len() == 1 && found[0].contains(key), "{key}: {found:?}");
        }
    }

    #[test]
    fn the_port_follows_the_protection_and_the_password_is_not_shown() {
        let port = |smtp_security| {
            let mut port = 0;
            problems(|mail| {
                mail.smtp_security = smtp_security;
                port = mail.port();
            });
            port
        };
        let all = [SmtpSecurity::Tls, SmtpSecurity::StartTls, SmtpSecurity::None];
        assert_eq!(all.map(port), [465, 587, 25]);
        problems(|mail| {
            login(mail);
            assert!(!format!("{mail:?}").contains("secret"));
        });
    }
}
