"""Any causal model of transformers, as chat.bot.language_models.steps wants one."""

from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from chat.bot.language_models import memory


class Layer(memory.Layer, DynamicLayer):
    """One layer's memory, which transformers takes for one of its own."""

    def __init__(self) -> None:
        DynamicLayer.__init__(self)

    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
        return self.append(key_states, value_states)

    def set(self, keys: Any, values: Any) -> None:
        self.is_initialized = True
        self.dtype, self.device = keys.dtype, keys.device
        super().set(keys, values)


class AnyModel:
    """A model that transformers has loaded; `most` replies at once."""

    def __init__(self, model: Any) -> None:
        self.model = model
        layers = DynamicCache(config=model.config).layers
        self.layers = len(layers)
        # Windows and states of other kinds cannot be put side by side.
        self.most = 2**31 if all(type(layer) is DynamicLayer for layer in layers) else 1
        self.longest = getattr(model.config, "max_position_embeddings", None) or 2**31
        self.ends = model.generation_config.eos_token_id

    def memory(self) -> Any:
        """An empty one."""
        if self.most == 1:
            return DynamicCache(config=self.model.config)
        cache = DynamicCache()
        cache.layers = [Layer() for _ in range(self.layers)]
        return Shared(cache)

    def logits(
        self, tokens: Any, memory: Any, mask: Any = None, places: Any = None, last: int = 1
    ) -> Any:
        """See chat.bot.language_models.steps.Model."""
        cache = memory.cache if isinstance(memory, Shared) else memory
        how = {} if mask is None else {"attention_mask": mask, "position_ids": places}
        return self.model(input_ids=tokens, cache=cache, logits_to_keep=last, **how).logits


class Shared(memory.Memory):
    """The layers of a cache of transformers."""

    def __init__(self, cache: Any) -> None:
        super().__init__(cache.layers)
        self.cache = cache
