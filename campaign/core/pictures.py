"""Pictures that people send: drawn anew, so that nothing the camera wrote in them stays."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, UnidentifiedImageError

from campaign.core.errors import RefusedError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 8 * 1024 * 1024
# A JPEG is opened at a fraction of its size, so its pixels cost little; the others are opened whole.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
LONGEST_SIDE = 640
LARGEST_DRAWN = 24 * 1024
QUALITIES = (70, 60, 50, 40, 30, 20)
SMALLER = 0.8
FEWEST_PIXELS = 32


class NotAPictureError(RefusedError):
    """A file that is no picture we can open."""

    code = "not_a_picture"
    message = _l("This file is no picture we can open. Send a JPEG, PNG or WebP file.")


class PictureTooLargeError(RefusedError):
    """Too many bytes or pixels: perhaps made to fill the memory of who opens it."""

    code = "picture_too_large"
    message = _l(
        "This picture is too large: 8 MB and 60 million points at most, 16 for PNG and WebP."
    )


class PictureTooSmallError(RefusedError):
    """A picture of a few points."""

    code = "picture_too_small"
    message = _l("This picture is too small to be seen: 32 points on each side at least.")


@dataclass(frozen=True)
class DrawnPicture:
    """A picture in WebP, with its size in points and the digest it is named by."""

    body: bytes
    width: int
    height: int
    digest: str


def draw_anew(sent: bytes) -> DrawnPicture:
    """The same picture at most 640 points wide or high and 24 kB heavy, turned as it was meant to be
    seen, without EXIF, XMP, IPTC, colour profile, comment or thumbnail; of a moving one, the first
    image.

    Raises NotAPictureError, PictureTooLargeError (before its points are unpacked),
    PictureTooSmallError.
    """
    if len(sent) > MOST_BYTES:
        raise PictureTooLargeError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(_opened(sent))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLargeError from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPictureError from error


def _opened(sent: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(sent), formats=FORMATS)
    width, height = picture.size
    if width * height > MOST_PIXELS[str(picture.format)]:
        raise PictureTooLargeError
    if min(width, height) < FEWEST_PIXELS:
        raise PictureTooSmallError
    picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
    upright = ImageOps.exif_transpose(picture)
    if "A" in upright.getbands() or "transparency" in upright.info:
        ground = Image.new("RGBA", upright.size, "white")
        ground.alpha_composite(upright.convert("RGBA"))
        upright = ground
    plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Points only: what else the file held is not carried over.
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    return bare


def _encoded(picture: Image.Image) -> DrawnPicture:
    """Coarser, then smaller, until it is light enough for a phone on a bad line."""
    while True:
        for quality in QUALITIES:
            kept = io.BytesIO()
            picture.save(kept, "WEBP", quality=quality, method=5)
            if kept.tell() <= LARGEST_DRAWN:
                body = kept.getvalue()
                digest = hashlib.blake2b(body, digest_size=16).hexdigest()
                return DrawnPicture(body, picture.width, picture.height, digest)
        width, height = picture.size
        picture = picture.resize((max(1, int(width * SMALLER)), max(1, int(height * SMALLER))))
