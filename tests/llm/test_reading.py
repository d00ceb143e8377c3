"""A model's words as attributes, or as a failure of a named kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.llm.answers import BadAnswer
from core.llm.reading import read_attributes
from tests.llm.server import GOOD

READ = {"brand": "Quillmoor", "category": "tea", "quality": ["organic"], "amount": 8.0, "unit": "ounce", "pack": 2}


def but(**changed: Any) -> str:
    return json.dumps({**GOOD, **changed})


def sized(**changed: Any) -> str:
    return but(size={**GOOD["size"], **changed})


@pytest.mark.parametrize(
    "words",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=1)}\n```",
        f"<think>a {{tea}}?</think>\n{json.dumps(GOOD)}",
        f"Here it is: {json.dumps(GOOD)} That is all.",
    ],
)
def test_an_object_is_found(words: str):
    assert read_attributes(words, False) == READ


def test_what_is_not_told_is_missing():
    words = json.dumps(
        {"brand": None, "category": "other", "quality": [], "size": {"amount": None, "unit": None, "pack": None}}
    )
    assert read_attributes(words, False) == {
        "brand": None,
        "category": "other",
        "quality": [],
        "amount": None,
        "unit": None,
        "pack": None,
    }


def test_a_brand_is_one_plain_line_and_words_stand_once():
    found = read_attributes(but(brand=" Quill\nmoor\u0000 \ud800", quality=["vegan", "organic", "vegan"]), False)
    assert (found["brand"], found["quality"]) == ("Quill moor", ["organic", "vegan"])


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("<think>hm", "cut_off"),
        ("I cannot say.", "no_json"),
        ("[1, 2]", "no_json"),
        ("{brand: 'x'}", "no_json"),
        ('{"a": NaN}', "no_json"),
        ('{"a":' * 100_000, "no_json"),
        (json.dumps(GOOD)[:60], "cut_off"),
        (json.dumps(GOOD)[:-1], "cut_off"),
        ('{"brand": "Quill', "cut_off"),
        ('{"brand": nul', "cut_off"),
        (json.dumps(GOOD) * 2, "wrong_schema"),
        ('{"brand": "a", "brand": "b"}', "no_json"),
        ("{}", "wrong_schema"),
        (but(price=12.5), "wrong_schema"),
        (but(brand=7), "wrong_schema"),
        (but(brand="x" * 200), "wrong_schema"),
        (but(category="teas"), "wrong_schema"),
        (but(quality="organic"), "wrong_schema"),
        (but(quality=["cheap"]), "wrong_schema"),
        (but(quality=[["organic"]]), "wrong_schema"),
        (but(size=None), "wrong_schema"),
        (sized(amount="8"), "wrong_schema"),
        (sized(amount=True), "wrong_schema"),
        (sized(amount=0), "wrong_schema"),
        (sized(amount=-2), "wrong_schema"),
        (sized(amount=10**30), "wrong_schema"),
        (sized(unit="oz"), "wrong_schema"),
        (sized(pack=1.5), "wrong_schema"),
        (sized(pack=0), "wrong_schema"),
        (sized(weight=1), "wrong_schema"),
    ],
)
def test_anything_else_is_a_failure(words: str, kind: str):
    with pytest.raises(BadAnswer) as bad:
        read_attributes(words, False)
    assert bad.value.kind == kind


def test_words_that_the_server_cut_are_cut_off():
    with pytest.raises(BadAnswer) as bad:
        read_attributes("Let me think about", True)
    assert bad.value.kind == "cut_off"
