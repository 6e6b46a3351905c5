//! What this machine can do at most: the bare operations that no server can do without, in the same run.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection};

use crate::Failure;
use crate::process::this_thread_cpu_seconds;

/// How long each is measured.
const WINDOW: Duration = Duration::from_secs(1);

/// About as long as what is signed for an access token.
const MESSAGE: [u8; 600] = [b'm'; 600];

/// What one core does in a second of its own time, all cores working at once.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct CpuLimits {
    /// Cores.
    pub cores: usize,
    /// RS256 signatures (2048 bits) with aws-lc-rs.
    pub signatures: f64,
    /// RS256 verifications, the public key parsed once.
    pub verifications: f64,
    /// Argon2id, m=19456 t=2 p=1, memory used again.
    pub hashes: f64,
}

/// Measures them.
pub fn cpu() -> Result<CpuLimits, Failure> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let der: Pkcs8V1Der<'_> = pair.as_der()?;
    let pair = RsaKeyPair::from_pkcs8(der.as_ref())?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &MESSAGE, &mut signature)?;
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref().to_vec());
    let public = public.parse()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let signatures = per_core(cores, || {
        let (pair, mut room) = (&pair, vec![0; 256]);
        move || {
            pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &MESSAGE, &mut room)
                .is_ok()
        }
    })?;
    let verifications = per_core(cores, || || public.verify_sig(&MESSAGE, &signature).is_ok())?;
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let hashes = per_core(cores, || {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut memory = vec![Block::new(); params.block_count()];
        move || {
            let mut output = [0; 32];
            argon2
                .hash_password_into_with_memory(b"a password", &[7; 16], &mut output, &mut memory)
                .is_ok()
        }
    })?;
    Ok(CpuLimits {
        cores,
        signatures,
        verifications,
        hashes,
    })
}

/// Runs an operation on every core for a while; gives operations per second of CPU time, which other work on the machine
/// does not change. Where that is not known it is the time of the clock.
fn per_core<O, M>(cores: usize, make: M) -> Result<f64, Failure>
where
    O: FnMut() -> bool,
    M: Fn() -> O + Sync,
{
    let one = || {
        let mut operation = make();
        let (begun, cpu) = (Instant::now(), this_thread_cpu_seconds());
        let mut done = 0_u32;
        while begun.elapsed() < WINDOW {
            if !operation() {
                return Err("a bare operation failed");
            }
            done += 1;
        }
        let used = this_thread_cpu_seconds()
            .zip(cpu)
            .map_or(begun.elapsed().as_secs_f64(), |(now, then)| now - then);
        Ok((f64::from(done), used))
    };
    let all = std::thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(one)).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or(Err("a bare operation panicked")))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let (done, used) = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    Ok(done / used)
}

const TABLE: &str = "CREATE TABLE commits (id BIGINT PRIMARY KEY, text TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO commits (id, text) VALUES ($1, $2)";
const TEXT: &str =
    "about as much as a row that stands for an authorization code: a hundred bytes or so of what was agreed";

/// One-row commits per second of a SQLite file: WAL, `synchronous=FULL`, one after the other.
pub async fn sqlite_commits(folder: &std::path::Path) -> Result<f64, Failure> {
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("commits.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    connection.execute(TABLE).await?;
    let begun = Instant::now();
    let mut done = 0_i32;
    while begun.elapsed() < WINDOW * 2 {
        done += 1;
        sqlx::query(INSERT)
            .bind(i64::from(done))
            .bind(TEXT)
            .execute(&mut connection)
            .await?;
    }
    let rate = f64::from(done) / begun.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(rate)
}

/// One-row commits per second of a PostgreSQL database through a number of connections at once.
pub async fn postgres_commits(url: &str, connections: usize) -> Result<f64, Failure> {
    PgConnection::connect(url).await?.execute(TABLE).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..connections {
        let mut connection = PgConnection::connect(url).await?;
        tasks.spawn(async move {
            let begun = Instant::now();
            let mut done = 0_i32;
            while begun.elapsed() < WINDOW * 2 {
                done += 1;
                let id = i64::try_from(number).unwrap_or_default() << 32 | i64::from(done);
                sqlx::query(INSERT).bind(id).bind(TEXT).execute(&mut connection).await?;
            }
            Ok::<_, sqlx::Error>(f64::from(done) / begun.elapsed().as_secs_f64())
        });
    }
    let mut rate = 0.0;
    for one in tasks.join_all().await {
        rate += one?;
    }
    PgConnection::connect(url).await?.execute("DROP TABLE commits").await?;
    Ok(rate)
}
