import threading
import time

import pytest

from chat.bot import language_model
from chat.bot.language_model import MAX_NEW_TOKENS, Options
from chat.bot.language_models import local
from chat.bot.language_models.embedded import EMBEDDED
from tests.chat.bot.language_models.conftest import QUESTION, never
from tests.services.patience import EVENTUALLY, within

STORY = [{"role": "user", "content": "Tell me a long story."}]
COUNT = [{"role": "user", "content": "Count from 1 to 20. Write only the numbers."}]
NAME = [{"role": "user", "content": "Hello! I am Alice."}]


def test_the_embedded_model_answers_in_pieces(embedded):
    pieces = list(embedded.generate(QUESTION, stop=never))
    # Not which words: with eight bits they depend on the processor.
    assert len("".join(pieces).split()) > 4
    assert len(pieces) > 4


def test_it_answers_several_at_once_each_its_own_question(embedded):
    """By what no rounding can change. A reply's first token is chosen before it is written beside
    others, so that it is the one it would be alone; which come later depends with eight bits on
    the processor and on who else writes, how many only on who asked. What they are is held in
    test_batch, to the token, with 32 bits."""
    batch, asked, wrote = embedded.local.batch, {}, {}
    for tokens, question in ((20, STORY), (30, QUESTION), (40, COUNT), (50, NAME)):
        asked[tokens] = embedded.local.prompt(question, tokens)
    alone = {tokens: next(batch.tokens(asked[tokens], never, Options())) for tokens in asked}

    def write(tokens):
        wrote[tokens] = list(batch.tokens(asked[tokens], never, Options(longest=tokens)))

    threads = [threading.Thread(target=write, args=(tokens,)) for tokens in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(EVENTUALLY)
    assert {tokens: len(wrote[tokens]) for tokens in asked} == {tokens: tokens for tokens in asked}
    assert {tokens: wrote[tokens][0] for tokens in asked} == alone
    assert len(set(alone.values())) > 1, "or the first tokens could be anybody's"


def test_it_stops_when_it_is_told_to(embedded):
    stopped, written = [], []
    for piece in embedded.generate(STORY, stop=lambda: bool(stopped)):
        written.append(piece)
        stopped.append(len(written) == 3)
        if not stopped[-1]:
            stopped.clear()
    assert len(written) == 3


def test_a_reply_is_as_long_as_wanted(embedded):
    short, long = (
        "".join(embedded.generate(STORY, stop=never, options=Options(longest=tokens)))
        for tokens in (4, 12)
    )
    assert len(short) < len(long)
    assert long.startswith(short)


def test_a_freer_reply_is_another(embedded):
    free = Options(longest=24, temperature=5.0)
    replies = {"".join(embedded.generate(STORY, stop=never, options=free)) for _ in range(3)}
    assert len(replies) > 1


def test_its_chat_template_is_the_one_it_was_trained_with(embedded):
    tokenizer = embedded.local.tokenizer
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
    assert embedded.local.ends == {2}


@pytest.mark.parametrize(
    "text", ["I have 1234 files, e.g. café!  two spaces", "new\tline\n日本語 😀 don't", "a  12  b"]
)
def test_its_tokenizer_gives_back_every_text(embedded, text):
    tokenizer = embedded.local.tokenizer
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_its_tokenizer_takes_digits_one_by_one(embedded):
    tokenizer = embedded.local.tokenizer
    tokens = tokenizer.convert_ids_to_tokens(tokenizer("page  12")["input_ids"])
    assert tokens == ["page", "ĠĠ", "1", "2"]


def test_characters_of_several_tokens_come_whole(embedded, monkeypatch):
    ids = embedded.local.tokenizer("日本語 😀")["input_ids"]
    monkeypatch.setattr(embedded.local.batch, "tokens", lambda *how: iter(ids))
    pieces = list(embedded.generate(QUESTION, stop=never))
    assert "".join(pieces) == "日本語 😀"
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_long_conversation_is_cut_at_its_beginning(embedded):
    long = [{"role": "user", "content": "word " * 4000}, *QUESTION]
    prompt = embedded.local.prompt(long, MAX_NEW_TOKENS)
    assert len(prompt) == local.LONGEST_PROMPT
    assert embedded.local.tokenizer.decode(prompt[-4:]) == "<|im_start|>assistant\n"


def test_none_is_no_model(language):
    with pytest.raises(language_model.Unavailable):
        language(LANGUAGE_MODEL="none")


def test_the_embedded_model_is_picked_up_once_it_is_there(language, tmp_path, models):
    with pytest.raises(language_model.Unavailable, match="fetch_models"):
        language(LANGUAGE_MODEL="embedded", MODELS_DIR=tmp_path)
    (tmp_path / EMBEDDED).symlink_to(models / EMBEDDED)
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
    prompt = model.local.tokenizer.decode(model.local.prompt(QUESTION, MAX_NEW_TOKENS))
    assert prompt.replace(" ", "").endswith("Helpdesk:")
    assert len(model.local.prompt(QUESTION * 100, MAX_NEW_TOKENS)) <= 128 - MAX_NEW_TOKENS


def test_the_provider_is_a_setting(language):
    model = language(
        LANGUAGE_MODEL="held", LANGUAGE_MODEL_PROVIDER="tests.chat.bot.doubles.EchoModel"
    )
    assert type(model).__name__ == "EchoModel"


def test_a_plain_model_writes_no_further_than_its_line():
    def pieces(*text):
        return list(local.first_line(iter(text)))

    assert pieces(" Hel", "lo", ".\nCustomer:", " and") == [" Hel", "lo", "."]
    assert pieces("Hello") == ["Hello"]


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
