"""Eight bits choose the words that 32 bits would."""

import pytest

from chat.bot.language_models.embedded import EMBEDDED
from tests.chat.bot.language_models.conftest import QUESTION


def linear(bias=None):
    """A layer of eight bits, and its weights, none of which it has to round."""
    import torch

    from chat.bot.language_models.eight_bits import Int8Linear

    torch.manual_seed(1)
    whole = torch.randint(-127, 128, (24, 64)).float()
    whole[:, 0] = 127.0  # so that a step is one
    return Int8Linear(whole, bias), whole


@pytest.mark.parametrize("has_bias", [False, True])
def test_one_large_number_drowns_no_other(has_bias):
    import torch

    bias = torch.arange(24.0) if has_bias else None
    layer, weight = linear(bias)
    tokens = torch.randn(1, 3, 64)
    tokens[0, 1, 7] = 200.0
    wanted = torch.nn.functional.linear(tokens, weight, bias)
    error = (layer(tokens) - wanted).abs().amax(dim=-1)[0]
    step = tokens.abs().amax(dim=-1)[0] / 63
    assert (error < 0.01 * step * weight.norm(dim=-1).max()).all(), error


def test_what_one_token_gives_depends_on_no_other():
    import torch

    layer, _ = linear()
    tokens = torch.randn(4, 2, 64) * torch.tensor([1.0, 300.0, 0.01, 0.0])[:, None, None]
    together = layer(tokens)
    for row in range(4):
        for place in range(2):
            alone = layer(tokens[row : row + 1, place : place + 1])
            torch.testing.assert_close(together[row, place], alone[0, 0])
    assert together.isfinite().all()


def test_the_embedded_model_chooses_as_with_32_bits(models):
    import torch

    from chat.bot.language_models.llama import Llama
    from chat.bot.language_models.local import LocalModel

    folder = models / EMBEDDED
    prompt = torch.tensor([LocalModel(str(folder)).prompt(QUESTION, 8)])

    def chosen(**how):
        model = Llama(folder, **how)
        with torch.inference_mode():
            return model.logits(prompt, model.memory(), last=prompt.shape[1])[0].argmax(dim=-1)

    def in_32_bits(weight):
        weight = weight.float()
        return lambda read: torch.nn.functional.linear(read, weight)

    assert (chosen() == chosen(linear=in_32_bits)).float().mean() >= 0.9
