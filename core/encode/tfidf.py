"""TF-IDF matrices of the catalogue's texts, one a field, train and test together; no price is seen.

Sublinear term counts, rows of unit length, terms of at least two products. At most :data:`MAX_TERMS` terms a field, the
most frequent, so that 150,000 products stay within memory. Each field is an artifact of its own: several blocks read
the same ones, and the experiments that only change prices need not count words again.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from core.features import artifact_key, parsed_catalog
from core.store import ArtifactStore, cache_key
from core.types import Catalog

FieldMatrix: TypeAlias = Any
"""A scipy CSR matrix of float32, shape (n_train + n_test, n_terms)."""

VERSION = 1
MAX_TERMS = 120_000
ONE_LETTER_WORDS = r"(?u)\b\w+\b"


@dataclass(frozen=True)
class Field:
    """How one field's text becomes terms."""

    sources: tuple[str, ...]
    analyzer: str = "word"
    ngrams: tuple[int, int] = (1, 1)
    token_pattern: str = r"(?u)\b\w\w+\b"


FIELDS: Mapping[str, Field] = {
    "title_words": Field(("title",), ngrams=(1, 2), token_pattern=ONE_LETTER_WORDS),
    "title_letters": Field(("title",), analyzer="char_wb", ngrams=(3, 5)),
    "bullet_words": Field(("bullets",), ngrams=(1, 2)),
    "description_words": Field(("description",)),
    "all_words": Field(("title", "bullets", "description", "size_line"), ngrams=(1, 2), token_pattern=ONE_LETTER_WORDS),
}


@dataclass(frozen=True)
class TextFields:
    """The fields' matrices over the same products, train rows first."""

    matrices: Mapping[str, FieldMatrix]

    def weighted(self, weights: Mapping[str, float]) -> FieldMatrix:
        """The named fields side by side, each times its weight."""
        from scipy import sparse

        return sparse.hstack([self.matrices[name] * np.float32(weight) for name, weight in weights.items()]).tocsr()


def text_fields(catalog: Catalog, *, store: ArtifactStore, names: Iterable[str] = tuple(FIELDS)) -> TextFields:
    """The named fields' matrices, each cached; a field whose texts are all blank has no terms and weighs nothing."""
    matrices: dict[str, FieldMatrix] = {}
    texts = functools.cache(lambda: _texts(catalog, store))
    for name in names:
        kept = store.raw(_field_key(catalog, name), functools.partial(_field_bytes, catalog, texts, name, store))
        matrices[name] = _from_bytes(kept.value)
    return TextFields(matrices)


def field_terms(catalog: Catalog, name: str, *, store: ArtifactStore) -> list[str]:
    """The terms behind a field's columns, in their order; kept when its matrix is made, else counted again."""

    def count() -> list[str]:
        return _counted_field(_texts(catalog, store), FIELDS[name])[1]

    terms: list[str] = store.json(_terms_key(catalog, name), count).value
    return terms


def _field_key(catalog: Catalog, name: str) -> str:
    spec = {**asdict(FIELDS[name]), "max_terms": MAX_TERMS}
    parsed = artifact_key(catalog, "parse")
    return cache_key("encode.tfidf", VERSION, {**spec, "sources": list(spec["sources"])}, [parsed])


def _terms_key(catalog: Catalog, name: str) -> str:
    return cache_key("encode.tfidf.terms", VERSION, {}, [_field_key(catalog, name)])


def side_words(catalog: Catalog) -> FieldMatrix:
    """TF-IDF of what the side tables' category columns say: each value as a whole and word by word.

    Returns:
        Shape (n_products, n_terms), rows of unit length; no terms weigh anything without such columns.
    """
    documents: list[list[str]] = [[] for _ in range(catalog.n_train + catalog.n_test)]
    for side in catalog.sides:
        stacked = side.frame.stacked()
        for name in stacked.columns:
            if isinstance(stacked[name].dtype, pd.CategoricalDtype):
                terms = [_value_terms(f"{side.name}.{name}", str(value)) for value in stacked[name].cat.categories]
                for document, code in zip(documents, stacked[name].cat.codes, strict=True):
                    document.extend(terms[code] if code >= 0 else ())
    return _counted(documents, analyzer=list)[0]


def _value_terms(column: str, value: str) -> list[str]:
    folded = value.casefold()
    return [f"{column}={folded}", *re.findall(r"\w+", folded)]


def _texts(catalog: Catalog, store: ArtifactStore) -> pd.DataFrame:
    return field_texts(parsed_catalog(catalog, store=store).value.stacked())


def field_texts(texts: pd.DataFrame) -> pd.DataFrame:
    """What the fields are made of, from parsed texts: ``title``, ``bullets``, ``description``, ``size_line``."""
    fields = zip(texts["value"], texts["unit"], strict=True)
    size_line = ["" if np.isnan(value) else f"{value:g} {unit}" for value, unit in fields]
    return texts[["title", "bullets", "description"]].assign(size_line=size_line)


def _field_bytes(catalog: Catalog, texts: Callable[[], pd.DataFrame], name: str, store: ArtifactStore) -> bytes:
    """The field's matrix as scipy writes it, an uncompressed ``.npz``; its terms are kept beside."""
    from scipy import sparse

    buffer = io.BytesIO()
    matrix, terms = _counted_field(texts(), FIELDS[name])
    store.keep_json(_terms_key(catalog, name), terms)
    sparse.save_npz(buffer, matrix.tocsr(), compressed=False)
    return buffer.getvalue()


def _from_bytes(data: bytes) -> FieldMatrix:
    from scipy import sparse

    # load_npz refuses pickled arrays.
    return sparse.load_npz(io.BytesIO(data)).tocsr()


def field_documents(texts: pd.DataFrame, field: Field) -> pd.Series:
    """The texts of a field, from :func:`field_texts`."""
    if len(field.sources) > 1:
        return texts[list(field.sources)].astype(object).agg(" ".join, axis=1)
    return texts[field.sources[0]].astype(object)


def _counted_field(texts: pd.DataFrame, field: Field) -> tuple[FieldMatrix, list[str]]:
    return _counted(
        field_documents(texts, field),
        analyzer=field.analyzer,
        ngram_range=field.ngrams,
        token_pattern=field.token_pattern if field.analyzer == "word" else None,
    )


def _counted(
    documents: Sequence[Any] | pd.Series,
    *,
    analyzer: str | Callable[[Any], list[str]],
    ngram_range: tuple[int, int] = (1, 1),
    token_pattern: str | None = None,
) -> tuple[FieldMatrix, list[str]]:
    """The matrix and the terms of its columns."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=ngram_range,
        token_pattern=token_pattern,
        sublinear_tf=True,
        min_df=min(2, len(documents)),
        max_features=MAX_TERMS,
        dtype=np.float32,
    )
    try:
        matrix = vectorizer.fit_transform(documents)
        return matrix, vectorizer.get_feature_names_out().tolist()
    except ValueError:
        # scikit-learn's way to say that no term is left: all blank, or every term in one product only.
        return sparse.csr_matrix((len(documents), 1), dtype=np.float32), []
