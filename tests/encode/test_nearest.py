"""Nearest rows against the whole table of cosines."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from core.encode import nearest_rows
from core.encode.nearest import DEPTH, SPACES, find_nearest
from core.encode.tfidf import text_fields
from core.store import ArtifactStore
from core.types import Catalog


def _matrix(seed: int = 0, *, rows: int = 40, terms: int = 60) -> sparse.csr_matrix:
    dense = np.random.default_rng(seed).random((rows, terms))
    return sparse.csr_matrix(np.where(dense > 0.8, dense, 0.0).astype(np.float32))


def _cosines(matrix: sparse.csr_matrix, n_train: int) -> np.ndarray:
    """Every product with every train row, itself left out; slow and obvious."""
    dense = matrix.toarray()
    unit = dense / np.linalg.norm(dense, axis=1, keepdims=True)
    cosine = unit @ unit[:n_train].T
    cosine[np.arange(n_train), np.arange(n_train)] = -1.0
    return cosine


def test_without_a_cap_it_is_the_whole_tables_order():
    matrix = _matrix()
    found = find_nearest(matrix, 25, depth=6, postings=10**9)
    cosine = _cosines(matrix, 25)
    expected = np.argsort(-cosine, axis=1, kind="stable")[:, :6]
    assert np.array_equal(found.rows, expected)
    assert np.allclose(found.similarity, np.take_along_axis(cosine, expected, axis=1), atol=1e-6)


def test_a_cap_costs_candidates_and_never_the_cosine():
    matrix = _matrix()
    found = find_nearest(matrix, 25, depth=6, postings=12)
    cosine = _cosines(matrix, 25)
    there = found.rows >= 0
    row, place = np.nonzero(there)
    assert np.allclose(found.similarity[there], cosine[row, found.rows[row, place]], atol=1e-6)
    assert (np.diff(np.where(there, found.similarity, 0.0), axis=1) <= 1e-6).all()
    assert (found.similarity[:, 0] <= cosine.max(axis=1) + 1e-6).all()


def test_the_rarest_term_is_looked_up_however_common_it_is():
    matrix = sparse.csr_matrix(np.array([[1, 0], [1, 0], [1, 1], [0, 0]], dtype=np.float32))
    found = find_nearest(matrix, 3, depth=2, postings=0)
    assert found.rows.tolist() == [[1, 2], [0, 2], [-1, -1], [-1, -1]]


def test_equal_texts_stand_in_the_files_order_and_strangers_are_absent():
    matrix = sparse.csr_matrix(np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float32))
    found = find_nearest(matrix, 3, depth=3)
    assert found.rows.tolist() == [[1, 2, -1], [0, 2, -1], [0, 1, -1], [-1, -1, -1]]
    assert found.similarity.tolist() == [[1, 1, 0], [1, 1, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("space", list(SPACES))
def test_a_catalogues_rows_are_kept_and_read_again(space, tiny_catalog: Catalog, store: ArtifactStore):
    found = nearest_rows(tiny_catalog, space, store=store)
    assert found.rows.shape == (600, DEPTH)
    own = np.arange(300)
    assert (found.rows[:300] != own[:, None]).all()
    assert found.rows.max() < 300
    fields = text_fields(tiny_catalog, store=store, names=SPACES[space])
    best = _cosines(fields.weighted(SPACES[space]), 300).max(axis=1)
    assert np.mean(np.isclose(found.similarity[:, 0], best, atol=1e-4)) > 0.99
    again = nearest_rows(tiny_catalog, space, store=store)
    assert np.array_equal(found.rows, again.rows)
    assert np.array_equal(found.similarity, again.similarity)


def test_texts_without_terms_have_no_neighbours():
    found = find_nearest(sparse.csr_matrix((5, 1), dtype=np.float32), 3)
    assert (found.rows == -1).all()
    assert (found.similarity == 0).all()
    assert found.rows.shape == (5, DEPTH)
