"""What becomes of an upload: a harmless picture of ours, or a refusal that says why."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from chat.images import decoding, store
from chat.images.decoding import Unusable
from tests.chat.images import made

KEY = "0123456789abcdef" * 2


def make(content: bytes) -> decoding.Made:
    source = store.incoming("upload")
    source.write_bytes(content)
    return decoding.make(source, KEY)


def kept(told: decoding.Made) -> Image.Image:
    return Image.open(store.picture(KEY, told.media_type))


def refused(content: bytes) -> Unusable:
    with pytest.raises(Unusable) as caught:
        make(content)
    assert list((store.incoming("x").parent).glob(f"{KEY}*")) == []
    assert not store.small(KEY).exists()
    return caught.value


def is_near(colour: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(colour[:3], wanted, strict=True))


RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


@pytest.mark.parametrize(
    ("kind", "options", "becomes"),
    [
        ("PNG", {}, "image/png"),
        ("JPEG", {}, "image/jpeg"),
        ("WEBP", {}, "image/webp"),
        ("GIF", {}, "image/png"),
        ("MPO", {"save_all": True, "append_images": [made.picture()]}, "image/jpeg"),
    ],
)
def test_each_kind_is_encoded_anew(kind, options, becomes):
    told = make(made.saved(made.picture(), kind, **options))
    assert (told.media_type, told.width, told.height) == (becomes, *made.SIZE)
    image = kept(told)
    assert is_near(image.convert("RGB").getpixel((100, 150)), RED)
    assert is_near(image.convert("RGB").getpixel((300, 150)), BLUE)
    with Image.open(store.small(KEY)) as small:
        assert (small.format, small.size) == ("WEBP", (told.small_width, told.small_height))
    assert told.bytes == sum(path.stat().st_size for path in store.small(KEY).parent.iterdir())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_to_write_colours_can_be_shown(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = made.picture(mode="L" if mode == "I;16" else mode).convert(mode)
    assert kept(make(made.saved(image, kind))).mode in ("RGB", "RGBA")


def test_a_large_picture_is_made_smaller_and_its_thumbnail_fits():
    told = make(made.png((6000, 1500)))
    assert (told.width, told.height) == (4096, 1024)
    assert (told.small_width, told.small_height) == (640, 160)


def test_of_an_animation_the_first_frame_stays():
    image = kept(make(made.animated_gif()))
    assert getattr(image, "n_frames", 1) == 1
    assert is_near(image.convert("RGB").getpixel((300, 150)), BLUE)


def test_a_photo_stands_upright_and_tells_nothing_else():
    told = make(made.jpeg_with_secrets())
    assert (told.width, told.height) == (200, 320)
    image = kept(told)
    # The white corner of the sensor's top left is at the top right once it is turned.
    assert is_near(image.getpixel((190, 10)), WHITE)
    assert not image.getexif()
    for path in (store.picture(KEY, told.media_type), store.small(KEY)):
        content = path.read_bytes()
        assert not any(word in content for word in (b"Exif", b"Secret", b"GPS", b"ICC"))


def test_texts_in_a_png_are_gone():
    told = make(made.png_with_secrets())
    assert b"Secret" not in store.picture(KEY, told.media_type).read_bytes()


def test_of_a_polyglot_only_the_picture_stays():
    told = make(made.polyglot())
    content = store.picture(KEY, told.media_type).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert b"script" not in content


@pytest.mark.parametrize("name", [n for n in made.disguised() if n not in ("svg", "html")])
def test_what_is_no_picture_is_refused_by_the_decoder_too(name):
    assert refused(made.disguised()[name]).code in ("not_an_image", "broken")


@pytest.mark.parametrize("name", ["svg", "html", "text", "pdf", "executable", "bmp", "tiff", "ico"])
def test_and_most_of_it_is_not_worth_a_process(name):
    assert not decoding.looks_like_a_picture(made.disguised()[name])


def test_81_million_pixels_in_ten_kilobytes_are_not_decoded():
    content = made.bomb()
    assert len(content) < 20_000
    refusal = refused(content)
    assert (refusal.code, refusal.status) == ("too_many_pixels", 422)
    assert "40 megapixels" in refusal.detail


def test_and_it_takes_no_memory_to_find_that_out(tmp_path):
    """To decode it takes 449 MB."""
    (tmp_path / "bomb.png").write_bytes(made.bomb())
    script = (
        f"import sys; sys.path.insert(0, {str(decoding.CHILD.parent)!r})\n"
        "import child, pathlib\n"
        f"told = child.convert(pathlib.Path({str(tmp_path / 'bomb.png')!r}), None, None, 40)\n"
        "print(told['error'], open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    said = subprocess.check_output([sys.executable, "-I", "-c", script], text=True)
    error, kibibytes = said.split()
    assert error == "too_many_pixels"
    assert int(kibibytes) < 100_000


def test_a_decoder_that_wants_too_much_memory_ends_alone(monkeypatch, tmp_path):
    greedy = tmp_path / "greedy.py"
    greedy.write_text(
        f"import sys; sys.path.insert(0, {str(decoding.CHILD.parent)!r})\n"
        "import child\nchild.limit(40)\nb = bytearray(3 * 2**30)\nprint('{}')\n"
    )
    monkeypatch.setattr(decoding, "CHILD", greedy)
    assert refused(made.png()).code == "broken"


def test_a_decoder_that_dies_or_hangs_ends_alone(monkeypatch, tmp_path):
    for script, patience in (
        ("import os; os.kill(os.getpid(), 11)", 25),
        ("import time; time.sleep(600)", 0.3),
    ):
        child = tmp_path / "child.py"
        child.write_text(script)
        monkeypatch.setattr(decoding, "CHILD", child)
        monkeypatch.setattr(decoding, "PATIENCE", patience)
        assert refused(made.png()).code == "broken"


def test_the_decoder_has_nothing_of_the_desk_s(monkeypatch):
    """No secret in its environment, and no Django in its process."""
    seen = {}
    real = subprocess.run

    def run(command, **options):
        seen.update(options)
        return real(command, **options)

    monkeypatch.setenv("HELPDESK_SECRET", "secret")
    monkeypatch.setattr(subprocess, "run", run)
    make(made.png())
    assert seen["env"] == {}
    assert "django" not in decoding.CHILD.read_text()
    assert Image.open(BytesIO(made.png())).size == made.SIZE
