from tests.chat.gaps.conftest import _fresh_knowledge, asked, wifi

__all__ = ["_fresh_knowledge", "asked", "wifi"]
