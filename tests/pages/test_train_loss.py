"""The loss among the settings of a run."""

from __future__ import annotations

from core.jobs import list_jobs
from core.train import LOSSES
from tests.pages.conftest import Open, sound, texts


def test_the_best_loss_stands_first_and_goes_into_the_job(open_page: Open, data) -> None:  # type: ignore[no-untyped-def]
    app = open_page("train")
    assert LOSSES["smape"].meaning in texts(app)
    app.button(key="train.preset.five-simple").click().run()
    sound(app.button(key="train.start").click().run())
    assert list_jobs()[0].params["settings"] == {"loss": "smape"}


def test_l1_goes_unsaid_and_a_quantile_says_its_share(open_page: Open, data) -> None:  # type: ignore[no-untyped-def]
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    app.button_group(key="train.loss.lightgbm").set_value("quantile").run()
    app.number_input(key="train.quantile").set_value(0.4).run()
    sound(app.button(key="train.start").click().run())
    app.button_group(key="train.loss.lightgbm").set_value("l1").run()
    sound(app.button(key="train.start").click().run())
    told = {str(job.params["settings"]) for job in list_jobs()}
    assert told == {"{'loss': 'quantile', 'quantile': 0.4}", "{}"}
