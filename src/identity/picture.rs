//! Pictures of people: recognised by what they are, decoded within bounds, and drawn anew as a square. What was hidden in
//! the file (places, comments, a second file) does not survive that.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

/// The most bytes of a file.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most pixels on one side.
const MAX_SIDE: u32 = 8192;
/// The most pixels altogether: the compressed file says nothing of what it needs in memory.
const MAX_PIXELS: u64 = 16 * 1024 * 1024;
/// What a decoder may take for itself beside the picture, bytes.
const MAX_ALLOC: u64 = 96 * 1024 * 1024;
/// The side of what is drawn.
const SIDE: u32 = 256;
/// Of 100; higher ones weigh more than they show at this size.
const QUALITY: u8 = 85;

/// A picture that we drew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/jpeg`, or `image/png` where something shines through.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why a file is no picture for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More than [`MAX_BYTES`].
    #[error("the file is larger than 1 MiB")]
    TooLarge,
    /// Neither PNG, JPEG, WebP nor GIF, whatever it is called.
    #[error("the file is no PNG, JPEG, WebP or GIF")]
    Kind,
    /// More pixels than we decode.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// Cut off or damaged.
    #[error("the picture is damaged")]
    Damaged,
}

/// Draws a file anew, 256 pixels square, its middle where it was not square. Takes milliseconds of a core and tens of
/// megabytes: not for a thread that others wait for.
pub fn redraw(file: &[u8]) -> Result<Picture, PictureError> {
    if file.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let picture = decode(file)?;
    let square = picture.resize_to_fill(SIDE, SIDE, FilterType::Triangle);
    let mut bytes = Vec::new();
    let (media_type, written) = if shines_through(&square) {
        let drawn = DynamicImage::ImageRgba8(square.into_rgba8());
        ("image/png", drawn.write_with_encoder(PngEncoder::new(&mut bytes)))
    } else {
        let drawn = DynamicImage::ImageRgb8(square.into_rgb8());
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        ("image/jpeg", drawn.write_with_encoder(encoder))
    };
    written.map_err(|_| PictureError::Damaged)?;
    Ok(Picture { media_type, bytes })
}

fn decode(file: &[u8]) -> Result<DynamicImage, PictureError> {
    let format = image::guess_format(file).map_err(|_| PictureError::Kind)?;
    if !matches!(
        format,
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif
    ) {
        return Err(PictureError::Kind);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_ALLOC {
        return Err(PictureError::TooManyPixels);
    }
    // Cameras do not turn the picture, they note how they were held.
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn refusal(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooManyPixels,
        image::ImageError::Unsupported(_)
        | image::ImageError::Decoding(_)
        | image::ImageError::Encoding(_)
        | image::ImageError::Parameter(_)
        | image::ImageError::IoError(_) => PictureError::Damaged,
    }
}

fn shines_through(picture: &DynamicImage) -> bool {
    picture.color().has_alpha()
        && picture
            .to_rgba8()
            .pixels()
            .any(|pixel| pixel.0.last() != Some(&u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};
    use proptest::prelude::*;

    fn sample(width: u32, height: u32, alpha: u8) -> DynamicImage {
        let paint = |x, y| Rgba([(x % 256) as u8, (y % 256) as u8, 90, alpha]);
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, paint))
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn every_kind_becomes_a_small_square() {
        for (format, alpha, becomes) in [
            (ImageFormat::Png, 255, "image/jpeg"),
            (ImageFormat::Png, 90, "image/png"),
            (ImageFormat::WebP, 255, "image/jpeg"),
            (ImageFormat::Gif, 255, "image/jpeg"),
        ] {
            let drawn = redraw(&file(&sample(300, 80, alpha), format)).unwrap();
            assert_eq!(drawn.media_type, becomes, "{format:?}");
            let again = image::load_from_memory(&drawn.bytes).unwrap();
            assert_eq!((again.width(), again.height()), (256, 256), "{format:?}");
        }
        let jpeg = file(
            &DynamicImage::ImageRgb8(sample(20, 400, 255).into_rgb8()),
            ImageFormat::Jpeg,
        );
        assert_eq!(redraw(&jpeg).unwrap().media_type, "image/jpeg");
    }

    #[test]
    fn what_hides_in_a_file_does_not_survive() {
        let mut jpeg = file(
            &DynamicImage::ImageRgb8(sample(40, 40, 255).into_rgb8()),
            ImageFormat::Jpeg,
        );
        // A comment segment behind the first marker, and a script behind the end.
        jpeg.splice(2..2, [&[0xff, 0xfe, 0x00, 0x0b][..], b"SECRET-GP"].concat());
        jpeg.extend_from_slice(b"<script>alert(1)</script>");
        let drawn = redraw(&jpeg).unwrap();
        for hidden in [&b"SECRET"[..], b"<script>"] {
            assert!(!drawn.bytes.windows(hidden.len()).any(|part| part == hidden));
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        for bad in [&svg[..], b"", b"GIF", b"<html>", b"BM\0\0\0\0", b"%PDF-1.7", b"II*\0"] {
            assert_eq!(redraw(bad), Err(PictureError::Kind), "{bad:?}");
        }
        assert_eq!(redraw(&vec![0; MAX_BYTES + 1]), Err(PictureError::TooLarge));
        let whole = file(&sample(64, 64, 255), ImageFormat::Png);
        assert_eq!(redraw(&whole[..whole.len() / 2]), Err(PictureError::Damaged));
    }

    #[test]
    fn a_small_file_that_would_be_huge_is_refused() {
        // The header alone says it; the same header with honest numbers would be decoded.
        let mut png = file(&sample(8, 8, 255), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
        assert!(matches!(
            redraw(&png),
            Err(PictureError::TooManyPixels | PictureError::Damaged)
        ));
        let gif_header = [&b"GIF89a"[..], &[0xff, 0xff, 0xff, 0xff, 0, 0, 0]].concat();
        assert!(matches!(
            redraw(&gif_header),
            Err(PictureError::TooManyPixels | PictureError::Damaged)
        ));
        let wide = file(&DynamicImage::new_luma8(8000, 4000), ImageFormat::Png);
        assert!(wide.len() < MAX_BYTES);
        assert_eq!(redraw(&wide), Err(PictureError::TooManyPixels));
    }

    proptest! {
        #[test]
        fn damage_is_an_error_and_never_a_panic(at in 0_usize..600, byte: u8, cut in 0_usize..600) {
            for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
                let mut bytes = file(&sample(16, 16, 200), format);
                let length = bytes.len();
                bytes[at % length] = byte;
                bytes.truncate(length - cut % length);
                let _ = redraw(&bytes);
            }
        }
    }
}
