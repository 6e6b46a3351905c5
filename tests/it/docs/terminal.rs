//! A terminal: one shell in which a reader types one command after the other.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A shell, and what goes on in it.
pub struct Terminal {
    scratch: PathBuf,
    name: String,
    shell: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    typed: usize,
    /// The server that runs in the foreground, by its process id.
    server: Option<String>,
}

/// What a command came to.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    /// Both outputs, in the order in which they came.
    pub text: String,
}

impl Terminal {
    /// Opens one in a folder. What is typed and printed is kept in another.
    pub fn open(name: &str, folder: &Path, scratch: &Path, variables: &BTreeMap<String, String>) -> Self {
        let mut shell = Command::new("bash")
            .args(["--noprofile", "--norc"])
            .current_dir(folder)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        let mut orders = shell.stdin.take().unwrap();
        let answers = BufReader::new(shell.stdout.take().unwrap());
        // However this process ends, the pipe closes, the shell ends and takes along what runs in it.
        writeln!(orders, "trap 'kill $(jobs -p); systemctl stop passgate' EXIT").unwrap();
        Self {
            scratch: scratch.to_path_buf(),
            name: name.to_owned(),
            shell,
            orders,
            answers,
            typed: 0,
            server: None,
        }
    }

    /// Types a command and waits for its end.
    pub fn run(&mut self, command: &str) -> Said {
        assert!(self.server.is_none(), "a server runs in this terminal: {command}");
        let (script, output) = self.keep(command);
        let code = self.order(&format!(
            ". {script} </dev/null >{} 2>&1; echo $?",
            output.to_str().unwrap()
        ));
        Said {
            code: code.parse().expect("an exit code"),
            text: read(&output),
        }
    }

    /// Types the command that serves, and waits until it says that it listens.
    #[expect(clippy::disallowed_methods, reason = "waits for another process, and looks again")]
    pub fn serve(&mut self, command: &str) -> Said {
        assert!(self.server.is_none(), "a server runs in this terminal: {command}");
        let (script, output) = self.keep(&format!("exec {command}"));
        let pid = self.order(&format!(
            ". {script} </dev/null >{} 2>&1 & echo $!",
            output.to_str().unwrap()
        ));
        loop {
            let text = read(&output);
            if text.contains("Listening") {
                self.server = Some(pid);
                return Said { code: 0, text };
            }
            let gone = self.order(&format!("kill -0 {pid} 2>/dev/null; echo $?")) != "0";
            if gone {
                return Said { code: 1, text };
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// Stops the server as Ctrl-C does.
    pub fn interrupt(&mut self) -> Said {
        let pid = self.server.take().expect("a server runs in this terminal");
        let code = self.order(&format!("kill -INT {pid}; wait {pid}; echo $?"));
        Said {
            code: code.parse().expect("an exit code"),
            text: String::new(),
        }
    }

    fn keep(&mut self, command: &str) -> (String, PathBuf) {
        self.typed += 1;
        let script = self.scratch.join(format!("{}-{}.sh", self.name, self.typed));
        fs::write(&script, format!("{command}\n")).unwrap();
        let output = script.with_extension("out");
        (script.to_str().unwrap().to_owned(), output)
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").expect("the shell listens");
        let mut answer = String::new();
        let length = self.answers.read_line(&mut answer).unwrap();
        assert_ne!(length, 0, "the shell has ended");
        answer.trim().to_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It runs its trap.
        let _gone = writeln!(self.orders, "exit");
        let _gone = self.shell.wait();
    }
}

fn read(output: &Path) -> String {
    String::from_utf8_lossy(&fs::read(output).unwrap_or_default()).into_owned()
}
