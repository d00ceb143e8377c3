from __future__ import annotations

import pandas as pd
import pytest

from core.features.quality import QUALITY_INFO, quality_frame


def claims(title: str, bullets: str = "", description: str = "") -> set[str]:
    parsed = pd.DataFrame({"title": [title], "bullets": [bullets], "description": [description]}, dtype="str")
    row = quality_frame(parsed).iloc[0]
    return {name.removeprefix("q_") for name, value in row.items() if value == 1 and name != "q_count"}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("USDA Organic oats", "organic"),
        ("Gourmet oats", "gourmet"),
        ("Finest oats", "premium"),
        ("All-natural oats", "natural"),
        ("KOSHER oats", "kosher"),
        ("Halal oats", "halal"),
        ("Vegan oats", "vegan"),
        ("Plant-based milk", "vegan"),
        ("Gluten-free oats", "gluten_free"),
        ("gluten free oats", "gluten_free"),
        ("Non-GMO oats", "non_gmo"),
        ("NonGMO oats", "non_gmo"),
        ("Sugar free gum", "sugar_free"),
        ("unsweetened tea", "sugar_free"),
        ("No sugar added jam", "no_added_sugar"),
        ("Keto friendly", "keto"),
        ("freshly baked", "fresh"),
        ("Hand-made pasta", "handmade"),
        ("Made in Italy", "imported"),
        ("Gift box of tea", "gift"),
        ("Bulk oats", "bulk"),
        ("Variety Pack of bars", "variety"),
        ("Tea sampler", "variety"),
        ("Decaf coffee", "caffeine_free"),
        ("not only organic", "organic"),
    ],
)
def test_claims(text: str, claim: str) -> None:
    assert claim in claims(text)
    assert claim in claims("Velmont", bullets=text)
    assert claim in claims("Velmont", description=text)


@pytest.mark.parametrize(
    "text",
    [
        "not organic",
        "this is not certified organic",
        "Non-organic oats",
        "isn't gourmet",
        "not a premium grade",
        "unnatural colours",
        "not gluten free",
        "not sugar-free",
        "free shipping, free gift wrap not included".replace(" gift", ""),
        "not vegan, never frozen",
        "organically" + "x",
        "rawhide",
    ],
)
def test_denied_and_lookalike_words_claim_nothing(text: str) -> None:
    assert claims(text) == set()


def test_a_denied_claim_does_not_hide_another() -> None:
    assert claims("not organic but vegan and kosher") == {"vegan", "kosher"}


def test_title_claims_are_told_apart() -> None:
    assert "title_organic" in claims("Organic oats")
    assert "title_organic" not in claims("Oats", bullets="organic")


def test_columns_and_count() -> None:
    parsed = pd.DataFrame(
        {"title": ["Organic vegan oats", ""], "bullets": ["", ""], "description": ["", ""]}, dtype="str"
    )
    frame = quality_frame(parsed)
    assert list(frame.columns) == list(QUALITY_INFO.columns)
    assert frame["q_count"].tolist() == [2, 0]
    assert (frame.dtypes == "float64").all()
