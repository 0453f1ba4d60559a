"""A local language model as a system that only answers questions: Ollama, or what speaks as OpenAI does."""

from ledgerferry.systems.llm.address import Address, Forbidden, look_up
from ledgerferry.systems.llm.client import DEFAULT_MODEL, LocalModel, exchange, open_model

__all__ = ["DEFAULT_MODEL", "Address", "Forbidden", "LocalModel", "exchange", "look_up", "open_model"]
