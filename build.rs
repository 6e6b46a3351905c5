//! Tells cargo that a new file under `migrations/` changes the binary: the migrations are embedded at compile time.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
