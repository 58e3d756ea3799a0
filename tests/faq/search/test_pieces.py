import pytest

from faq.search.pieces import BEGIN, END, LONGEST, MOST, UNKNOWN, Pieces, normalised
from faq.search.universal_export import PIECES_FILE
from tests.faq.search.test_embeddings import SENTENCES, demo_wordings

# What people and their programs write, and no tokenizer expects.
ODD = [
    "Wie setze ich mein Paßwort zurück?", "¿Dónde está la biblioteca?", "Привет, мир!",
    "パスワード　リセット", "密码忘了怎么办", "รหัสผ่าน", "ﬁle ½ № ① Ⅷ",
    "ÄÖÜ ẞ İ ı", "I’m can't — no…", "non\u00a0breaking", "tab\there\r\nline",
    "  many   spaces  ", "zero\u200bwidth", "soft\u00adhyphen", "e\u0301 combined",
    "🎉 👩\u200d💻 party", "\x01\x02bell\x07", "\u2581 is a piece", "\u65e5\ue000\ue001\u672c",
    "a\u2060b", "\ufeffmark",
]  # fmt: skip


@pytest.fixture(scope="module")
def pieces(models) -> Pieces:
    return Pieces(models / "universal-sentence-encoder-multilingual-3")


def test_the_pieces_are_those_of_the_published_model(pieces, models):
    """Byte for byte what SentencePiece makes of it, over texts of many kinds."""
    library = pytest.importorskip("sentencepiece")
    folder = models / "universal-sentence-encoder-multilingual-3"
    reference = library.SentencePieceProcessor(model_file=str(folder / PIECES_FILE))
    texts = [*ODD, *filter(None, SENTENCES), *demo_wordings()]
    assert len(texts) > 300
    wrong = [
        text
        for text in texts
        if pieces(text) != [BEGIN, *reference.encode(text[:LONGEST])[:MOST], END]
    ]
    assert wrong == []


def test_no_text_is_one_unknown_piece(pieces):
    for text in ("", "   ", "\n", "\u200b"):
        assert pieces(text) == [BEGIN, UNKNOWN, END]


def test_a_long_text_counts_by_its_beginning(pieces):
    for text in ("word " * 100_000, "\ufdfa" * 4000, "密" * 4000):
        assert len(pieces(text)) <= MOST + 2


def test_white_space_of_any_kind_is_one_mark():
    assert normalised(" a\u3000 b\t\nc ") == "\u2581a\u2581b\u2581c"
