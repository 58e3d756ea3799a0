"""A live Dialogflow ES agent as engine, judged by its own confidence: docs/dialogflow.md."""

from faq.search.dialogflow.asking import AWAY, NAME, ask, current, warm_up

__all__ = ["AWAY", "NAME", "ask", "current", "warm_up"]
