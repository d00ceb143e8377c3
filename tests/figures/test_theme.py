from __future__ import annotations

import plotly.graph_objects as go

from core.figures import theme


def test_both_shades_have_the_same_colours_in_order() -> None:
    light, dark = theme.template(), theme.template(dark=True)
    assert light.layout.colorway == dark.layout.colorway == theme.SEQUENCE
    assert light.layout.colorway[:3] == (theme.TRAIN, theme.TEST, theme.UNSEEN)
    assert light.layout.font.color != dark.layout.font.color


def test_styled_sets_titles_and_height() -> None:
    figure = theme.styled(go.Figure(), x_title="price", y_title="rows", height_px=200)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("price", "rows")
    assert figure.layout.height == 200
