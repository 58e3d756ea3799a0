"""Which models Llama computes, and that it does it as transformers does."""

import json

import pytest

from tests.chat.bot.language_models.test_batch import model_of

PROMPT = [5, 200, 17, 17, 3, 90]
CONFIGS = {
    "its own output layer": {},
    "one for both": {"tie_word_embeddings": True},
    "all heads with keys of their own": {"num_key_value_heads": 4},
    "another rotation": {"rope_parameters": {"rope_type": "default", "rope_theta": 100_000.0}},
    "wider heads": {"head_dim": 16},
}


def llama_in(folder):
    import torch

    from chat.bot.language_models.llama import Llama

    return Llama(
        folder, linear=lambda weight: lambda read: torch.nn.functional.linear(read, weight)
    )


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_its_scores_are_those_of_transformers(tmp_path, config):
    import torch

    model = model_of("Llama", **config)
    model.save_pretrained(tmp_path)
    mine = llama_in(tmp_path)
    memory = mine.memory()
    with torch.inference_mode():
        theirs = model(torch.tensor([PROMPT])).logits[0]
        mine.logits(torch.tensor([PROMPT[:3]]), memory)
        for place in range(3, len(PROMPT)):
            scores = mine.logits(torch.tensor([[PROMPT[place]]]), memory)[0, 0]
            torch.testing.assert_close(scores, theirs[place], rtol=1e-4, atol=1e-5)


def test_it_reads_the_embedded_model(models):
    from chat.bot.language_models import llama
    from chat.bot.language_models.embedded import EMBEDDED

    assert llama.reads(models / EMBEDDED)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("Mistral", {"sliding_window": 4}),
        ("Llama", {"attention_bias": True}),
        ("Llama", {"hidden_act": "gelu"}),
        ("Llama", {"rope_parameters": {"rope_type": "linear", "rope_theta": 1e4, "factor": 2.0}}),
    ],
)
def test_what_is_computed_otherwise_is_left_to_transformers(tmp_path, name, config):
    from chat.bot.language_models import llama

    model_of(name, **config).save_pretrained(tmp_path)
    assert not llama.reads(tmp_path)


def test_several_files_are_left_to_transformers(tmp_path):
    from chat.bot.language_models import llama

    model_of("Llama").save_pretrained(tmp_path, max_shard_size="20KB")
    assert json.loads((tmp_path / "config.json").read_text())["architectures"]
    assert not llama.reads(tmp_path)
