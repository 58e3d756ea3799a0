"""The language model: messages in, pieces of a reply out. Knows nothing of conversations.

The only module that imports transformers and torch, and inside its functions: the import alone
takes two seconds and 250 MiB, which a process that never generates should not pay.
"""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

EMBEDDED = "smollm2-135m-instruct"
MAX_NEW_TOKENS = 64
LONGEST_PROMPT = 1024  # tokens; what stands before is left out


class Unavailable(Exception):
    """There is no model, by setting or not yet: not a failure, the bot does without."""


class LanguageModel(Protocol):
    """What settings.LANGUAGE_MODEL_PROVIDER names: made without arguments, once a process."""

    def generate(
        self, messages: Sequence[dict[str, str]], *, stop: Callable[[], bool]
    ) -> Iterator[str]:
        """The reply to `messages` ({"role": system|user|assistant, "content"}), piece by piece.

        Ends within a token or two of `stop()` being true. Raises anything when it fails.
        """
        ...


_current: tuple[tuple[str, str], LanguageModel] | None = None
_loading = threading.Lock()


def current() -> LanguageModel:
    """The model of this process, loaded at the first call that finds it on disk.

    Raises Unavailable where there is none (yet): the next call looks again.
    """
    global _current
    wanted = (settings.LANGUAGE_MODEL_PROVIDER, settings.LANGUAGE_MODEL)
    if settings.LANGUAGE_MODEL == "none":
        raise Unavailable("HELPDESK_LANGUAGE_MODEL is none.")
    with _loading:
        if _current is None or _current[0] != wanted:
            _current = (wanted, import_string(settings.LANGUAGE_MODEL_PROVIDER)())
        return _current[1]


class TransformersModel:
    """A causal model that transformers can load, on the processor, in one thread."""

    def __init__(self) -> None:
        """Loads settings.LANGUAGE_MODEL from disk; Unavailable where it is not there."""
        source, options = location()
        try:
            import torch

            quiet()
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise Unavailable("torch is not installed.") from error
        # A second thread wins little on a model this small, and takes the event loop's core.
        torch.set_num_threads(1)
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(source, **options)
            model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=fastest(), **options)
        except OSError as error:
            if options and not os.path.isdir(source):
                raise Unavailable(f"{source} is not here: run manage.py fetch_models.") from error
            raise
        self._model = model.eval()
        self._ends = end_tokens(self._model, self._tokenizer)

    def generate(
        self, messages: Sequence[dict[str, str]], *, stop: Callable[[], bool]
    ) -> Iterator[str]:
        """See LanguageModel. Greedy: the same question gets the same answer."""
        tokens: list[int] = []
        shown = 0
        for token in self._tokens(self._prompt(messages), stop):
            tokens.append(token)
            text = self._tokenizer.decode(tokens, skip_special_tokens=True)
            # A character may be several tokens: its first ones decode to a replacement mark.
            if not text.endswith("\ufffd") and len(text) > shown:
                yield text[shown:]
                shown = len(text)

    def _tokens(self, prompt: Any, stop: Callable[[], bool]) -> Iterator[int]:
        import torch

        cache = None
        for _ in range(MAX_NEW_TOKENS):
            if stop():
                return
            # Only around the model, not around the yield: the mode belongs to the thread.
            with torch.inference_mode():
                out = self._model(input_ids=prompt, past_key_values=cache, use_cache=True)
                best = out.logits[:, -1, :].argmax(dim=-1, keepdim=True)
            token, cache, prompt = int(best), out.past_key_values, best
            if token in self._ends:
                return
            yield token

    def _prompt(self, messages: Sequence[dict[str, str]]) -> Any:
        """The token ids [1, n] that the model goes on from; n is at most LONGEST_PROMPT."""
        if self._tokenizer.chat_template:
            text = self._tokenizer.apply_chat_template(
                list(messages), tokenize=False, add_generation_prompt=True
            )
            encoded = self._tokenizer(text, return_tensors="pt", add_special_tokens=False)
        else:
            encoded = self._tokenizer(plain_prompt(messages), return_tensors="pt")
        longest = getattr(self._model.config, "max_position_embeddings", None) or LONGEST_PROMPT
        longest = max(1, min(LONGEST_PROMPT, longest - MAX_NEW_TOKENS))
        return encoded["input_ids"][:, -longest:]


