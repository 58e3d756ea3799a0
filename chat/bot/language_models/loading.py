"""Models of transformers: loading them small and fast, fetching and converting them."""

import os
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

import torch

os.environ.setdefault("TQDM_DISABLE", "1")  # no progress bars in the log

from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from chat.bot.language_models import eight_bits, llama
from chat.bot.language_models.any_model import AnyModel
from chat.bot.language_models.steps import Model

logging.disable_progress_bar()
logging.set_verbosity_error()
# It tells each of its tries; what came of them is in the exception.
getLogger("huggingface_hub").setLevel(ERROR)


def load(source: str, **options: Any) -> tuple[Any, Model]:
    """(tokenizer, model) from disk, with weights of eight bits where this processor can.

    Measured (bench/README.md): about twice as fast as float32.
    """
    torch.set_num_threads(1)
    tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=True, **options)
    folder = Path(source)
    if folder.is_dir() and llama.reads(folder):
        return tokenizer, llama.Llama(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(
        source, dtype=torch.bfloat16, local_files_only=True, **options
    )
    if eight_bits.CAN:
        eight_bits.quantise(model)
    return tokenizer, AnyModel(model.float().eval())


def download(model: str, folder: Path) -> None:
    """Fetches the model of that id from its hub into `folder`; OSError says why not."""
    AutoTokenizer.from_pretrained(model, cache_dir=str(folder))
    AutoModelForCausalLM.from_pretrained(model, cache_dir=str(folder))


def convert(gguf: Path, folder: Path, name: str) -> None:
    """Writes the model in the file `gguf` to `folder` as safetensors in bfloat16.

    Loading that takes half a second, the quantised file twenty. Through transformers' own reader
    instead of from_pretrained(gguf_file=...), which does the same and asks for accelerate.
    """
    from transformers import AutoConfig
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
    model.config._name_or_path = name
    model.save_pretrained(folder)
    convert_tokenizer(gguf, folder)


def convert_tokenizer(gguf: Path, folder: Path) -> None:
    """Writes the tokenizer in `gguf`, with its chat template, to `folder`."""
    from tokenizers import pre_tokenizers

    tokenizer: Any = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    # What the file calls "smollm": digits one by one, then GPT-2's. The reader knows only GPT-2's.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.save_pretrained(folder)
