use super::*;

const CHEAP: Cost = Cost {
    memory_kib: 64,
    iterations: 1,
    parallelism: 1,
};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[tokio::test]
async fn the_right_password_and_no_other() {
    let pool = PasswordPool::start(CHEAP, 2, 8).unwrap();
    let stored = pool.hash(secret("correct horse")).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
    let verdict = pool
        .verify(secret("correct horse"), Some(stored.clone()))
        .await
        .unwrap();
    assert_eq!(
        verdict,
        Verdict {
            matches: true,
            outdated: false
        }
    );
    assert!(
        !pool
            .verify(secret("correct house"), Some(stored))
            .await
            .unwrap()
            .matches
    );
    assert!(!pool.verify(secret("correct horse"), None).await.unwrap().matches);
}

#[tokio::test]
async fn a_hash_of_another_cost_is_recognised() {
    let old = PasswordPool::start(
        Cost {
            memory_kib: 32,
            ..CHEAP
        },
        1,
        8,
    )
    .unwrap();
    let stored = old.hash(secret("x")).await.unwrap();
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    let verdict = pool.verify(secret("x"), Some(stored.clone())).await.unwrap();
    assert_eq!(
        verdict,
        Verdict {
            matches: true,
            outdated: true
        }
    );
}

/// Hashes of `correct horse battery`, made with passlib 1.7, Django 5.2, bcrypt 5.0, argon2-cffi 25.1 and Python's hashlib.
const FROM_ELSEWHERE: [&str; 22] = [
    "$2a$04$uJ3/pUgS9lDKh4fhluDD0uvj3mz2o06D4a.XwPSIspaEuPZXHDEjG",
    "$2b$04$FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2",
    "$2y$04$48YH0C60mzAOhayE/kQk5OYvA.NyhGUa4YorQnUStmWc5VkXsDlAC",
    "bcrypt$$2b$04$C.DBny02qN5bM1FXciYqiO0XXZZkF2UO7I6q1zvjYO4j4fxATarfS",
    "bcrypt_sha256$$2b$04$kbJkjPFoxk9gqTMexS4bwe3/ft/RU0OZLCIoRvIKn1HL3TfV/BV1i",
    "$pbkdf2-sha256$1000$kPJ.by0FoHROKSVkbI1Rqg$DVDUtcLZTxszv5V8lI0aQGFLaypsIhLUsNl8rOSCb3U",
    "$pbkdf2-sha512$1000$XYtRau3de4/x3rs3RoiREg$jOWAPNnQoVu0J5UxkMCM0uTbRy3dL0pqjH6GNKDcOgt1SEOiaoXwCDTz8qKv3KJGeDtrzOjSk6t6FxwiDHcq/g",
    "$pbkdf2$1000$7V2rNab0Pqf0fm8NgVAqJQ$Q9t/ROIUsx7TiI2p1gI6Czfbc5k",
    "$pbkdf2-sha512$i=1000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$7F/Y1rnWXXurLCfFvAmyjyXtbABhgzBTBNcm//wlnvGBOz7OExlgRFs5qwaY5PzB3/WjR7P4yv/ACDQZpDXIfQ",
    "$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg==$7F/Y1rnWXXurLCfFvAmyjyXtbABhgzBTBNcm//wlnvGBOz7OExlgRFs5qwaY5PzB3/WjR7P4yv/ACDQZpDXIfQ==",
    "pbkdf2_sha256$1000$NaClSalt123$hnVh8NqM0DNmOIK14yiOewxiiIEwGqWz0/WJAn9pZ9U=",
    "pbkdf2_sha1$1000$NaClSalt123$i/eG9DuTYsJYNMzw6Scu5kXzd5Q=",
    "$scrypt$ln=10,r=8,p=1$I8R4r/W+t5YSojSmlNLa2w$TVgSaXTraPvFZ8nMid8CQNxVrNLgvz54G6I57Ygua9M",
    "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
    "scrypt$1024$NaClSalt123$8$5$n1eBVMwwZhrc9ufbUiyqTePxL0RQg1JG2CZORkKk9oEP1EkAVAphIzBN5l0NtvcViDAF8A7h9/oOjVAGAyPA/g==",
    "argon2$argon2id$v=19$m=64,t=1,p=1$TmFDbFNhbHQxMjM$uyvzpRvLyy4Cq+Hsj7hpHM2ylcyWGfdHaTPZboDfYKI",
    "$argon2i$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$ixmL7m1tXyHDTvqUlN09LSa8ioCN/fz7",
    "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$33WMN0/2M0zb4ZF/Qtj/TIPRnqbQncPX",
    "$argon2d$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$AdfFt0BkyU42cdgKay4GsW8u30MfFj9m",
    "$argon2d$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$1E7SRhnueZ5g148hEjuuYt+GQUAY+Paw",
    "$argon2id$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$ZbjzBupHZYjHDnCC2eEvLEy8w6qiKqhX",
    "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$ftCyDQEnYazwkw1unh753jTCuAX/LlFy",
];

