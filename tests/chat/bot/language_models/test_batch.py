"""Replies that are written at once: each the same as if it were written alone.

A small model with random weights of 32 bits, so that each token can be held to what transformers
chooses.
"""

import threading
from itertools import pairwise

import pytest

from chat.bot.language_model import Options
from chat.bot.language_models import batch
from tests.chat.bot.language_models.conftest import never
from tests.services.patience import EVENTUALLY

PROMPTS = {
    "one": [5],
    "short": [7, 8, 9],
    "chunk": list(range(10, 10 + batch.CHUNK)),
    "long": [(3 * place) % 200 for place in range(2 * batch.CHUNK + 17)],
}
SIZE = {"vocab_size": 256, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3}
SIZE |= {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 4096}
WANTED = Options(longest=40)


def model_of(name, **more):
    import torch
    import transformers

    torch.manual_seed(1)
    config = getattr(transformers, f"{name}Config")(**SIZE | more)
    return getattr(transformers, f"{name}ForCausalLM")(config).eval()


@pytest.fixture(scope="module")
def written_alone():
    """What transformers itself writes, one prompt after the other."""
    import torch

    model = model_of("Llama")
    return {
        name: model.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones((1, len(prompt)), dtype=torch.long),
            max_new_tokens=WANTED.longest,
            do_sample=False,
            eos_token_id=None,
            pad_token_id=0,
        )[0, len(prompt) :].tolist()
        for name, prompt in PROMPTS.items()
    }


class Writers:
    """Replies written at once, each by a thread of its own: what came, in order of arrival."""

    def __init__(self, model):
        self.batch = batch.Batch(model)
        self.came: list[tuple[str, int]] = []
        self.threads: dict[str, threading.Thread] = {}

    def start(self, name, prompt, stop=never, options=WANTED):
        def write():
            for token in self.batch.tokens(prompt, stop, options):
                self.came.append((name, token))

        self.threads[name] = threading.Thread(target=write, daemon=True)
        self.threads[name].start()

    def tokens(self, name):
        return [token for who, token in self.came if who == name]

    def join(self, *names):
        for name in names or list(self.threads):
            self.threads[name].join(EVENTUALLY)
            assert not self.threads[name].is_alive()

    def all_at_once(self):
        for name, prompt in PROMPTS.items():
            self.start(name, prompt)
        self.join()
        return {name: self.tokens(name) for name in PROMPTS}


def by_transformers(folder):
    from chat.bot.language_models.any_model import AnyModel

    return AnyModel(model_of("Llama"))


def by_torch_alone(folder):
    import torch

    from chat.bot.language_models.llama import Llama

    model_of("Llama").save_pretrained(folder)
    return Llama(
        folder, linear=lambda weight: lambda read: torch.nn.functional.linear(read, weight)
    )


@pytest.fixture(params=[by_transformers, by_torch_alone])
def writers(request, tmp_path):
    return Writers(request.param(tmp_path))


def test_each_reply_is_what_it_would_be_alone(writers, written_alone):
    assert writers.all_at_once() == written_alone


def test_their_tokens_come_by_turns(writers):
    writers.all_at_once()
    assert sum(one != other for one, other in pairwise(name for name, _ in writers.came)) > 8


def test_whoever_joins_does_not_wait_for_the_others_to_end(writers, written_alone):
    is_over = threading.Event()
    writers.start("endless", [1, 2], is_over.is_set, Options(longest=100_000))
    for name in ("long", "one"):
        writers.start(name, PROMPTS[name])
        writers.join(name)
    assert writers.threads["endless"].is_alive()
    is_over.set()
    writers.join()
    for name in ("long", "one"):
        assert writers.tokens(name) == written_alone[name]


def test_one_is_stopped_and_the_others_go_on(writers, written_alone):
    writers.start("stopped", [1, 2], lambda: bool(writers.tokens("stopped")))
    for name, prompt in PROMPTS.items():
        writers.start(name, prompt)
    writers.join()
    assert len(writers.tokens("stopped")) < WANTED.longest
    assert {name: writers.tokens(name) for name in PROMPTS} == written_alone


