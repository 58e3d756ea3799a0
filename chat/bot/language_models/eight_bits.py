"""Linear layers with weights of eight bits: half the time and a quarter of the memory."""

import warnings

import torch

# It is about a torch that is not out yet; ours is pinned.
warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)

# Whether this build of torch can: on ARM it may not.
CAN = torch.backends.quantized.engine in ("x86", "fbgemm")
LINEAR = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32
STEPS = 63  # either way from nothing
FINER = 2 * STEPS  # what is left after rounding is half a step at most


class Int8Linear(torch.nn.Module):
    """A linear layer with weights [out, in] of eight bits, a scale for each of its outputs.

    What comes in is rounded to seven bits as it comes, each token by its own largest number:
    products of two times eight bits overflow on processors without VNNI. Some tokens have one
    number that is a hundred times as large as the others, which seven bits would leave nothing
    of: so what the rounding left is rounded and multiplied as well. At one token that costs a
    sixth of the time; without it every second choice of a word was another (bench/README.md).
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        super().__init__()
        weight = weight.detach().float()
        least, most = weight.aminmax(dim=1)
        scales = torch.maximum(most, -least).clamp(min=1e-8).double() / 127
        zeros = torch.zeros(len(scales), dtype=torch.int64)
        rounded = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(rounded, None)
        self.bias = None if bias is None else bias.detach().float()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        largest = torch.linalg.vector_norm(inputs, float("inf"), dim=-1, keepdim=True)
        scale = STEPS / largest.clamp_(min=1e-8)
        steps = inputs * scale
        left = (steps - steps.round()).mul_(FINER)
        coarse, fine = LINEAR(torch.cat([steps, left]), 1.0, STEPS + 1, self.packed).chunk(2)
        read: torch.Tensor = coarse.add_(fine, alpha=1 / FINER).div_(scale)
        return read if self.bias is None else read.add_(self.bias)


def quantise(module: torch.nn.Module) -> None:
    """Puts an Int8Linear in the place of every linear layer, one after the other: the peak of
    memory is that of the model as it was read."""
    for name, child in module.named_children():
        if type(child) is torch.nn.Linear:
            setattr(module, name, Int8Linear(child.weight, child.bias))
        else:
            quantise(child)
