//! The `passgate` binary: reads the arguments and hands over.

fn main() -> std::process::ExitCode {
    passgate::cli::main()
}