#[tokio::test]
async fn hashes_from_elsewhere_are_verified_and_count_as_outdated() {
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    for stored in FROM_ELSEWHERE {
        assert_eq!(check(stored), Ok(()), "{stored}");
        let right = pool
            .verify(secret("correct horse battery"), Some(stored.into()))
            .await
            .unwrap();
        // Django's own Argon2 has our very form and cost here.
        let ours = stored.starts_with("argon2$argon2id");
        assert_eq!((right.matches, right.outdated), (true, !ours), "{stored}");
        for wrong in ["correct horse batterz", "", "correct horse battery "] {
            let verdict = pool.verify(secret(wrong), Some(stored.into())).await.unwrap();
            assert!(!verdict.matches, "{wrong:?} {stored}");
        }
    }
}

#[tokio::test]
async fn bcrypt_counts_no_more_than_72_bytes() {
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    let stored = "$2b$04$bz1NGmaXLCwB0bvV0cc/T.PaSyLupWGSH7JUjL9oojbtTUExUqWZy";
    for (length, matches) in [(71, false), (72, true), (80, true)] {
        let verdict = pool
            .verify(secret(&"a".repeat(length)), Some(stored.into()))
            .await
            .unwrap();
        assert_eq!(verdict.matches, matches, "{length}");
    }
}

/// The example that Firebase publishes with its tool.
#[tokio::test]
async fn the_scrypt_of_firebase() {
    let parameters = FirebaseParameters {
        signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==".into(),
        salt_separator: "Bw==".into(),
        rounds: 8,
        mem_cost: 14,
    };
    let hash = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    let salt = "42xEC+ixf3L2lw==";
    let stored = parameters.form(hash, salt).unwrap();
    assert!(stored.starts_with("$firebase-scrypt$ln=14,r=8,k="), "{stored}");
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    for (password, matches) in [("user1password", true), ("user2password", false)] {
        let verdict = pool.verify(secret(password), Some(stored.clone())).await.unwrap();
        assert_eq!((verdict.matches, verdict.outdated), (matches, true));
    }
    // The export writes `-` and `_`.
    let webby = |text: &str| text.replace('+', "-").replace('/', "_");
    assert_eq!(parameters.form(&webby(hash), &webby(salt)), Ok(stored));
    assert_eq!(parameters.form("AAAA", salt), Err(FormError::Damaged));
}

#[tokio::test]
async fn bf_11_a_hash_beyond_its_bounds_is_refused_at_import_and_matches_nothing() {
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    let hash = "xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8";
    let salt = "MDEyMzQ1Njc4OWFiY2RlZg";
    let bcrypt = "FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2";
    for costly in [
        format!("$argon2id$v=19$m=67108864,t=1,p=1${salt}${hash}"),
        format!("$argon2id$v=19$m=1048577,t=1,p=1${salt}${hash}"),
        format!("$argon2id$v=19$m=64,t=1000000,p=1${salt}${hash}"),
        format!("$argon2id$v=19$m=4294967295,t=4294967295,p=1${salt}${hash}"),
        format!("$argon2i$v=16$m=8192,t=1,p=65${salt}${hash}"),
        format!("$2b$18${bcrypt}"),
        format!("$2b$31${bcrypt}"),
        format!("bcrypt_sha256$$2b$31${bcrypt}"),
        format!("$scrypt$ln=21,r=8,p=1${salt}${hash}"),
        format!("$scrypt$ln=63,r=8,p=1${salt}${hash}"),
        format!("$scrypt$ln=99999999999999,r=8,p=1${salt}${hash}"),
        format!("$scrypt$ln=20,r=9,p=1${salt}${hash}"),
        format!("$scrypt$ln=14,r=8,p=17${salt}${hash}"),
        format!("$scrypt$ln=14,r=4294967295,p=1${salt}${hash}"),
        format!("scrypt$2097152$salt$8$1${hash}"),
        format!("$pbkdf2-sha256$i=10000001${salt}${hash}"),
        format!("$pbkdf2-sha256$4294967296${salt}${hash}"),
        format!("pbkdf2_sha256$10000001$salt${hash}"),
        format!("$firebase-scrypt$ln=21,r=8,k={hash},s=Bw${salt}${hash}"),
    ] {
        assert_eq!(check(&costly), Err(FormError::TooCostly), "{costly}");
        let verdict = pool.verify(secret("x"), Some(costly.clone())).await.unwrap();
        assert!(!verdict.matches, "{costly}");
    }
}

