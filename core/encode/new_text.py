"""One new text as a row of the catalogue's TF-IDF fields: their terms and document counts stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.encode.tfidf import FIELDS, FieldMatrix, TextFields, field_documents, field_terms, field_texts
from core.store import ArtifactStore
from core.types import Catalog


@dataclass(frozen=True)
class TextReader:
    """Counters and weighers of some fields, by name.

    Attributes:
        counters: scikit-learn's ``CountVectorizer`` with the field's terms; None for a field without terms.
        weighers: Its ``TfidfTransformer`` with the catalogue's document counts.
    """

    counters: Mapping[str, Any]
    weighers: Mapping[str, Any]

    @classmethod
    def of(cls, catalog: Catalog, fields: TextFields, names: Iterable[str], *, store: ArtifactStore) -> TextReader:
        """Readers of the named fields; where their terms were not kept the texts are counted again."""
        from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

        counters: dict[str, Any] = {}
        weighers: dict[str, Any] = {}
        for name in names:
            field, terms = FIELDS[name], field_terms(catalog, name, store=store)
            counters[name] = (
                CountVectorizer(
                    analyzer=field.analyzer,
                    ngram_range=field.ngrams,
                    token_pattern=field.token_pattern if field.analyzer == "word" else None,
                    vocabulary={term: place for place, term in enumerate(terms)},
                    dtype=np.float32,
                )
                if terms
                else None
            )
            # Which products hold a term is all that it learns, and the weights tell that as well as counts would.
            weighers[name] = TfidfTransformer(sublinear_tf=True).fit(fields.matrices[name])
        return cls(counters, weighers)

    def row(self, parsed: pd.DataFrame) -> TextFields:
        """The fields of one product, each of shape (1, n_terms).

        Args:
            parsed: One row, as :func:`core.features.parsed_catalog` has it.
        """
        texts = field_texts(parsed)
        return TextFields({name: self._field(name, field_documents(texts, FIELDS[name])) for name in self.counters})

    def _field(self, name: str, documents: pd.Series) -> FieldMatrix:
        from scipy import sparse

        if self.counters[name] is None:
            return sparse.csr_matrix((len(documents), 1), dtype=np.float32)
        return self.weighers[name].transform(self.counters[name].transform(documents)).tocsr()
