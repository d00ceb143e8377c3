"""Text fields: unit rows, train and test together, blanks without terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.encode.tfidf import FIELDS, text_fields
from core.store import ArtifactStore
from core.types import TEXT, Catalog, SplitFrame


def test_rows_are_products_of_both_files_and_of_unit_length(tiny_catalog: Catalog, store: ArtifactStore):
    fields = text_fields(tiny_catalog, store=store)
    assert set(fields.matrices) == set(FIELDS)
    for matrix in fields.matrices.values():
        assert matrix.shape[0] == tiny_catalog.n_train + tiny_catalog.n_test
        length = np.sqrt(matrix.multiply(matrix).sum(axis=1))
        assert np.allclose(length[length > 0], 1.0, atol=1e-5)
    both = fields.weighted({"title_words": 2.0, "bullet_words": 0.5})
    assert both.shape[1] == fields.matrices["title_words"].shape[1] + fields.matrices["bullet_words"].shape[1]
    squares = both.multiply(both).sum(axis=1)
    assert float(squares.max()) == pytest.approx(2.0**2 + 0.5**2, abs=1e-4)


def test_blank_texts_give_a_field_without_terms(tiny_catalog: Catalog, store: ArtifactStore):
    blank = SplitFrame(*(side.assign(**{TEXT: ""}) for side in (tiny_catalog.items.train, tiny_catalog.items.test)))
    fields = text_fields(replace(tiny_catalog, items=blank, key="blank"), store=store)
    assert fields.matrices["title_words"].nnz == 0
    assert fields.matrices["title_words"].shape[0] == 600
