//! Text that somebody else reads.

/// Characters that hide a text or turn its direction, so that a name looks like another (SECURITY-CASES DR-03, UN-02). The
/// joiners that scripts need for writing are none of them.
pub fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
