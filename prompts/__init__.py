"""Prompt templates (data) and their loader."""

from prompts.loader import Prompt, PromptHead, load_prompt, parse_prompt, prompt_ids

__all__ = ["Prompt", "PromptHead", "load_prompt", "parse_prompt", "prompt_ids"]
