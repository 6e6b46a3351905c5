//! Reads a source file as a row of tokens, without comments, texts and what is compiled for tests only.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A file without its tests.
pub(super) struct Source {
    /// `["web", "oidc", "token"]`; empty for lib.rs.
    pub(super) module: Vec<String>,
    pub(super) tokens: Vec<Token>,
    /// Files that `#[cfg(test)] mod name;` declares.
    pub(super) test_files: Vec<PathBuf>,
}

pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Source {
    pub(super) fn parse(path: &Path, text: &str) -> Self {
        let stem = path.with_extension("");
        let mut module: Vec<String> = stem.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let mut folder = stem;
        if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            module.pop();
            folder.pop();
        }
        let stream: TokenStream = text.parse().expect("Rust");
        let mut source = Self {
            module,
            tokens: Vec::new(),
            test_files: Vec::new(),
        };
        source.flatten(stream, &folder);
        source
    }

    /// Puts the tokens in a row, `::` as one and groups with their brackets, and leaves out what is compiled for
    /// tests only.
    fn flatten(&mut self, stream: TokenStream, folder: &Path) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            if is_test_attribute(&trees[at..]) {
                let item = &trees[at..at + item_length(&trees[at..])];
                self.test_files
                    .extend(declared_file(item, folder).into_iter().flatten());
                at += item.len();
                continue;
            }
            let line = tree.span().start().line;
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::None => ("", ""),
                    };
                    self.tokens.push(Token {
                        text: open.to_owned(),
                        line,
                    });
                    self.flatten(group.stream(), folder);
                    self.tokens.push(Token {
                        text: close.to_owned(),
                        line: group.span_close().start().line,
                    });
                }
                TokenTree::Punct(colon) if colon.as_char() == ':' && is_punct(trees.get(at + 1), ':') => {
                    self.tokens.push(Token {
                        text: "::".to_owned(),
                        line,
                    });
                    at += 1;
                }
                TokenTree::Literal(_) => self.tokens.push(Token {
                    text: "literal".to_owned(),
                    line,
                }),
                other => self.tokens.push(Token {
                    text: other.to_string(),
                    line,
                }),
            }
            at += 1;
        }
    }

    pub(super) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }
}

fn is_punct(tree: Option<&TokenTree>, sign: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_test_attribute(trees: &[TokenTree]) -> bool {
    let attribute = trees.get(1).map(|tree| tree.to_string().replace(' ', ""));
    is_punct(trees.first(), '#') && attribute.as_deref() == Some("[cfg(test)]")
}

/// How many tokens the item has that begins with an attribute: to its `;` or its braces, for a field to its comma.
fn item_length(trees: &[TokenTree]) -> usize {
    let mut start = 0;
    while is_punct(trees.get(start), '#') {
        start += 2;
    }
    let visibility = |tree: &&TokenTree| tree.to_string() == "pub" || matches!(tree, TokenTree::Group(_));
    let keyword = trees[start..]
        .iter()
        .find(|tree| !visibility(tree))
        .map(ToString::to_string);
    let import = keyword.as_deref() == Some("use");
    let field = trees[start..].iter().take(4).any(|tree| is_punct(Some(tree), ':')) && !import;
    for (at, tree) in trees.iter().enumerate().skip(start) {
        let block = matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if is_punct(Some(tree), ';') || (block && !import) || (field && is_punct(Some(tree), ',')) {
            return at + 1;
        }
    }
    trees.len()
}

/// The two places where the file of `mod name;` may lie.
fn declared_file(item: &[TokenTree], folder: &Path) -> Option<[PathBuf; 2]> {
    let words: Vec<String> = item.iter().map(ToString::to_string).collect();
    match words.as_slice() {
        [.., keyword, name, end] if keyword == "mod" && end == ";" => {
            Some([folder.join(format!("{name}.rs")), folder.join(name).join("mod.rs")])
        }
        _ => None,
    }
}
