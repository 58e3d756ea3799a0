"""How a text sounds: negative, neutral or positive, how clearly, and why.

Computed when somebody looks, kept only in memory. English.
"""

from chat.sentiment.judging import Sentiment, Word, judge, together
from chat.sentiment.mood import of_conversation

__all__ = ["Sentiment", "Word", "judge", "of_conversation", "together"]
