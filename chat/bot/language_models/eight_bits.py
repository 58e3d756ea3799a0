"""Linear layers with weights of eight bits: half the time and a quarter of the memory."""

import torch

# Whether this build of torch can: on ARM it may not.
CAN = torch.backends.quantized.engine in ("x86", "fbgemm", "onednn")


class Int8Linear(torch.nn.Module):
    """A linear layer with weights [out, in] of eight bits, a scale for each of its outputs.

    What comes in is rounded to seven bits as it comes: products of two times eight overflow on
    processors without VNNI.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        super().__init__()
        weight = weight.detach().float()
        least, most = weight.aminmax(dim=1)
        scales = torch.maximum(most, -least).clamp(min=1e-8).double() / 127
        zeros = torch.zeros(len(scales), dtype=torch.int64)
        rounded = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(
            rounded, None if bias is None else bias.detach().float()
        )

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.ops.quantized.linear_dynamic(inputs, self.packed, reduce_range=True)


def quantise(module: torch.nn.Module) -> None:
    """Puts an Int8Linear in the place of every linear layer, one after the other: the peak of
    memory is that of the model as it was read."""
    for name, child in module.named_children():
        if type(child) is torch.nn.Linear:
            setattr(module, name, Int8Linear(child.weight, child.bias))
        else:
            quantise(child)
