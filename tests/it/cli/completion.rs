//! `passgate completion`.

use crate::harness::command_line::Installation;

#[test]
fn every_shell_learns_the_commands_and_nothing_is_opened() {
    let installation = Installation::new().with("PASSGATE_LISTEN", "nonsense");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = installation.run(&["completion", shell]);
        assert_eq!(script.code, Some(0), "{script:?}");
        for word in ["rotate-secret", "set-password", "apply", "--server"] {
            assert!(script.out.contains(word.trim_start_matches('-')), "{shell}: {word}");
        }
    }
    assert_eq!(installation.run(&["completion", "tcsh"]).code, Some(2));
    assert_eq!(std::fs::read_dir(installation.folder.path()).unwrap().count(), 0);
}

#[test]
fn bash_takes_it() {
    let installation = Installation::new();
    let script = installation.run(&["completion", "bash"]).out;
    let file = installation.folder.path().join("passgate.bash");
    std::fs::write(&file, format!("{script}\nCOMP_WORDS=(passgate user set-pa); COMP_CWORD=2; _passgate passgate set-pa user; echo \"${{COMPREPLY[@]}}\"\n")).unwrap();
    let said = std::process::Command::new("bash").arg(&file).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("set-password"), "{said}");
}
