"""Quick strategies that several tests run."""

from __future__ import annotations

from core.strategies import MemberRecipe, Strategy

QUICK = {"max_rounds": 12, "learning_rate": 0.2, "leaves": 6, "min_leaf_rows": 3}
TREE = MemberRecipe("lightgbm", "l1", QUICK)
LINE = MemberRecipe("linear")

CONSTANT = Strategy("constant", "Constant", "", (), ())
SIZES = Strategy("sizes", "Sizes", "", ("size",), (TREE,))
BRANDS = Strategy("brands", "Brands", "", ("size", "brand_price"), (TREE, LINE))
PHOTOS = Strategy("photos", "Photos", "", ("size", "image@*"), (TREE,))
