import time

import pytest
from django.conf import settings

from chat.bot import language_model
from tests.services.patience import within

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]


def never():
    return False


class Patience:
    """A `stop` that says no so many times."""

    def __init__(self, times):
        self.left = times

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.fixture
def language(settings, monkeypatch):
    """Make the process's model anew: language(LANGUAGE_MODEL=...)."""
    monkeypatch.setattr(language_model, "_current", None)

    def make(**changes):
        for name, value in changes.items():
            setattr(settings, name, value)
        return language_model.current()

    return make


@pytest.fixture(scope="module")
def embedded(models):
    """The real embedded model, loaded once for the module."""
    settings.LANGUAGE_MODEL, before = "embedded", settings.LANGUAGE_MODEL
    try:
        return language_model.TransformersModel()
    finally:
        settings.LANGUAGE_MODEL = before


def test_the_embedded_model_answers_in_pieces(embedded):
    pieces = list(embedded.generate(QUESTION, stop=never))
    assert "".join(pieces) == "The capital of France is Paris."
    assert len(pieces) > 4


def test_it_stops_within_two_pieces(embedded):
    written: list[str] = []
    story = [{"role": "user", "content": "Tell me a long story."}]
    written.extend(embedded.generate(story, stop=Patience(3)))
    assert 1 <= len(written) <= 4


def test_its_chat_template_is_the_one_it_was_trained_with(embedded):
    tokenizer = embedded._tokenizer
    text = tokenizer.apply_chat_template(
        [{"role": "system", "content": "Be brief."}, *QUESTION],
        tokenize=False,
        add_generation_prompt=True,
    )
    assert text == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhat is the capital of France?"
        "<|im_end|>\n<|im_start|>assistant\n"
    )
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert (ids[0], ids.count(1), ids.count(2)) == (1, 3, 2)
    assert embedded._ends == {2}


@pytest.mark.parametrize(
    "text", ["I have 1234 files, e.g. café!  two spaces", "new\tline\n日本語 😀 don't", "a  12  b"]
)
def test_its_tokenizer_gives_back_every_text(embedded, text):
    tokenizer = embedded._tokenizer
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_its_tokenizer_takes_digits_one_by_one(embedded):
    tokenizer = embedded._tokenizer
    tokens = tokenizer.convert_ids_to_tokens(tokenizer("page  12")["input_ids"])
    assert tokens == ["page", "ĠĠ", "1", "2"]


def test_characters_of_several_tokens_come_whole(embedded, monkeypatch):
    ids = embedded._tokenizer("日本語 😀")["input_ids"]
    monkeypatch.setattr(embedded, "_tokens", lambda prompt, stop: iter(ids))
    pieces = list(embedded.generate(QUESTION, stop=never))
    assert "".join(pieces) == "日本語 😀"
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_long_conversation_is_cut_at_its_beginning(embedded):
    long = [{"role": "user", "content": "word " * 4000}, *QUESTION]
    prompt = embedded._prompt(long)
    assert prompt.shape == (1, language_model.LONGEST_PROMPT)
    assert embedded._tokenizer.decode(prompt[0, -4:]) == "<|im_start|>assistant\n"


def test_none_is_no_model(language):
    with pytest.raises(language_model.Unavailable):
        language(LANGUAGE_MODEL="none")


def test_the_embedded_model_is_picked_up_once_it_is_there(language, tmp_path, models):
    with pytest.raises(language_model.Unavailable, match="fetch_models"):
        language(LANGUAGE_MODEL="embedded", MODELS_DIR=tmp_path)
    (tmp_path / language_model.EMBEDDED).symlink_to(models / language_model.EMBEDDED)
    model = language_model.current()
    assert language_model.current() is model


def test_a_model_that_is_not_fetched_is_not_looked_for_on_the_network(language, tmp_path):
    started = time.monotonic()
    with pytest.raises(language_model.Unavailable, match="fetch_models"):
        language(LANGUAGE_MODEL="nobody/no-such-model", MODELS_DIR=tmp_path)
    assert time.monotonic() - started < within(15)


def test_a_broken_folder_is_a_failure_and_not_absence(language, tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Exception) as caught:  # noqa: PT011
        language(LANGUAGE_MODEL=str(tmp_path))
    assert not isinstance(caught.value, language_model.Unavailable)


def test_a_folder_with_a_model_without_chat_template_gets_a_plain_prompt(language, tmp_path):
    tiny_model(tmp_path)
    model = language(LANGUAGE_MODEL=str(tmp_path))
    assert isinstance("".join(model.generate(QUESTION, stop=never)), str)
    prompt = model._tokenizer.decode(model._prompt(QUESTION)[0])
    assert prompt.replace(" ", "").endswith("Helpdesk:")
    assert model._prompt(QUESTION * 100).shape[1] <= 128 - language_model.MAX_NEW_TOKENS


def test_the_provider_is_a_setting(language):
    model = language(
        LANGUAGE_MODEL="held", LANGUAGE_MODEL_PROVIDER="tests.chat.bot.doubles.EchoModel"
    )
    assert type(model).__name__ == "EchoModel"


def tiny_model(folder):
    """A real model of transformers with random weights and no chat template."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = ["<end>", "<unknown>", "Customer", "Help", "desk", ":", "What", "is", "the", "?"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, "<unknown>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<end>", unk_token="<unknown>"
    ).save_pretrained(folder)
    size = {"n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 128}
    config = GPT2Config(vocab_size=len(words), eos_token_id=0, bos_token_id=0, **size)
    GPT2LMHeadModel(config).save_pretrained(folder)
