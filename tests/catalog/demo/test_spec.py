from __future__ import annotations

import pytest

from core.catalog import DemoSpec
from core.errors import InputError


@pytest.mark.parametrize(
    "field", [{"rows": 3}, {"rows": 10**9}, {"unseen": 1.1}, {"unseen": -0.1}, {"seed": -1}, {"photos": -1}]
)
def test_settings_out_of_range(field: dict[str, int]) -> None:
    with pytest.raises(InputError):
        DemoSpec(**field)


def test_unseen_rows_are_the_rounded_share() -> None:
    assert DemoSpec(rows=1000, unseen=0.281).n_unseen == 281