def test_more_than_may_write_at_once_wait_their_turn(writers, written_alone, monkeypatch):
    monkeypatch.setattr(batch, "MOST", 2)
    assert writers.all_at_once() == written_alone


def test_what_is_guessed_ahead_saves_steps_and_changes_no_word(writers, written_alone, monkeypatch):
    """Random weights soon repeat themselves."""
    from chat.bot.language_models import steps

    taken, logits = [], writers.batch.model.logits

    def counted(tokens, *what, **how):
        taken.append(tokens.shape[1])
        return logits(tokens, *what, **how)

    monkeypatch.setattr(writers.batch.model, "logits", counted)
    for name, prompt in PROMPTS.items():
        assert list(writers.batch.tokens(prompt, never, WANTED)) == written_alone[name]
    assert steps.AHEAD + 1 in taken
    assert len(taken) < len(PROMPTS) * WANTED.longest * 0.8


def test_a_guess_is_what_followed_the_same_words():
    from chat.bot.language_models import steps

    assert steps.guessed([1, 2, 3, 4, 5, 6, 1, 2, 3], 2) == [4, 5]
    assert steps.guessed([9, 2, 3, 7, 1, 2, 3, 4, 8, 2, 3], 3) == [4, 8, 2]
    assert steps.guessed([1, 2, 3], 4) == []


def test_what_a_prompt_has_in_common_with_the_last_is_read_once(writers, monkeypatch):
    def read(prompt):
        given.clear()
        return list(writers.batch.tokens(prompt, never, WANTED)), sum(given)

    given, logits = [], writers.batch.model.logits
    monkeypatch.setattr("chat.bot.language_models.steps.AHEAD", 0)

    def counted(tokens, *what, **how):
        given.append(tokens.shape[1])
        return logits(tokens, *what, **how)

    monkeypatch.setattr(writers.batch.model, "logits", counted)
    one, steps = PROMPTS["long"], WANTED.longest - 1
    other = [*one[:100], 1, 2, 3]
    alone, tokens = read(other)
    assert tokens == len(other) + steps
    assert read(one)[1] == len(one) - 100 + steps
    assert read(other) == (alone, 3 + steps)
    assert read(other) == (alone, 1 + steps)


def test_a_failing_step_fails_those_in_it_and_not_the_next(writers, written_alone, monkeypatch):
    step = writers.batch.model.logits

    def broken(*args, **how):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(writers.batch.model, "logits", broken)
    with pytest.raises(RuntimeError, match="language model failed"):
        list(writers.batch.tokens(PROMPTS["one"], never, WANTED))
    monkeypatch.setattr(writers.batch.model, "logits", step)
    assert list(writers.batch.tokens(PROMPTS["one"], never, WANTED)) == written_alone["one"]


def test_a_model_that_cannot_write_side_by_side_writes_one_after_the_other():
    """A window over the last tokens, as some models have, keeps its memory in another shape."""
    from chat.bot.language_models.any_model import AnyModel

    writers = Writers(AnyModel(model_of("Mistral", sliding_window=4)))
    model, steps = writers.batch.model, []
    logits = model.logits

    def counted(tokens, memory, *more, **how):
        steps.append((len(tokens), memory))
        return logits(tokens, memory, *more, **how)

    model.logits = counted
    alone = list(writers.batch.tokens([1, 2, 3], never, WANTED))
    for name in ("first", "second"):
        writers.start(name, [1, 2, 3])
    writers.join()
    assert writers.tokens("first") == writers.tokens("second") == alone
    assert len(alone) == WANTED.longest
    assert {rows for rows, _ in steps} == {1}
    # Three replies, each with a memory of its own: two changes from one to the next.
    assert sum(one is not other for (_, one), (_, other) in pairwise(steps)) == 2
