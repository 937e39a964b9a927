"""Any server that speaks the chat completions of OpenAI: vLLM, SGLang, llama.cpp, Ollama, Azure OpenAI."""

from models.openai_compatible.backend import OpenAIBackend
from models.openai_compatible.endpoint import Endpoint

__all__ = ["Endpoint", "OpenAIBackend"]
