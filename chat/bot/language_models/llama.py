"""Models of Llama's architecture by torch alone.

As transformers computes LlamaForCausalLM, which the tests hold it to, with fewer and larger
operations, and without what transformers imports for a model: a quarter less time a token, and a
worker of 963 MiB where it is 1,287 by AnyModel (bench/README.md).
Touvron et al., "LLaMA: Open and Efficient Foundation Language Models" (2023).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention, silu

from chat.bot.language_models import eight_bits
from chat.bot.language_models.memory import Layer, Memory

DTYPES = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32}
# What would have to be computed otherwise; as transformers takes it where nothing is said.
PLAIN = {"hidden_act": "silu", "attention_bias": False, "mlp_bias": False}


@dataclass(frozen=True, slots=True)
class Block:
    """The weights of one of the model's layers; those that read the same are one."""

    before: Tensor
    attend: Any  # queries, keys and values
    attended: Any
    between: Tensor
    gate_and_up: Any
    down: Any


class Weights:
    """A safetensors file, of which each tensor is read when it is asked for.

    Mapped, as the library has it, the file would stay in memory beside what is made of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            self.tensors: dict[str, Any] = json.loads(file.read(size))
        self.start = 8 + size

    def __call__(self, *names: str) -> Tensor:
        """The tensors, one below the other, as they are stored."""
        return torch.cat([self._one(name) for name in names])

    def _one(self, name: str) -> Tensor:
        about = self.tensors[name]
        first, last = about["data_offsets"]
        data = bytearray(last - first)
        with self.path.open("rb") as file:
            file.seek(self.start + first)
            if file.readinto(data) < len(data):
                raise ValueError(f"{self.path} ends in the middle of {name}.")
        return torch.frombuffer(data, dtype=DTYPES[about["dtype"]]).view(about["shape"])


class Llama:
    """A model as chat.bot.language_models.steps wants one."""

    most = 2**31

    def __init__(self, folder: Path, linear: Any = eight_bits.Int8Linear) -> None:
        """From a folder that `reads` is true of; `linear` makes a layer of weights [out, in]."""
        config = json.loads((folder / "config.json").read_text())
        self.heads = config["num_attention_heads"]
        self.groups = config.get("num_key_value_heads") or self.heads
        self.size = config.get("head_dim") or config["hidden_size"] // self.heads
        self.epsilon = config["rms_norm_eps"]
        self.longest = config["max_position_embeddings"]
        self.ends = _ends(folder, config)
        self.cosines, self.sines = _rotations(self.size, _theta(config), self.longest)
        weights = Weights(folder / "model.safetensors")
        # The largest first, while there is nothing else.
        self.embedding = weights("model.embed_tokens.weight")
        tied = config.get("tie_word_embeddings", False)
        self.head = linear(self.embedding if tied else weights("lm_head.weight"))
        self.norm = weights("model.norm.weight").float()
        self.blocks = [
            _block(weights, f"model.layers.{number}", linear)
            for number in range(config["num_hidden_layers"])
        ]

    def memory(self) -> Memory:
        """An empty one."""
        return Memory([Layer() for _ in self.blocks])

    def logits(
        self,
        tokens: Tensor,
        memory: Memory,
        mask: Tensor | None = None,
        places: Any = None,
        last: int = 1,
    ) -> Tensor:
        """See chat.bot.language_models.steps.Model."""
        old, new = memory.used, tokens.shape[1]
        places = torch.arange(old, old + new)[None] if places is None else places
        turn = (self.cosines[places][:, :, None], self.sines[places][:, :, None])
        hidden_places = _hidden(mask, old, new)
        state = self.embedding[tokens].float()
        for block, layer in zip(self.blocks, memory.layers, strict=True):
            read = self._normed(state, block.before)
            state = state + block.attended(self._attend(block, layer, read, turn, hidden_places))
            gate, up = block.gate_and_up(self._normed(state, block.between)).chunk(2, dim=-1)
            state = state + block.down(silu(gate) * up)
        result: Tensor = self.head(self._normed(state[:, -last:], self.norm))
        return result

    def _normed(self, state: Tensor, weight: Tensor) -> Tensor:
        # torch's own rms_norm is six operations on a processor, and takes three times as long.
        squares = torch.linalg.vector_norm(state, dim=-1, keepdim=True).square_()
        return state * squares.div_(state.shape[-1]).add_(self.epsilon).rsqrt_() * weight

    def _attend(self, block: Block, layer: Layer, state: Tensor, turn: Any, hidden: Any) -> Tensor:
        """What each new token reads from those before it, [rows, new, heads * size]."""
        rows, new = state.shape[:2]
        cosines, sines = turn
        made = block.attend(state).view(rows, new, self.heads + 2 * self.groups, self.size)
        turned = made[:, :, : self.heads + self.groups]
        turned = turned * cosines + torch.roll(turned, self.size // 2, -1) * sines
        keys, values = layer.append(
            turned[:, :, self.heads :].transpose(1, 2),
            made[:, :, self.heads + self.groups :].transpose(1, 2),
        )
        queries = turned[:, :, : self.heads].transpose(1, 2)
        read = _attention(queries, keys, values, hidden)
        return read.transpose(1, 2).reshape(rows, new, -1)


def _attention(queries: Tensor, keys: Tensor, values: Tensor, hidden: Tensor | None) -> Tensor:
    """Attention of grouped queries, [rows, heads, new, size]; `hidden` is added to the scores."""
    if queries.shape[2] > 1:
        return scaled_dot_product_attention(
            queries, keys, values, attn_mask=hidden, enable_gqa=True
        )
    # For one token that is slow: here the queries that share keys are multiplied together.
    rows, groups, _, size = keys.shape
    scores = (queries * size**-0.5).reshape(rows, groups, -1, size) @ keys.transpose(2, 3)
    scores = scores if hidden is None else scores + hidden
    return (torch.softmax(scores, dim=-1) @ values).reshape(queries.shape)


def _block(weights: Weights, name: str, linear: Any) -> Block:
    attention, mlp = f"{name}.self_attn", f"{name}.mlp"
    return Block(
        weights(f"{name}.input_layernorm.weight").float(),
        linear(weights(*(f"{attention}.{part}_proj.weight" for part in "qkv"))),
        linear(weights(f"{attention}.o_proj.weight")),
        weights(f"{name}.post_attention_layernorm.weight").float(),
        linear(weights(f"{mlp}.gate_proj.weight", f"{mlp}.up_proj.weight")),
        linear(weights(f"{mlp}.down_proj.weight")),
    )


def _rotations(size: int, theta: float, longest: int) -> tuple[Tensor, Tensor]:
    """By what a query or key at each place is turned (RoPE), two tensors [places, size]."""
    angles = torch.arange(longest)[:, None] * theta ** -(torch.arange(0, size, 2) / size)
    sines = angles.sin()
    return angles.cos().repeat(1, 2), torch.cat([-sines, sines], dim=-1)


def _hidden(mask: Tensor | None, old: int, new: int) -> Tensor | None:
    """What is added to the scores: none of what comes later [new, old + new], none of the empty
    places of a mask [rows, 1, 1, old + 1]."""
    if mask is not None:
        return torch.zeros(mask.shape).masked_fill(mask == 0, float("-inf"))[:, None, None]
    if new == 1:
        return None
    return torch.full((new, old + new), float("-inf")).triu(old + 1)


def _theta(config: dict[str, Any]) -> float:
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    return float(rope.get("rope_theta") or config.get("rope_theta") or 10_000)


def _ends(folder: Path, config: dict[str, Any]) -> Any:
    path = folder / "generation_config.json"
    said = json.loads(path.read_text()) if path.is_file() else {}
    return said.get("eos_token_id", config.get("eos_token_id"))


def reads(folder: Path) -> bool:
    """Whether the model in that folder is one that Llama computes as it should."""
    if not eight_bits.CAN or not (folder / "model.safetensors").is_file():
        return False
    config = json.loads((folder / "config.json").read_text())
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    return (
        config.get("architectures") == ["LlamaForCausalLM"]
        and all(config.get(name, usual) == usual for name, usual in PLAIN.items())
        and rope.get("rope_type", "default") == "default"
        and "quantization_config" not in config
    )
