"""Strategies: recipes of blocks, models and folds, measured against each other on one's own data.

A strategy is an open JSON file. :func:`run_all` runs what is due, :func:`make_board` puts the outcomes side by side,
:func:`advice` says in a sentence what they mean. :func:`take_sample` and :func:`foretell` say beforehand what each
would take here.
"""

from core.strategies.advice import advice
from core.strategies.board import BoardRow, make_board
from core.strategies.builtin import BUILTIN
from core.strategies.costs import Costs
from core.strategies.execute import run_strategy
from core.strategies.foretelling import Foretold, foretell
from core.strategies.headless import all_strategies, board_table, chosen, weigh_strategies
from core.strategies.mixing import Mixed, find_mixed
from core.strategies.outcome import Outcome, find_outcome, is_current
from core.strategies.recipe import MemberRecipe, Strategy, read_strategies, read_strategy
from core.strategies.resolve import blocks_of
from core.strategies.sample import Sample, can_be_timed, find_sample, take_sample
from core.strategies.saved import forget_strategy, name_for, save_strategy, saved_folder, saved_strategies
from core.strategies.unattended import Unattended, able, run_all

__all__ = [
    "BUILTIN",
    "BoardRow",
    "Costs",
    "Foretold",
    "MemberRecipe",
    "Mixed",
    "Outcome",
    "Sample",
    "Strategy",
    "Unattended",
    "able",
    "advice",
    "all_strategies",
    "blocks_of",
    "board_table",
    "can_be_timed",
    "chosen",
    "find_mixed",
    "find_outcome",
    "find_sample",
    "foretell",
    "forget_strategy",
    "is_current",
    "make_board",
    "name_for",
    "read_strategies",
    "read_strategy",
    "run_all",
    "run_strategy",
    "save_strategy",
    "saved_folder",
    "saved_strategies",
    "take_sample",
    "weigh_strategies",
]
