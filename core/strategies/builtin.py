"""The strategies that everybody weighs against each other, from the constant to everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.presets import DEFAULT_PRESET, PRESETS
from core.strategies.recipe import MemberRecipe, Strategy

TREES = (MemberRecipe("lightgbm"), MemberRecipe("xgboost"))
BRAND = PRESETS["brand"].blocks
TEXT_VECTORS = ("text@*", "text_price@*", "text_neighbours@*")
NETWORK = ("size", "text_stats", "category", "brand", "text_vectors@*", "image_vectors@*", "image_text@*")
PHOTO_VECTORS = ("image@*", "image_price@*", "image_neighbours@*")

_ALL = (
    Strategy("constant", "Constant median", "one price for all: what any model has to beat", (), ()),
    Strategy("five_simple", "Five simple features", "value, unit, pack and two lengths", ("five_simple",), TREES),
    Strategy(
        "text_vectors",
        "Text vectors alone",
        "sentence embeddings of the text by a language tower, nothing read by hand",
        TEXT_VECTORS,
        TREES,
    ),
    Strategy("brand", "Brand only", "sizes, brands and what brands cost", BRAND, TREES),
    Strategy(
        "brand_photo",
        "Brand + photo vectors",
        "sizes and brands, and vectors of the photos",
        (*BRAND, *PHOTO_VECTORS),
        TREES,
    ),
    Strategy(
        "brand_read",
        "Brand + attributes read by a language model",
        "sizes and brands, and the side tables that were brought, such as attributes read by a language model",
        (*BRAND, "side:*"),
        TREES,
    ),
    Strategy(
        "dual_input",
        "Dual-input network",
        "a network with a branch for the texts' vectors, one for the photos' and one for sizes and brands",
        NETWORK,
        (MemberRecipe("dual_input", "smape"),),
    ),
    Strategy(
        "everything",
        "Everything, blended",
        "every block that has shown its worth and all that was brought; five models, weighed",
        (f"preset:{DEFAULT_PRESET}",),
        tuple(MemberRecipe(member.family, member.loss) for member in PRESETS[DEFAULT_PRESET].members),
    ),
)

BUILTIN: Mapping[str, Strategy] = MappingProxyType({strategy.name: strategy for strategy in _ALL})
"""By name, in the order in which "run all" tries them: cheap ones first."""
