import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from faq.search import embeddings
from faq.search.embeddings import DIMENSIONS, ModelMissing, embed
from tests.faq.conftest import DEMO
from tests.settings import ROOT

SENTENCES = [
    "How do I get on wifi?",
    "password",
    "My VPN client says 'connection refused (error 51)' since Monday!",
    "Où est la bibliothèque, s'il vous plaît?",
    "日本語のパスワードを忘れました",
    "naïve café — résumé… 100 % 🎉",
    "antidisestablishmentarianism " * 3,
    "x" * 150,
    "word " * 400,
    "",
    "a",
    "https://help.example.edu/accounts/reset-password?step=2#top",
]


def demo_wordings() -> list[str]:
    categories = json.loads(DEMO.read_text())["categories"]
    entries = [entry for category in categories for entry in category["entries"]]
    return [text for entry in entries for text in [entry["title"], *entry["phrasings"]]]


def test_every_row_is_a_unit_vector_in_the_order_asked(model):
    rows = embed(SENTENCES)
    assert rows.shape == (len(SENTENCES), DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for sentence, row in zip(SENTENCES, rows, strict=True):
        assert np.allclose(embed([sentence])[0], row, atol=1e-5)


def test_no_texts_have_no_rows(model):
    assert embed([]).shape == (0, DIMENSIONS)


def test_many_texts_come_in_portions_without_a_seam(model, monkeypatch):
    monkeypatch.setattr(embeddings, "TEXTS_AT_ONCE", 5)
    texts = demo_wordings()[:23]
    assert np.allclose(embed(texts), [embed([text])[0] for text in texts], atol=1e-5)


def test_the_surface_is_of_the_words_and_not_of_what_they_mean_together(model):
    rows = embeddings.surface(["change my password", "my password change", "wifi", ""])
    assert rows.shape == (4, DIMENSIONS)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > 0.98 > rows[0] @ rows[2]


def test_near_in_meaning_is_near_in_space(model):
    ask, same, other = embed(["How do I get on wifi?", "wireless network login", "bake bread"])
    assert ask @ same > 0.4 > 0.2 > ask @ other


def test_nearly_equal_to_torch(model):
    """What eight bits lose: a cosine of 0.9995 on average, as docs/answers.md says."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = str(settings.EMBEDDING_MODEL_DIR)
    reference = transformers.BertModel.from_pretrained(folder).eval()
    cosines = []
    for sentence in SENTENCES[:9] + demo_wordings()[:40]:
        ids = torch.tensor([model.tokenizer.encode(sentence).ids])
        with torch.inference_mode():
            mean = reference(input_ids=ids).last_hidden_state.mean(dim=1)
        expected = torch.nn.functional.normalize(mean)[0].numpy()
        cosines.append(embed([sentence])[0] @ expected)
    assert min(cosines) > 0.998
    assert np.mean(cosines) > 0.999


def test_the_tokens_are_those_of_the_published_tokenizer(model):
    """WordPiece over the same vocabulary, as transformers' BertTokenizer has it."""
    transformers = pytest.importorskip("transformers")
    reference = transformers.BertTokenizer(vocab=model.tokenizer.get_vocab())
    texts = SENTENCES + demo_wordings()
    assert len(texts) > 300
    for text in texts:
        expected = reference(text, truncation=True, max_length=embeddings.LONGEST)["input_ids"]
        assert model.tokenizer.encode(text).ids == expected, text


def test_a_model_that_is_not_there_says_what_to_do(no_model):
    assert not embeddings.available()
    with pytest.raises(ModelMissing, match=r"manage\.py fetch_models"):
        embed(["wifi"])


@pytest.fixture
def copy(models, settings, tmp_path: Path):
    """A folder with the model's files, to be damaged."""
    folder = tmp_path / "all-minilm-l6-v2"
    folder.mkdir()
    for name in embeddings.MODEL_FILES:
        (folder / name).symlink_to(models / "all-minilm-l6-v2" / name)
    settings.EMBEDDING_MODEL_DIR = folder
    yield folder
    embeddings._load.cache_clear()
    embeddings._told.clear()


@pytest.mark.parametrize("name", [embeddings.GRAPH, embeddings.WEIGHTS])
def test_a_model_of_an_earlier_version_counts_as_none_until_it_is_prepared(copy, name):
    assert embeddings.available()
    (copy / name).unlink()
    assert not embeddings.available()


@pytest.mark.parametrize("name", [embeddings.GRAPH, embeddings.WEIGHTS, "tokenizer.json"])
def test_a_model_that_does_not_load_counts_as_none_and_is_logged_once(copy, caplog, name):
    (copy / name).unlink()
    (copy / name).write_bytes(b"")
    for _ in range(2):
        with pytest.raises(ModelMissing, match=r"does not load .* manage\.py fetch_models"):
            embed(["wifi"])
    assert sum("the search goes by words" in line for line in caplog.messages) == 1


def test_a_missing_library_counts_as_a_missing_model(copy, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelMissing, match=r"pip install -r requirements\.txt"):
        embed(["wifi"])


ONE_QUESTION = """
import django; django.setup()
from faq.search.embeddings import embed
embed(["wifi"])
"""


def test_nobody_is_told_of_the_machine_it_runs_on(models, tmp_path: Path):
    """ONNX Runtime's builds for Linux keep reports for their maker, from the import on, and send
    them; not under a CI, which they know by its variable."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"HOME": str(tmp_path), "HELPDESK_MODELS": str(models)}
    environment |= {"DJANGO_SETTINGS_MODULE": "helpdesk.settings", "HELPDESK_DATA": str(tmp_path)}
    for name in ("XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"):
        environment.pop(name, None)
    subprocess.run(
        [sys.executable, "-c", ONE_QUESTION], cwd=ROOT, env=environment, check=True, timeout=120
    )
    assert not list(tmp_path.rglob("*onnxruntime*"))
    assert not list(tmp_path.rglob("deviceid"))


def test_a_half_fetched_model_counts_as_none(settings, tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    settings.EMBEDDING_MODEL_DIR = tmp_path
    assert not embeddings.available()
