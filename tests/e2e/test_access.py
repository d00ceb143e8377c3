"""Every page for a screen reader and a keyboard: axe-core finds no serious fault, in either shade."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.visit import PAGES, Visit

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES, ids=lambda name: name or "overview")
def test_no_serious_fault_of_access(look: Callable[..., Visit], name: str, shade: str) -> None:
    visit = look(shade)
    visit.open(name)
    found = Axe().run(visit.page, options={"resultTypes": ["violations"]}).response["violations"]
    said = [
        f"{fault['id']}: {node['html'][:200]}; {node['failureSummary']}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:3]
    ]
    assert said == []
