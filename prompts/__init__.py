"""Prompt templates (data) and their loader."""

from prompts.collection import Prompts, load_prompts
from prompts.loader import Message, Prompt, PromptHead, parse_prompt

__all__ = ["Message", "Prompt", "PromptHead", "Prompts", "load_prompts", "parse_prompt"]
