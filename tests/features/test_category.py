from __future__ import annotations

import math

import pandas as pd
import pytest

from core.features.category import category_frame, find_category
from core.features.taxonomy import TOP_OF, WORDS


@pytest.mark.parametrize(
    ("title", "sub"),
    [
        ("Velmont Green Tea, 20 Tea Bags", "tea"),
        ("Velmont Dark Roast Coffee Pods", "coffee"),
        ("Velmont Chocolate Chip Cookies", "cookies"),
        ("Velmont Brownie Mix", "mixes"),
        ("Velmont Peanut Butter Spread", "spreads"),
        ("Velmont Extra Virgin Olive Oil", "oil_vinegar"),
        ("Velmont Mac and Cheese", "pasta_noodles"),
        ("Velmont Dog Treats", "pet"),
        ("Velmont Strawberries - Fresh Fruit", "produce"),
    ],
)
def test_shelves(title: str, sub: str) -> None:
    assert find_category(title)[0] == sub


def test_the_title_outweighs_the_bullets() -> None:
    assert find_category("Velmont honey", "goes with coffee")[0] == "syrup_honey"
    assert find_category("Velmont", "goes with coffee")[0] == "coffee"


def test_the_name_outweighs_its_praise() -> None:
    assert find_category("Velmont Honey - for your tea")[0] == "syrup_honey"


def test_score_and_margin() -> None:
    sub, score, margin = find_category("Velmont Quinoa")
    assert (sub, score, margin) == ("rice_grains", 3.0 * 2.5 * 3.0, 1.0)


def test_no_hit_is_missing() -> None:
    sub, score, margin = find_category("Velmont 5000")
    assert sub == "" and math.isnan(score) and math.isnan(margin)
    frame = category_frame(pd.DataFrame({"title": ["Velmont", "Quinoa"], "bullets": ["", ""]}, dtype="str"))
    assert frame["category_top"].isna().tolist() == [True, False]
    assert frame["category_top"].iloc[1] == "pantry"
    assert isinstance(frame["category_sub"].dtype, pd.CategoricalDtype)


def test_categories_do_not_depend_on_the_rows() -> None:
    one = category_frame(pd.DataFrame({"title": ["Tea"], "bullets": [""]}, dtype="str"))
    other = category_frame(pd.DataFrame({"title": ["Quinoa"], "bullets": [""]}, dtype="str"))
    assert (one.dtypes == other.dtypes).all()


def test_the_taxonomy_has_two_levels() -> None:
    assert len(set(TOP_OF.values())) == 12
    assert len(TOP_OF) == 59
    assert {sub for subs in WORDS.values() for sub, _ in subs} == set(TOP_OF)
    assert ("berries" in WORDS) and ("radish" not in WORDS)
