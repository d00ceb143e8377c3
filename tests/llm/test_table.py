"""The answers as a side table: read back as any other, and nothing of a price in what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.catalog import CatalogSource, load_catalog
from core.features import UNITS as KNOWN_UNITS
from core.llm import (
    AskSpec,
    Endpoint,
    ask_attributes,
    attribute_answers,
    attribute_inputs,
    attribute_table,
    read_rows,
    side_name,
    write_side_table,
)
from core.llm.prompts import TEXT_CHARS, UNITS, shortened
from core.store import ArtifactStore
from core.train import known_blocks
from tests.llm.conftest import Serve
from tests.llm.server import GOOD, Answer, Asked, says


def write_products(folder: Path, texts: list[str]) -> CatalogSource:
    lines = [f'{i},"{text}",,{100 + i}.37' for i, text in enumerate(texts)]
    (folder / "train.csv").write_text("\n".join(["sample_id,catalog_content,image_link,price", *lines, ""]))
    (folder / "test.csv").write_text('sample_id,catalog_content,image_link\n90,"Oats",\n91,"Tea",\n')
    return CatalogSource(str(folder / "train.csv"), str(folder / "test.csv"))


@pytest.fixture
def products(tmp_path: Path) -> CatalogSource:
    return write_products(tmp_path, ["Tea", "Tea", "Oats", "Salt", "Bread", "Jam", "Rice", " "])


def behave(asked: Asked) -> Answer:
    if asked.text == "Salt":
        return says("no")
    brand = {"Tea": "Quillmoor"}.get(asked.text, "Other, House")
    unit = "fluid ounce" if asked.text == "Jam" else "count" if asked.text == "Bread" else "ounce"
    return says({**GOOD, "brand": brand, "size": {"amount": 8, "unit": unit, "pack": None if unit == "count" else 2}})


def test_a_table_that_the_catalogue_reads_as_any_side_table(
    serve: Serve, products: CatalogSource, store: ArtifactStore, quick: AskSpec, tmp_path: Path
):
    server = serve(behave)
    catalog = load_catalog(products)
    inputs = attribute_inputs(catalog, None, store=store)
    # Two teas are one question, and the blank text none.
    assert (len(inputs.questions), inputs.products) == (6, 9)
    ask_attributes(inputs, Endpoint(server.url, "org/Some-Model 7B"), quick, store=store)
    assert len(server.asked) == 6
    table = attribute_table(inputs, attribute_answers("org/Some-Model 7B", store=store))
    assert read_rows(table) == 8
    train = table.train
    assert train["llm_brand"].tolist()[:3] == ["Quillmoor", "Quillmoor", "Other, House"]
    assert train.loc[["3", "7"]].isna().all(axis=None)
    grams = 16 * 28.349523125
    np.testing.assert_allclose(train["llm_total_g"], [grams, grams, grams, np.nan, np.nan, grams, grams, np.nan])
    assert train["llm_is_organic"].tolist()[:4] == pytest.approx([1, 1, 1, np.nan], nan_ok=True)
    assert train["llm_is_vegan"].tolist()[:3] == [0, 0, 0]
    paths = write_side_table(table, tmp_path, side_name("org/Some-Model 7B"))
    assert [path.name for path in paths] == ["llm_some_model_7b_train.csv", "llm_some_model_7b_test.csv"]
    with_side = load_catalog(replace(products, sides=tuple(map(str, paths))))
    (side,) = with_side.sides
    assert side.name == "llm_some_model_7b"
    assert "side:llm_some_model_7b" in known_blocks(with_side)
    np.testing.assert_allclose(side.frame.train["llm_pack"], train["llm_pack"])
    assert side.frame.test["llm_brand"].tolist() == ["Other, House", "Quillmoor"]


def test_no_price_and_no_id_is_ever_sent(serve: Serve, products: CatalogSource, store: ArtifactStore, quick: AskSpec):
    server = serve(behave)
    inputs = attribute_inputs(load_catalog(products), None, store=store)
    ask_attributes(inputs, Endpoint(server.url, "m"), quick, store=store)
    sent = "\n".join(json.dumps(asked.body) + json.dumps(asked.headers) for asked in server.asked)
    assert ".37" not in sent
    assert "sample_id" not in sent
    assert sorted(asked.text for asked in server.asked) == ["Bread", "Jam", "Oats", "Rice", "Salt", "Tea"]


def test_a_photo_goes_along_as_a_small_data_address(serve: Serve, store: ArtifactStore, quick: AskSpec, tmp_path: Path):
    from PIL import Image

    products = write_products(tmp_path, ["Tea", "Oats"])
    photos = tmp_path / "images"
    photos.mkdir()
    Image.new("RGB", (900, 600), (200, 30, 30)).save(photos / "0.jpg")
    (photos / "1.jpg").write_bytes(b"no photo")
    server = serve(lambda asked: says(GOOD))
    catalog = load_catalog(products)
    inputs = attribute_inputs(catalog, photos, store=store)
    assert len(inputs.with_photo) == 1
    ask_attributes(inputs, Endpoint(server.url, "m"), quick, store=store)
    sent = [asked.body["messages"][1]["content"] for asked in server.asked]
    (with_photo,) = [content for content in sent if isinstance(content, list)]
    assert with_photo[0] == {"type": "text", "text": "Tea"}
    assert with_photo[1]["image_url"]["url"].startswith("data:image/jpeg;base64,/9j/")
    assert len(with_photo[1]["image_url"]["url"]) < 20_000
    # The same text without a photo is another question.
    assert set(attribute_inputs(catalog, None, store=store).questions) != set(inputs.questions)


def test_the_end_of_a_long_text_is_kept():
    text = "a" * 20_000 + "\nValue: 12.0\nUnit: Ounce"
    short = shortened(text)
    assert len(short) == TEXT_CHARS
    assert short.endswith("Value: 12.0\nUnit: Ounce")
    assert short.startswith("aaa")
    assert shortened("short") == "short"


def test_every_unit_of_the_schema_is_one_that_the_studio_knows():
    assert set(UNITS) <= set(KNOWN_UNITS)


def test_names_of_tables():
    assert side_name("Qwen/Qwen2.5-7B-Instruct") == "llm_qwen2_5_7b_instruct"
    assert side_name("qwen2.5:7b") == "llm_qwen2_5_7b"
    assert side_name("///") == "llm_model"
    assert side_name("../../etc") == "llm_etc"
    assert len(side_name("x" * 200)) < 60


def test_answers_of_another_server_tell_nothing_of_this_ones_time(
    serve: Serve, products: CatalogSource, store: ArtifactStore, quick: AskSpec
):
    from core.llm import plan_attributes

    inputs = attribute_inputs(load_catalog(products), None, store=store)
    ask_attributes(inputs, Endpoint(serve(behave).url, "m"), quick, store=store)
    other = Endpoint("http://127.0.0.1:9/v1", "m")
    plan = plan_attributes(inputs, attribute_answers("m", store=store), other, quick)
    assert (plan.to_ask, plan.measured) == (0, 0)
