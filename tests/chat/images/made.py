"""Files as people send them, the harmless and the others."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (320, 200)


def picture(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, with a white corner at the top left."""
    image = Image.new("RGB", size, "blue")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    draw.rectangle((0, 0, size[0] // 8, size[1] // 8), fill="white")
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def png(size: tuple[int, int] = SIZE) -> bytes:
    return saved(picture(size), "PNG")


def animated_gif() -> bytes:
    """Two frames: the picture, then all green."""
    second = Image.new("RGB", SIZE, "green")
    return saved(picture(), "GIF", save_all=True, append_images=[second], duration=100)


def jpeg_with_secrets() -> bytes:
    """A photo that lies on its side, with a place, a camera and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return saved(picture(), "JPEG", exif=exif, comment=b"SecretComment", quality=95)


def png_with_secrets() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretAuthor")
    info.add_itxt("XML:com.adobe.xmp", "<x>SecretPlace</x>")
    return saved(picture(), "PNG", pnginfo=info)


def bomb(side: int = 9000) -> bytes:
    """A PNG of side x side pixels, 81 million by default, in about ten kilobytes."""
    rows = zlib.compress(bytes((1 + (side + 7) // 8) * side), 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, data = part
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def disguised() -> dict[str, bytes]:
    """What is no picture, or not only one."""
    return {
        "svg": SVG,
        "html": HTML,
        "text": b"only words",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "executable": b"MZ\x90\x00" + bytes(200),
        "bmp": saved(picture(), "BMP"),
        "tiff": saved(picture(), "TIFF"),
        "ico": saved(picture((32, 32)), "ICO"),
        "empty": b"",
        "png in name only": b"\x89PNG\r\n\x1a\n" + HTML,
        "gif in name only": b"GIF89a" + SVG,
        "jpeg in name only": b"\xff\xd8\xff\xe0" + HTML,
        "webp in name only": b"RIFF\x00\x01\x00\x00WEBP" + HTML,
        "half a png": png()[: len(png()) // 2],
        "half a jpeg": saved(picture(), "JPEG")[:700],
    }


def polyglot() -> bytes:
    """A true GIF that is a true script too, with a page behind it."""
    return animated_gif() + b"\n" + HTML
