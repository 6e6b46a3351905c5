//! Static files, part of the binary, each under a name that changes with its content, so that a browser may keep it for
//! ever.

use std::sync::LazyLock;

use aws_lc_rs::digest;

/// A static file, ready to be served with `Cache-Control: public, max-age=31536000, immutable`.
#[derive(Debug)]
pub struct Asset {
    name: &'static str,
    /// `/static/<stem>.<hash>.<extension>`.
    pub path: String,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// A strong `ETag`, quotes included.
    pub etag: String,
    /// The body.
    pub bytes: &'static [u8],
}

/// The folder all of them are served from.
pub const PREFIX: &str = "/static/";

macro_rules! file {
    ($name:literal, $content_type:literal) => {
        Asset::new($name, $content_type, include_bytes!(concat!("static/", $name)))
    };
}

static ASSETS: LazyLock<[Asset; 9]> = LazyLock::new(|| {
    [
        file!("app.css", "text/css; charset=utf-8"),
        file!("dark.css", "text/css; charset=utf-8"),
        file!("console.css", "text/css; charset=utf-8"),
        file!("icons.svg", "image/svg+xml"),
        file!("favicon.svg", "image/svg+xml"),
        file!("comforts.js", "text/javascript; charset=utf-8"),
        file!("passkey.js", "text/javascript; charset=utf-8"),
        file!("form_post.js", "text/javascript; charset=utf-8"),
        file!("pow.js", "text/javascript; charset=utf-8"),
    ]
});

impl Asset {
    fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let bytes = match std::str::from_utf8(bytes) {
            // Once for each start; what is served lives as long as the process.
            Ok(text) if name.ends_with(".css") => pack(text).into_bytes().leak(),
            _ => bytes,
        };
        let digest = digest::digest(&digest::SHA256, bytes);
        let hash: String = digest
            .as_ref()
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        Self {
            name,
            path: format!("{PREFIX}{stem}.{hash}.{extension}"),
            content_type,
            etag: format!("\"{hash}\""),
            bytes,
        }
    }
}

/// A style sheet without comments and without the white space that only its authors need. Our sheets hold no strings in
/// which any of it would mean something.
fn pack(sheet: &str) -> String {
    let mut rest = sheet;
    let mut packed = String::with_capacity(sheet.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        packed.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    packed.push_str(rest);
    let lines: String = packed.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    [
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        ("} ", "}"),
        ("; ", ";"),
        (";}", "}"),
        (": ", ":"),
        (", ", ","),
    ]
    .iter()
    .fold(lines.trim().to_owned(), |text, (long, short)| text.replace(long, short))
}

/// The address of the file called `name`; a test sees to it that templates name only files that exist.
pub fn asset(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("", |asset| asset.path.as_str())
}

/// The file at a request's path, if it is one of ours in its present version.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_at_its_address_and_nowhere_else() {
        let css = find(asset("app.css")).unwrap();
        assert!(
            css.path.starts_with("/static/app.") && css.path.ends_with(".css"),
            "{}",
            css.path
        );
        assert_eq!(css.content_type, "text/css; charset=utf-8");
        assert!(css.etag.starts_with('"') && css.etag.ends_with('"'));
        assert!(find("/static/app.css").is_none());
        assert!(find("/static/../Cargo.toml").is_none());
    }

    #[test]
    fn a_sheet_keeps_its_rules_and_loses_what_browsers_do_not_read() {
        let sheet = "/* Why. */\n:root {\n  --line: #dfe3e8; /* thin */\n}\n.a::before, .b > p { content: \"· \"; }\n\
                     @media (max-width: 30rem) {\n  .a :hover { margin: 0 auto; }\n}\n";
        assert_eq!(
            pack(sheet),
            ":root{--line:#dfe3e8}.a::before,.b > p{content:\"· \"}@media (max-width:30rem){.a :hover{margin:0 auto}}"
        );
        assert!(pack("a { b: c").ends_with("b:c"));
        for name in ["app.css", "console.css", "dark.css"] {
            let css = ASSETS
                .iter()
                .find(|asset| asset.name == name)
                .map(|asset| asset.bytes)
                .unwrap_or_default();
            let count = |wanted: u8| css.iter().filter(|byte| **byte == wanted).count();
            assert!(count(b'{') > 0 && count(b'{') == count(b'}'), "{name}");
        }
    }
}
