//! QR codes as SVG: squares on white, whatever the page's colours, since cameras want dark on light.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code (ISO/IEC 18004 section 9.1).
const QUIET: i32 = 4;

/// An SVG document of a text; `None` when the text is too long. It has no size of its own and says nothing to a screen
/// reader: the page gives it both.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                write!(
                    path,
                    "M{} {}h{}v1H{}z",
                    start + QUIET,
                    y + QUIET,
                    x - start,
                    start + QUIET
                )
                .ok()?;
            }
            x += 1;
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path again, module by module, as a browser would.
    fn redraw(svg: &str) -> Vec<Vec<bool>> {
        let side: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let mut modules = vec![vec![false; side]; side];
        let path = svg.split("d=\"").nth(2).unwrap().split('"').next().unwrap();
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            assert!(rest.ends_with(&format!("v1H{x}z")), "{run}");
            modules[y][x..x + length].fill(true);
        }
        modules
    }

    #[test]
    fn the_picture_is_the_code_in_a_light_frame() {
        let text = "otpauth://totp/Passgate:ada%40x.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Passgate";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let modules = redraw(&svg(text).unwrap());
        let (side, frame) = (modules.len(), QUIET as usize);
        assert_eq!(side, code.size() as usize + 2 * frame);
        for (y, row) in modules.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let expected = code.get_module(x as i32 - QUIET, y as i32 - QUIET);
                assert_eq!(*dark, expected, "module {x}, {y}");
            }
        }
    }

    #[test]
    fn a_text_that_fits_no_code_has_none_and_no_text_gets_into_the_document() {
        assert!(svg(&"x".repeat(5000)).is_none());
        let drawn = svg("<script>alert(1)</script>\"'&").unwrap();
        assert!(!drawn.contains("script") && !drawn.contains('\''));
        assert!(
            !drawn.contains("style"),
            "the policy of the pages forbids inline styles"
        );
    }
}