#[tokio::test]
async fn damaged_and_unknown_hashes_are_refused_and_match_nothing() {
    let pool = PasswordPool::start(CHEAP, 1, 8).unwrap();
    let bcrypt = "FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2";
    for bad in [
        "",
        "x",
        "correct horse battery",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "{SSHA}AAAA",
        "$1$salt$hash",
        "$6$salt$hash",
        "$2x$04$FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2",
        "$2b$10$x",
        "$2b$03$FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2",
        "$2b$4$FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2",
        &format!("$2b$04${bcrypt}x"),
        &format!("$2b$04${}", bcrypt.replace('F', "é")),
        "$argon2id$",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0",
        "$argon2id$v=19$m=64,t=1,p=1$$",
        "$argon2id$v=99$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$ftCyDQEnYazwkw1unh753jTCuAX/LlFy",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$ftCyDQEnYazwkw1unh753jTCuAX/LlFy",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$AAAA",
        "$scrypt$ln=10,r=0,p=1$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=0,r=8,p=1$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=10,r=8$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "scrypt$1000$salt$8$1$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$pbkdf2-sha256$i=0$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$pbkdf2-md5$i=1000$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$pbkdf2-sha256$i=1000$c2FsdA$",
        "$pbkdf2-sha256$i=-1$c2FsdA$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$firebase-scrypt$ln=14,r=8,k=,s=$AA$",
    ] {
        assert!(
            matches!(check(bad), Err(FormError::Damaged | FormError::Unknown)),
            "{bad:?}: {:?}",
            check(bad)
        );
        for password in ["", "x"] {
            let verdict = pool.verify(secret(password), Some(bad.into())).await.unwrap();
            assert!(!verdict.matches, "{bad:?}");
        }
    }
}

#[tokio::test]
async fn a_full_queue_says_busy_and_recovers() {
    let pool = PasswordPool::start(
        Cost {
            memory_kib: 4096,
            iterations: 2,
            parallelism: 1,
        },
        1,
        1,
    )
    .unwrap();
    let many = futures_util::future::join_all((0..32).map(|_| pool.verify(secret("x"), None))).await;
    assert!(many.contains(&Err(PasswordError::Busy)));
    assert!(many.iter().any(Result::is_ok));
    assert!(pool.verify(secret("x"), None).await.is_ok());
}

/// The priority of the calling thread alone, as Linux has it.
#[cfg(target_os = "linux")]
fn own_priority() -> i32 {
    rustix::process::getpriority_process(None).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_thread_that_hashes_steps_back_and_no_other() {
    let before = own_priority();
    let closed = Queue {
        performed: AtomicU64::new(0),
        waiting: Mutex::new(Waiting {
            tasks: VecDeque::new(),
            closed: true,
        }),
        arrived: Condvar::new(),
        capacity: 1,
        meter: HashingMeter::default(),
    };
    let hashing = std::thread::spawn(move || {
        Worker::new(CHEAP).run(&closed);
        own_priority()
    });
    // The weakest priority that there is stays what it is.
    assert_eq!(hashing.join().unwrap(), (before + 5).min(19));
    assert_eq!(own_priority(), before);
    assert_eq!(std::thread::spawn(own_priority).join().unwrap(), before);
}
