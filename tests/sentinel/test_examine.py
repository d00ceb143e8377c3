"""Each planted leak is found by its check and named; a clean catalogue passes; what is kept is read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError, InputError
from core.features import brands
from core.folds import grouped_plan, random_plan
from core.sentinel import CHECKS, run_sentinel
from core.sentinel.column_alone import column_alone
from core.train import Ingredients, TrainSpec, gather, train
from tests import planted
from tests.sentinel.conftest import Case, trained


def test_a_clean_catalogue_passes_every_check(clean: Case):
    found = clean.examine()
    assert list(found) == list(CHECKS)
    assert {check: verdict.evidence for check, verdict in found.items() if verdict.verdict != "pass"} == {}
    assert "bit-identical" in found["own_price"].evidence
    assert all(verdict.evidence.endswith(".") for verdict in found.values())
    assert found["duplicates"].to_json().keys() == {"check", "verdict", "evidence"}


def test_a_brand_price_over_all_rows_is_found_by_three_checks(clean: Case):
    found = clean.examine(planted.brand_price_over_all_rows(clean.store))
    for check in ("shuffled_price", "own_price", "column_alone"):
        assert found[check].verdict == "fail", check
        assert "brand_leak.brand_price_in_sample" in found[check].evidence


def test_a_brand_price_within_the_training_rows_is_found_by_the_price_experiments(clean: Case):
    found = clean.examine(planted.brand_price_within_training(clean.store))
    for check in ("shuffled_price", "own_price"):
        assert found[check].verdict == "fail", check
        assert "brand_within.brand_mean" in found[check].evidence
    assert found["column_alone"].verdict == "pass"


@pytest.mark.parametrize("leaks", [("per_unit", "noisy"), ("half_shown", "codes")], ids=" and ".join)
def test_columns_that_came_with_the_file_are_found_alone_and_the_honest_one_is_not(clean: Case, leaks: tuple[str, str]):
    catalog = clean.catalog
    rng = np.random.default_rng(1)
    shown = pd.Series(rng.random(catalog.n_train) < 0.5, index=catalog.price.index)
    noise = pd.Series(rng.normal(size=catalog.n_train), index=catalog.price.index)
    # Prices in 16 classes, each under an arbitrary number: no order is left for a rank correlation.
    classes = pd.qcut(catalog.price, 16, labels=False).map(dict(enumerate(rng.permutation(16) * 1.0)))
    blocks = {
        "per_unit": lambda: planted.price_per_unit(catalog, clean.store),
        "noisy": lambda: planted.noisy_copy(catalog),
        "half_shown": lambda: planted.column(catalog, "half_shown", catalog.price.where(shown)),
        "codes": lambda: planted.column(catalog, "codes", classes),
    }
    found = clean.examine(*(blocks[leak]() for leak in leaks), planted.column(catalog, "noise", noise))
    assert [check for check, verdict in found.items() if verdict.verdict != "pass"] == ["column_alone"]
    assert found["column_alone"].verdict == "fail"
    assert found["column_alone"].evidence.startswith("2 of ")
    assert all(f"handed_in.{leak} " in found["column_alone"].evidence for leak in leaks)


def test_rows_listed_twice_across_folds_are_counted(clean: Case):
    catalog = planted.with_repeated_rows(clean.catalog, share=0.1)
    found = trained(catalog, clean.store).examine()["duplicates"]
    assert found.verdict != "pass"
    assert f"of {catalog.n_train} validation rows" in found.evidence


def test_a_pseudo_labelled_fold_is_named(clean: Case):
    cheat = planted.with_pseudo_labels(clean.runs[0], clean.catalog, clean.plan, fold=3, store=clean.store)
    found = clean.examine(runs=[cheat, clean.runs[1]])
    assert found["fold_mismatch"].verdict == "fail"
    assert f"Member {cheat.run_id}" in found["fold_mismatch"].evidence
    assert "in fold 4" in found["fold_mismatch"].evidence
    assert clean.examine()["fold_mismatch"].verdict == "pass"


def test_members_of_other_plans_are_named(clean: Case):
    other = random_plan(clean.catalog, seed=9)
    stranger = train(clean.catalog, other, clean.runs[0].spec, store=clean.store)
    found = clean.examine(runs=[clean.runs[0], stranger])["fold_mismatch"]
    assert (found.verdict, stranger.run_id in found.evidence) == ("fail", True)
    alone = clean.examine(runs=[clean.runs[0]])["fold_mismatch"]
    assert (alone.verdict, clean.runs[1].run_id in alone.evidence) == ("warn", True)


def test_verdicts_are_kept_and_the_changed_is_examined_anew(clean: Case, monkeypatch: pytest.MonkeyPatch):
    first = clean.examine()
    for check in ("shuffled_price", "own_price", "column_alone", "duplicates", "id_order", "fold_mismatch"):
        monkeypatch.setattr(f"core.sentinel.examine.{check}", _not_again)
    assert clean.examine() == first
    moved = replace(clean.runs[0], oof_log_price=clean.runs[0].oof_log_price + 0.1)
    with pytest.raises(AssertionError, match="again"):
        clean.examine(runs=[moved, clean.runs[1]])


def _not_again(*_arguments: object, **_named: object) -> None:
    raise AssertionError("examined again")


def test_a_block_that_nobody_handed_in_is_not_vouched_for(clean: Case):
    leaking = train(
        clean.catalog,
        clean.plan,
        TrainSpec("lightgbm", ("size",), max_rounds=5),
        store=clean.store,
        extra=[planted.noisy_copy(clean.catalog)],
        record=False,
    )
    found = {v.check: v for v in run_sentinel(clean.catalog, clean.plan, [leaking], store=clean.store)}
    assert found["column_alone"].verdict == "warn"
    assert "not handed in: handed_in" in found["column_alone"].evidence


def test_nothing_to_examine_and_foreign_plans_are_refused(clean: Case):
    with pytest.raises(InputError, match="no run"):
        run_sentinel(clean.catalog, clean.plan, [], store=clean.store)
    foreign = replace(clean.plan, fold_of=clean.plan.fold_of.iloc[::-1])
    with pytest.raises(AlignmentError):
        run_sentinel(clean.catalog, foreign, clean.runs, store=clean.store)


def test_a_leak_inside_a_fold_aware_block_is_found_against_a_model_without_it(clean: Case):
    names = ("size", "text_stats", "brand", "brand_price", "words")
    honest = gather(clean.catalog, clean.plan, names, store=clean.store)
    leak = planted.brand_price_over_all_rows(clean.store).encoded(clean.catalog, clean.plan)
    inside = replace(leak, info=honest.encoded["brand_price"].info)
    fooled = Ingredients(honest.fixed, {**honest.encoded, "brand_price": inside}, ())
    assert column_alone(clean.catalog, clean.plan, honest, seed=0).verdict == "pass"
    found = column_alone(clean.catalog, clean.plan, fooled, seed=0)
    assert (found.verdict, "brand_price.brand_price_in_sample" in found.evidence) == ("fail", True)


def test_folds_of_whole_brands_do_not_alarm(clean: Case):
    keys = brands(clean.catalog, store=clean.store).value.train["brand_key"]
    plan = grouped_plan(clean.catalog, keys)
    run = train(clean.catalog, plan, clean.runs[0].spec, store=clean.store)
    found = run_sentinel(clean.catalog, plan, [run], store=clean.store)
    assert {verdict.check: verdict.evidence for verdict in found if verdict.verdict != "pass"} == {}
