from __future__ import annotations

from core.sentinel import CHECKS, Verdict, verdict_table
from core.sentinel.verdict import Finding, worst


def test_a_verdict_carries_title_and_remedy_of_its_check():
    verdict = Verdict.of("duplicates", Finding("warn", "Two twins."))
    assert (verdict.title, verdict.remedy) == (CHECKS["duplicates"].title, CHECKS["duplicates"].remedy)
    assert verdict.to_json() == {"check": "duplicates", "verdict": "warn", "evidence": "Two twins."}


def test_the_gravest_verdict_wins():
    assert worst(["pass", "fail", "warn"]) == "fail"
    assert worst(["pass", "warn"]) == "warn"
    assert worst([]) == "pass"


def test_the_screen_shows_the_gravest_first_and_a_remedy_only_where_needed():
    lines = [
        {"check": "id_order", "verdict": "pass", "evidence": "a"},
        {"check": "duplicates", "verdict": "fail", "evidence": "b"},
        {"check": "of_tomorrow", "verdict": "warn", "evidence": "c"},
    ]
    table = verdict_table(lines)
    assert table["check"].tolist() == ["duplicates", "of_tomorrow", "id_order"]
    assert table["title"].tolist() == [CHECKS["duplicates"].title, "of_tomorrow", CHECKS["id_order"].title]
    assert table["remedy"].tolist() == [CHECKS["duplicates"].remedy, "", ""]
    assert verdict_table([]).empty
