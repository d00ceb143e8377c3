from __future__ import annotations

import math

from pages._shell import delta, escaped, interval, money, percent, plain, rows, seconds, smape


def test_money_has_cents_and_thousands() -> None:
    assert [money(12.34), money(2796), money(0.1)] == ["$12.34", "$2,796.00", "$0.10"]
    assert money(math.nan) == "–"


def test_smape_and_its_interval() -> None:
    assert smape(53.909) == "53.91 %"
    assert interval(52.4, 55.7, 0.9) == "52.40 to 55.70 at 90 %"
    assert [smape(None), smape(math.nan)] == ["–", "–"]


def test_names_of_the_program_become_words() -> None:
    assert plain("ids_once") == "ids once"


def test_a_change_has_its_sign() -> None:
    assert [delta(0.314), delta(-1.2), delta(0.001)] == ["+0.31", "−1.20", "±0.00"]


def test_counts_shares_and_durations() -> None:
    assert [rows(1), rows(6480), rows(2, "notice")] == ["1 row", "6,480 rows", "2 notices"]
    assert [percent(28.14), percent(None)] == ["28.1 %", "–"]
    assert [seconds(12.34), seconds(125.4)] == ["12.3 s", "2 min 05 s"]


def test_escaped_text_is_shown_as_it_is() -> None:
    assert escaped("a *b* [c](d) $1 <i> :red:") == r"a \*b\* \[c\](d) \$1 \<i\> \:red\:"
