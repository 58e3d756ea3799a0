"""A causal model on this machine: its prompt, its words. The providers for it are its neighbours.

torch and transformers are imported inside functions: the import alone takes two seconds and
250 MiB, which a process that never generates should not pay.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chat.bot.language_model import Messages, Options, Stop, Unavailable
from chat.bot.language_models.batch import Batch

LONGEST_PROMPT = 1024  # tokens; what stands before is left out


class LocalModel:
    """Loaded once; every conversation's `generate` runs in a thread of its own meanwhile."""

    def __init__(self, source: str, **options: Any) -> None:
        """From a folder or a fetched id. OSError: it is not there; Unavailable: torch is not."""
        try:
            from chat.bot.language_models import loading
        except ImportError as error:
            raise Unavailable("torch is not installed.") from error
        self.tokenizer, model = loading.load(source, **options)
        self.ends = end_tokens(model, self.tokenizer)
        self.longest = model.longest
        self.batch = Batch(model)

    def generate(self, messages: Messages, *, stop: Stop, options: Options) -> Iterator[str]:
        """See LanguageModel."""
        pieces = self._pieces(self.prompt(messages, options.longest), stop, options)
        return pieces if self.tokenizer.chat_template else first_line(pieces)

    def prompt(self, messages: Messages, longest_reply: int) -> list[int]:
        """The tokens that the model goes on from, as many as leave it room for its reply."""
        if self.tokenizer.chat_template:
            parts = [{**part, "content": self._harmless(part["content"])} for part in messages]
            text = self.tokenizer.apply_chat_template(
                parts, tokenize=False, add_generation_prompt=True
            )
            tokens = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        else:
            tokens = self.tokenizer(plain_prompt(messages))["input_ids"]
        longest = max(1, min(LONGEST_PROMPT, self.longest - longest_reply))
        return list(tokens[-longest:])

    def _harmless(self, text: str) -> str:
        """Without the marks by which a prompt tells who speaks: they would be taken for real."""
        while found := [mark for mark in self.tokenizer.all_special_tokens if mark in text]:
            for mark in found:
                text = text.replace(mark, " ")
        return text

    def _pieces(self, prompt: list[int], stop: Stop, options: Options) -> Iterator[str]:
        tokens: list[int] = []
        shown = 0
        for token in self.batch.tokens(prompt, stop, options):
            if token in self.ends:
                return
            tokens.append(token)
            text = self.tokenizer.decode(tokens, skip_special_tokens=True)
            # A character may be several tokens: its first ones decode to a replacement mark.
            if not text.endswith("\ufffd") and len(text) > shown:
                yield text[shown:]
                shown = len(text)


def plain_prompt(messages: Messages) -> str:
    """The same conversation for a model without a chat template."""
    names = {"system": "", "user": "Customer: ", "assistant": "Help desk: "}
    # On one line each: a customer's second line could begin with "Help desk:".
    lines = [
        names[part["role"]]
        + (part["content"] if part["role"] == "system" else " ".join(part["content"].split()))
        for part in messages
    ]
    return "\n".join([*lines, "Help desk:"])


def first_line(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces up to the end of the first line that says something.

    After it a model that only goes on with a text would write the customer's next message.
    """
    has_spoken = False
    for piece in pieces:
        lines = piece.splitlines() or [piece]
        if has_spoken or lines[0].strip():
            yield lines[0]
            has_spoken = True
            if "\n" in piece:
                return


def end_tokens(model: Any, tokenizer: Any) -> set[int]:
    """The ids at which a reply ends: what the model's own settings and its tokenizer name."""
    several = model.ends if isinstance(model.ends, list) else [model.ends]
    return {int(token) for token in [*several, tokenizer.eos_token_id] if token is not None}


def has_torch() -> bool:
    """Whether this installation can run a language model at all; does not load torch."""
    return find_spec("torch") is not None


def download(model: str, folder: Path) -> None:
    """Fetches the model of that id from its hub into `folder`; OSError says why not."""
    from chat.bot.language_models import loading

    loading.download(model, folder)
