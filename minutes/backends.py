"""Names of the summarization backends, known to parts that must not load one.

``models.registry`` builds what is named here; a test holds the two together.
"""

MODEL_NAMES: tuple[str, ...] = ("extractive", "openai", "transformers")

SLOW_TO_LOAD = frozenset({"transformers"})
"""Those that read weights into the worker itself: they are warmed when it starts."""
