"""Members from outside on the page: brought, doubted, kept over a restart, removed; broken files keep nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.blend import list_members
from core.folds import random_plan
from core.store import ArtifactStore
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts
from tests.pages.test_train import quick_run

TAB = "ensemble.tab"


def _csv(frame: pd.DataFrame) -> tuple[str, bytes, str]:
    return ("theirs.csv", frame.to_csv(index=False).encode(), "text/csv")


def _oof(catalog: Catalog, scale: float = 0.4) -> pd.DataFrame:
    noise = np.random.default_rng(0).normal(scale=scale, size=catalog.n_train)
    return pd.DataFrame(
        {"sample_id": catalog.items.train.index, "photo model": catalog.price.to_numpy() * np.exp(noise)}
    )


def _test(catalog: Catalog) -> pd.DataFrame:
    drawn = np.random.default_rng(1).lognormal(np.log(catalog.price).mean(), 0.3, size=catalog.n_test)
    return pd.DataFrame({"sample_id": catalog.items.test.index, "photo model": drawn})


def _at(app: AppTest, tab: str) -> AppTest:
    app.session_state[TAB] = tab
    return sound(app.run())


def _bring(app: AppTest, oof: tuple[str, bytes, str], test: tuple[str, bytes, str] | None = None) -> AppTest:
    for part, file in (("oof", oof), ("test", test)):
        if file is not None:
            next(one for one in app.file_uploader if f"bring_{part}" in str(one.key)).set_value(file)
    return app.run()


def test_a_member_is_brought_weighed_exported_kept_and_removed(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    quick_run(catalog, store)
    app = _at(open_page("ensemble"), "Bring members")
    oof = _oof(catalog, scale=0.6).assign(fold=random_plan(catalog).fold_of.to_numpy())
    sound(_bring(app, _csv(oof), _csv(_test(catalog))))
    said = " ".join(str(frame.value.to_dict()) for frame in app.dataframe)
    assert "read as price" in said
    assert "dollars" in said
    sound(app.button(key="ensemble.bring_keep").click().run())
    (record,) = list_members(catalog.key, store=store)
    assert (record.name, record.has_test, record.has_folds) == ("photo model", True, True)

    again = open_page("ensemble")
    assert record.key in again.multiselect(key=f"ensemble.members.{catalog.key}").value
    assert [item.label for item in again.slider if item.key == f"ensemble.weight.{record.key}"] == ["photo model"]
    assert any(item.label == "Write to out/" for item in _at(again, "Submission").button)
    _at(again, "Bring members")
    sound(again.button(key="ensemble.bring_remove").click().run())
    assert list_members(catalog.key, store=store) == []
    assert record.key not in sound(again.run()).multiselect(key=f"ensemble.members.{catalog.key}").value


def test_without_test_predictions_it_is_weighed_and_not_exported(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    app = open_page("ensemble")
    _bring(app, _csv(_oof(catalog)))
    assert "cannot be exported" in texts(sound(app))
    assert "no column 'fold'" in texts(app)
    sound(app.button(key="ensemble.bring_keep").click().run())
    assert "This blend cannot be exported: photo model came without" in texts(_at(app, "Submission"))
    assert "loses without the member" not in texts(_at(app, "Members"))


def test_a_member_too_good_is_told_above_the_blend(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store)
    app = _at(open_page("ensemble"), "Bring members")
    _bring(app, _csv(_oof(catalog, scale=0.01)))
    assert any("below 75 % of that" in item.value.replace("\\", "") for item in app.error)
    app.button(key="ensemble.bring_keep").click().run()
    app.session_state[TAB] = "Weights"
    app.run()
    assert any("The member's score is believable: no" in item.value.replace("\\", "") for item in app.error)


def test_a_scale_in_doubt_is_asked_for(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    app = open_page("ensemble")
    frame = _oof(catalog)
    frame["photo model"] = np.log10(frame["photo model"])
    sound(_bring(app, _csv(frame)))
    assert "is on no known scale" in texts(app)
    assert app.button(key="ensemble.bring_keep").disabled
    scale = next(item for item in app.selectbox if str(item.key).startswith("ensemble.bring_scale."))
    sound(scale.set_value("log").run())
    assert not app.button(key="ensemble.bring_keep").disabled


@pytest.mark.parametrize(
    "kind", ["header", "rows", "nan", "negative", "twice", "mixed", "ids twice", "unknown", "empty", "text"]
)
def test_broken_files_are_refused_and_nothing_is_kept(
    kind: str, open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    good = _oof(catalog)
    price = good["photo model"]
    name = "photo model"
    spoilt, said = {
        "header": (good.rename(columns={"sample_id": "id"}), "It needs the header sample_id"),
        "rows": (good.iloc[:-9], "9 of 100 train rows have no prediction"),
        "nan": (good.assign(**{name: price.where(good.index > 1)}), "2 rows without a finite number"),
        "negative": (good.assign(**{name: price.where(good.index > 0, -3.0)}), "1 zero or less"),
        "twice": (good, "one file was given twice"),
        "mixed": (good.assign(**{name: np.where(good.index % 3 == 0, np.log(price), price)}), "mixes scales"),
        "ids twice": (pd.concat([good, good.iloc[:2]]), "2 rows repeat an id"),
        "unknown": (good.assign(sample_id=good["sample_id"].where(good.index > 3, "zz" + good["sample_id"])), "4 ids"),
        "empty": (good.iloc[:0], "a header and no rows"),
        "text": (good.assign(**{name: "about " + price.astype(str)}), "100 rows without a finite number"),
    }[kind]
    app = open_page("ensemble")
    _bring(app, _csv(spoilt), _csv(spoilt) if kind == "twice" else None)
    assert [item.value for item in app.exception] == []
    assert any(said in item.value.replace("\\", "") for item in app.error)
    assert not any(item.key == "ensemble.bring_keep" for item in app.button)
    assert list_members(catalog.key, store=store) == []
    assert not (store.root / "members").exists()
    assert not (store.root / "uploads").exists()