def location() -> tuple[str, dict[str, Any]]:
    """Where settings.LANGUAGE_MODEL lies: (folder or id, options of from_pretrained).

    Raises Unavailable for the embedded model while fetch_models has not put it there.
    """
    if settings.LANGUAGE_MODEL == "embedded":
        folder = embedded_folder()
        if not (folder / "model.safetensors").is_file():
            raise Unavailable("The embedded model is not here yet: manage.py fetch_models.")
        return str(folder), {"local_files_only": True}
    if os.path.isdir(settings.LANGUAGE_MODEL):
        return settings.LANGUAGE_MODEL, {"local_files_only": True}
    return settings.LANGUAGE_MODEL, {"local_files_only": True, "cache_dir": str(hub_folder())}


def embedded_folder() -> Path:
    """Where the embedded model lies once it is fetched and converted."""
    return Path(settings.MODELS_DIR) / EMBEDDED


def hub_folder() -> Path:
    """Where models named by id are kept."""
    return Path(settings.MODELS_DIR) / "hub"


def plain_prompt(messages: Sequence[dict[str, str]]) -> str:
    """The same conversation for a model without a chat template."""
    names = {"system": "", "user": "Customer: ", "assistant": "Help desk: "}
    lines = [names[message["role"]] + message["content"] for message in messages]
    return "\n".join([*lines, "Help desk:"])


def end_tokens(model: Any, tokenizer: Any) -> set[int]:
    """The ids at which a reply ends: what the model's own settings and its tokenizer name."""
    configured = model.generation_config.eos_token_id
    several = configured if isinstance(configured, list) else [configured]
    return {int(token) for token in [*several, tokenizer.eos_token_id] if token is not None}


def fastest() -> Any:
    """The torch type that this processor computes fastest in.

    Measured on the embedded model, one thread: bfloat16 19 tokens a second and 690 MiB, float32
    17 and 950; without the processor's support bfloat16 is several times slower.
    """
    import torch

    supported = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if supported else torch.float32


def has_torch() -> bool:
    """Whether this installation can run a language model at all; does not load torch."""
    return find_spec("torch") is not None


def quiet() -> None:
    """No progress bars in the log; to be called before transformers' other parts are imported."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    # It tells each of its tries; what came of them is in the exception.
    getLogger("huggingface_hub").setLevel(ERROR)


def download(model: str, folder: Path) -> None:
    """Fetches the model of that id from its hub into `folder`; OSError says why not."""
    quiet()
    from transformers import AutoModelForCausalLM, AutoTokenizer

    AutoTokenizer.from_pretrained(model, cache_dir=str(folder))
    AutoModelForCausalLM.from_pretrained(model, cache_dir=str(folder))


def convert(gguf: Path, folder: Path) -> None:
    """Writes the model in the file `gguf` to `folder` as safetensors in bfloat16.

    Loading that takes half a second, the quantised file twenty. Through transformers' own reader
    instead of from_pretrained(gguf_file=...), which does the same and asks for accelerate.
    """
    quiet()
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    torch.set_num_threads(1)
    config = AutoConfig.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model: Any = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    read = load_gguf_checkpoint(
        str(gguf), return_tensors=True, model_to_load=model, torch_dtype=torch.bfloat16
    )
    result = model.load_state_dict(read["tensors"], strict=False)
    if result.unexpected_keys or set(result.missing_keys) - {"lm_head.weight"}:
        raise ValueError(f"{gguf.name} does not fit: {result}")
    model.tie_weights()
    model.config._name_or_path = EMBEDDED
    model.save_pretrained(folder)
    convert_tokenizer(gguf, folder)


def convert_tokenizer(gguf: Path, folder: Path) -> None:
    """Writes the tokenizer in `gguf`, with its chat template, to `folder`."""
    from tokenizers import pre_tokenizers
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    # What the file calls "smollm": digits one by one, then GPT-2's. The reader knows only GPT-2's.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.save_pretrained(folder)
