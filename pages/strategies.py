"""Strategies: which approach is worth the hours that are left."""

from __future__ import annotations

from pages import _shell as shell
from pages._strategies.llm import language_model

with shell.page("Strategies", "Is a language model worth the hours that are left?"):
    language_model(shell.workspace())
