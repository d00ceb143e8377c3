from __future__ import annotations

from typing import Any

from core.jobs import list_jobs
from core.pipeline import keep_report
from core.store import ArtifactStore
from core.types import Catalog
from tests.pages.conftest import TEST_ROWS, Open, sound, texts


def report(unseen_pct: float) -> dict[str, Any]:
    return {
        "schema": 1,
        "command": "run",
        "cv": {"smape_pct": 53.9, "fold_smape_pct": [53.1, 54.6], "fold_plan": "random"},
        "gap": [
            {"setting": "in_sample_brand_price", "oof_smape_pct": 41.2},
            {"setting": "out_of_fold", "oof_smape_pct": 58.1},
        ],
        "forecast": {"smape_pct": 54.0, "low_pct": 52.4, "high_pct": 55.7, "level": 0.9},
        "brand": {"test_rows_unseen_pct": unseen_pct, "n_train_brands": 2800, "n_test_brands": 2100},
        "export": {"checks": [{"check": "ids", "verdict": "pass", "evidence": "all there"}]},
    }


def test_before_the_first_run_it_offers_one(open_page: Open, catalog: Catalog) -> None:
    app = open_page()
    assert "No run on this data yet" in texts(app)
    sound(app.button(key="overview.run").click().run())
    jobs = list_jobs()
    assert [job.kind for job in jobs] == ["pipeline"]
    assert jobs[0].params["preset"] == "text"
    assert app.button(key="overview.run").disabled == jobs[0].active


def test_a_report_becomes_the_story(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    keep_report(report(28.1), catalog.key, store=store)
    app = open_page()
    said = texts(app)
    assert "Validation: 53.90 %" in said
    assert "What a leak would claim: 41.20 %" in said
    assert "Forecast of the test score: 54.00 %" in said
    assert f"{TEST_ROWS} test rows, 52.40 to 55.70 at 90 %" in said
    assert "Test rows of unseen brands: 28.1 %" in said
    assert "many test rows have an unseen brand" in said


def test_a_report_with_absent_parts_still_renders(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    keep_report({"schema": 1, "command": "run"}, catalog.key, store=store)
    assert "Forecast of the test score: –" in texts(open_page())


def test_a_diagnosis_tells_its_story_until_the_first_run(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    keep_report({**report(28.1), "command": "diagnose"}, catalog.key, store=store)
    app = open_page()
    said = texts(app)
    assert "Validation: 53.90 %" in said
    assert "So far a diagnosis, by one LightGBM." in said
    assert "Run it all" in [button.label for button in app.button]
    keep_report({**report(28.1), "cv": {"smape_pct": 52.2}}, catalog.key, store=store)
    said = texts(open_page())
    assert "Validation: 52.20 %" in said
    assert "So far a diagnosis" not in said
