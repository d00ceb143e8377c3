from __future__ import annotations

import math

import pytest

from core.errors import InputError
from core.shift import OwnScores, find_own_scores, keep_own_scores
from core.store import ArtifactStore


@pytest.mark.parametrize(
    ("validation", "leaderboard", "said"),
    [
        (250.0, 50.0, "a validation score of 250 is no SMAPE. SMAPE runs from 0 to 200"),
        (50.0, -1.0, "a leaderboard score of -1 is no SMAPE"),
        (math.nan, 50.0, "a validation score of nan is no SMAPE"),
        (50.0, 0.0, "hit to the cent"),
        (0.4576, 50.0, "Type it in percent: 45.76, not 0.4576"),
    ],
)
def test_what_is_no_score_is_refused_with_the_remedy(validation: float, leaderboard: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        OwnScores(validation, leaderboard)


def test_a_leaderboard_scores_a_row_at_least() -> None:
    with pytest.raises(InputError, match="leaderboard of 0 rows"):
        OwnScores(50.0, 50.0, n_scored=0)
    assert OwnScores(200.0, 2.0).gap_pct == -198.0


def test_they_are_kept_by_catalogue_over_a_restart(store: ArtifactStore) -> None:
    assert find_own_scores("a", store=store) == {}
    typed = {"validation_pct": 45.76, "leaderboard_pct": None, "n_scored": 100}
    keep_own_scores(typed, "a", store=store)
    again = ArtifactStore(store.root)
    assert find_own_scores("a", store=again) == {"validation_pct": 45.76, "n_scored": 100}
    assert find_own_scores("b", store=again) == {}


def test_a_record_that_somebody_edited_is_read_as_far_as_it_holds_numbers(store: ArtifactStore) -> None:
    keep_own_scores({"validation_pct": "45", "leaderboard_pct": 51.5, "n_scored": True, "more": 1}, "a", store=store)
    assert find_own_scores("a", store=store) == {"leaderboard_pct": 51.5}
