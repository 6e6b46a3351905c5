//! Colours as far as branding needs them: read from `#rrggbb`, compared by contrast, mixed. Pure.

use std::fmt::{self, Display, Formatter};

/// A colour of the sRGB space without transparency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// From its parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`; `None` for anything else, since it ends in a style sheet.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self::new(part(0)?, part(2)?, part(4)?))
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let value = f64::from(part) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// This colour with `percent` of another one in it.
    #[must_use]
    pub fn mixed(self, other: Self, percent: u8) -> Self {
        let percent = u16::from(percent.min(100));
        let part = |a: u8, b: u8| {
            let sum = u16::from(a) * (100 - percent) + u16::from(b) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self::new(
            part(self.red, other.red),
            part(self.green, other.green),
            part(self.blue, other.blue),
        )
    }

    /// This colour, or the nearest one towards `end` that reads at `ratio` on every one of `grounds`.
    #[must_use]
    pub fn readable_on(self, grounds: &[Self], end: Self, ratio: f64) -> Self {
        (0..=100)
            .map(|percent| self.mixed(end, percent))
            .find(|colour| grounds.iter().all(|ground| colour.contrast(*ground) >= ratio))
            .unwrap_or(end)
    }

    /// The ink that reads on this colour: of those that are offered the first that does, else black or white.
    pub fn ink(self, offered: &[Self]) -> Self {
        let best = if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        };
        offered
            .iter()
            .copied()
            .find(|ink| self.contrast(*ink) >= READABLE)
            .unwrap_or(best)
    }
}

/// The contrast that text needs (WCAG 2.2, 1.4.3).
pub const READABLE: f64 = 4.5;

impl Display for Colour {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).unwrap()
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(colour("#3B5bdb").to_string(), "#3b5bdb");
        for bad in ["", "#fff", "red", "3b5bdb", "#3b5bdg", "#+b5bdb", "#3b5bdb;}", "#éé5bd"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 0.001);
        assert!((colour("#777777").contrast(Colour::WHITE) - 4.478).abs() < 0.001);
    }

    #[test]
    fn some_ink_reads_on_every_colour() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let ground = Colour::new(red, green, blue);
                    assert!(ground.contrast(ground.ink(&[])) >= READABLE, "{ground}");
                }
            }
        }
        assert_eq!(colour("#ffd43b").ink(&[Colour::WHITE]), Colour::BLACK);
    }

    #[test]
    fn a_colour_is_bent_only_as_far_as_it_must_be_to_be_read() {
        let blue = colour("#3b5bdb");
        assert_eq!(blue.readable_on(&[Colour::WHITE], Colour::BLACK, READABLE), blue);
        let yellow = colour("#ffd43b").readable_on(&[Colour::WHITE], Colour::BLACK, READABLE);
        let ratio = yellow.contrast(Colour::WHITE);
        assert!((READABLE..5.0).contains(&ratio), "{yellow} has {ratio}");
    }
}
