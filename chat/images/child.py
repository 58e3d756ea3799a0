"""A program of its own: one picture, as whoever sent it made it, becomes two that are ours.

    python child.py SOURCE TARGET SMALL MEGAPIXELS

Nothing else ever decodes what somebody uploaded. What goes wrong here (a bomb, a hole in a
decoder) ends this process, which has little memory, little time and nothing to lose. It knows
nothing of the desk and prints one JSON object: {"media_type", "width", "height", "small_width",
"small_height"} or {"error": "not_an_image" | "too_many_pixels" | "broken"}.
"""

import json
import resource
import sys
import warnings
from io import BytesIO
from pathlib import Path

MEBIBYTE = 2**20
SECONDS = 20  # of the processor
LONGEST_SIDE = 4096  # pixels of what is kept
SMALL = (640, 480)  # twice what a page shows, for fine screens
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# GIFs become PNGs of their first frame; an MPO is a phone's JPEG with more pictures behind it.
KEPT = {"PNG": "PNG", "GIF": "PNG", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}


def limit(megapixels: int) -> None:
    """Gives this process what a picture of so many pixels needs, and no more."""
    memory = (320 + 14 * megapixels) * MEBIBYTE
    ceilings = {"RLIMIT_AS": memory, "RLIMIT_CPU": SECONDS, "RLIMIT_CORE": 0}
    ceilings["RLIMIT_FSIZE"] = 256 * MEBIBYTE
    for name, most in ceilings.items():
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (most, most))


def convert(source: Path, target: Path, small: Path, megapixels: int) -> dict[str, object]:
    """Writes the two files; what the child prints."""
    from PIL import Image, UnidentifiedImageError

    # Asked below, in our own words; and a warning is for somebody who reads it.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        picture = Image.open(source, formats=FORMATS)
    except UnidentifiedImageError:
        return {"error": "not_an_image"}
    if picture.width * picture.height > megapixels * 1_000_000:
        return {"error": "too_many_pixels"}
    kind = KEPT[picture.format or ""]
    clean = cleaned(picture)
    clean.save(target, kind, **({"quality": 90} if kind != "PNG" else {}))
    width, height = clean.size
    clean.thumbnail(SMALL)
    clean.save(small, "WEBP", quality=80)
    return {
        "media_type": f"image/{kind.lower()}",
        "width": width,
        "height": height,
        "small_width": clean.width,
        "small_height": clean.height,
    }


def cleaned(picture):  # noqa: ANN001, ANN201  (Pillow is imported late, under the limits)
    """The first frame's pixels, upright, in sRGB and without whatever else was in the file."""
    from PIL import ImageOps

    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decodes no more than is kept
    picture.load()
    orientation = picture.getexif().get(0x0112, 1)
    profile = picture.info.get("icc_profile")
    picture = in_colours(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = in_srgb(picture, profile)
    picture.info = {}
    picture.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    return upright


def in_colours(picture):  # noqa: ANN001, ANN201
    """Red, green and blue of eight bits, with transparency where there is some."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    clear = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info
    wanted = "RGBA" if clear else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def in_srgb(picture, profile):  # noqa: ANN001, ANN201
    """What the colour profile means, since the profile itself is not kept."""
    if not profile:
        return picture
    from PIL import ImageCms

    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        ours = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, theirs, ours)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def main(source: str, target: str, small: str, megapixels: str) -> None:
    limit(int(megapixels))
    try:
        told = convert(Path(source), Path(target), Path(small), int(megapixels))
    except MemoryError:
        told = {"error": "too_many_pixels"}
    except Exception:
        told = {"error": "broken"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
