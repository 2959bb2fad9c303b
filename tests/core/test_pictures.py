"""Pictures that people send are drawn anew, and what would harm is refused before it is unpacked."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from campaign.core.pictures import (
    LARGEST_DRAWN,
    LONGEST_SIDE,
    MOST_BYTES,
    NotAPictureError,
    PictureTooLargeError,
    PictureTooSmallError,
    draw_anew,
)

SECRET = b"SECRETPLACE"


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, kind, **options)  # type: ignore[arg-type]
    return kept.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """What compresses worst."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def png_of(width: int, height: int) -> bytes:
    """The first bytes of a PNG that says it is so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_the_camera_wrote_stays(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": exif, "icc_profile": SECRET * 9}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", SECRET.decode())
        options["pnginfo"] = texts
    if kind == "JPEG":
        options["comment"] = SECRET
    sent = written(Image.new("RGB", (200, 100), "teal"), kind, **options)
    assert SECRET in sent
    drawn = draw_anew(sent)
    assert SECRET not in drawn.body
    again = Image.open(io.BytesIO(drawn.body))
    assert (again.format, again.size) == ("WEBP", (200, 100))
    assert not again.getexif()
    assert "icc_profile" not in again.info
    assert "xmp" not in again.info


def test_it_stands_as_it_was_meant_to_be_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    drawn = draw_anew(written(Image.new("RGB", (200, 100)), "JPEG", exif=exif))
    assert (drawn.width, drawn.height) == (100, 200)


@pytest.mark.parametrize("size", [(640, 640), (3000, 2000), (2000, 500)])
def test_it_is_small_and_light_whatever_it_shows(size: tuple[int, int]) -> None:
    drawn = draw_anew(written(noise(*size), "JPEG", quality=60))
    assert len(drawn.body) <= LARGEST_DRAWN
    assert max(drawn.width, drawn.height) <= LONGEST_SIDE


def test_what_is_see_through_stands_on_white() -> None:
    drawn = draw_anew(written(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(drawn.body)).convert("RGB").getpixel((30, 30)) == (255, 255, 255)


def test_the_same_picture_has_the_same_digest() -> None:
    sent = written(Image.new("RGB", (64, 64), "teal"), "PNG")
    assert draw_anew(sent).digest == draw_anew(sent).digest


@pytest.mark.parametrize("size", [(100_000, 100_000), (20_000, 10_000), (5_000, 4_000)])
def test_a_bomb_is_refused_by_what_it_says_of_itself(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLargeError):
        draw_anew(png_of(*size))


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(PictureTooLargeError):
        draw_anew(b"\xff\xd8" + b"\0" * MOST_BYTES)


def test_a_picture_of_a_few_points_is_refused() -> None:
    with pytest.raises(PictureTooSmallError):
        draw_anew(written(Image.new("RGB", (20, 400)), "PNG"))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        png_of(100, 100),
        written(Image.new("RGB", (64, 64)), "JPEG")[:300],
        written(Image.new("RGB", (64, 64)), "GIF"),
        written(Image.new("RGB", (64, 64)), "PDF"),
        written(Image.new("RGB", (64, 64)), "TIFF"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(sent: bytes) -> None:
    with pytest.raises(NotAPictureError):
        draw_anew(sent)
