"""All that is read of one product as it would be with another text, brand or size; in milliseconds, without a price.

The product stands in its own place of the catalogue: an unchanged one reads exactly as there, corrections included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.features.brand import brand_columns
from core.features.brand_index import BrandIndex, brand_index
from core.features.brand_one import read_one_brand
from core.features.brand_tokens import name_key
from core.features.category import category_frame
from core.features.corrected import corrected_reading, size_fix
from core.features.five_simple import five_simple_frame
from core.features.parse import parse_frame
from core.features.quality import quality_frame
from core.features.registry import brands
from core.features.row_view import SIZE_FIELDS, RowView, Split, view_of
from core.features.size import read_fields, reading_frame, size_bodies
from core.features.text_stats import text_stats_frame
from core.overrides import OverrideField
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


@dataclass(frozen=True)
class ProductEdit:
    """What is changed in a product.

    Attributes:
        text: Another catalogue text; None to leave it.
        fields: Corrections as the override table writes them, e.g. ``{"pack_count": "6", "brand": ""}``; they come on
            top of those that the product has.
    """

    text: str | None = None
    fields: Mapping[OverrideField, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadProduct:
    """A product as read.

    Attributes:
        parsed: One row, as :func:`core.features.parsed_catalog` has it.
        brand_key: ``""`` where the brand is unknown.
        blocks: One row a block of :data:`core.features.BLOCKS`.
        view: The same for the eye.
    """

    parsed: pd.DataFrame
    brand_key: str
    blocks: Mapping[str, pd.DataFrame]
    view: RowView


@dataclass(frozen=True)
class ProductReader:
    """The catalogue's counts, held ready to read one product after the other.

    Attributes:
        brand: The table of :func:`core.features.brands`.
        brand_rows: Products of each brand, by key.
        spelling: The name that each key is shown by.
    """

    catalog: Catalog
    index: BrandIndex
    brand: SplitFrame
    brand_rows: Mapping[str, int]
    spelling: Mapping[str, str]

    @classmethod
    def of(cls, catalog: Catalog, *, store: ArtifactStore) -> ProductReader:
        """The reader of a catalogue; costs what learning its brands costs where that is not cached."""
        brand = brands(catalog, store=store).value
        stacked = brand.stacked()
        counted = {str(key): int(count) for key, count in stacked["brand_key"].value_counts().items()}
        spelling = dict(zip(stacked["brand_key"].tolist(), stacked["brand"].tolist(), strict=True))
        return cls(catalog, brand_index(catalog, store=store), brand, counted, spelling)

    def read(self, split: Split, sample_id: str, edit: ProductEdit) -> ReadProduct:
        """The product with the edit."""
        item = getattr(self.catalog.items, split).loc[sample_id]
        text = str(item[TEXT]) if edit.text is None else edit.text
        fixes: dict[str, str] = {}
        fixes |= self.catalog.overrides.of_rows("brand", *SIZE_FIELDS).get((split, sample_id), {})
        fixes |= {str(name): to for name, to in edit.fields.items()}
        row = pd.Index([sample_id], name=ID)
        items = pd.DataFrame({TEXT: pd.array([text], dtype="str")}, index=row)
        parsed = parse_frame(items)
        maker = self._brand(split, sample_id, parsed, edit, fixes)
        size = _size(parsed, fixes)
        blocks = {
            "size": size,
            "text_stats": text_stats_frame(parsed, items),
            "quality": quality_frame(parsed),
            "category": category_frame(parsed),
            "brand": self._brand_block(split, sample_id, maker),
            "five_simple": five_simple_frame(parsed, size, items),
        }
        view = view_of(
            text,
            maker.iloc[0],
            blocks["category"].iloc[0],
            blocks["quality"].iloc[0],
            self.catalog.overrides,
            fixes,
            place=(split, sample_id),
            image_link=str(item[IMAGE]),
        )
        return ReadProduct(parsed, str(maker["brand_key"].iloc[0]), blocks, view)

    def _brand(
        self, split: Split, sample_id: str, parsed: pd.DataFrame, edit: ProductEdit, fixes: Mapping[str, str]
    ) -> pd.DataFrame:
        """One row as in the table of :func:`core.features.brands`."""
        merges = self.catalog.overrides.merges()
        if "brand" in edit.fields:
            key = name_key(edit.fields["brand"])
            name, confidence = edit.fields["brand"], 1.0 if key else 0.0
        elif edit.text is None or "brand" in fixes:
            return getattr(self.brand, split).loc[[sample_id]]  # type: ignore[no-any-return]
        else:
            own = parse_frame(getattr(self.catalog.items, split).loc[[sample_id]])
            title, body = parsed["title"].iloc[0], size_bodies(parsed).iloc[0]
            one = read_one_brand(self.index, title, body, of=(own["title"].iloc[0], size_bodies(own).iloc[0]))
            key, name, confidence = one.key, one.name, one.confidence
        key = merges.get(key, key)
        shown = (self.spelling.get(key) or name) if key else ""
        columns = {"brand": pd.array([shown], dtype="str"), "brand_key": pd.array([key], dtype="str")}
        return pd.DataFrame(columns, index=parsed.index).assign(brand_confidence=confidence)

    def _brand_block(self, split: Split, sample_id: str, maker: pd.DataFrame) -> pd.DataFrame:
        key = str(maker["brand_key"].iloc[0])
        before = str(getattr(self.brand, split)["brand_key"].loc[sample_id])
        # The product itself is one of its brand's, whichever that is now.
        count = self.brand_rows.get(key, 0) + (key != before)
        return brand_columns(maker, pd.Series([float(count)], index=maker.index))


def _size(parsed: pd.DataFrame, fixes: Mapping[str, str]) -> pd.DataFrame:
    fix = size_fix(fixes)
    value = float(parsed["value"].iloc[0]) if fix.value is None else fix.value
    reading = read_fields(parsed["title"].iloc[0], value, parsed["unit"].iloc[0], size_bodies(parsed).iloc[0])
    return reading_frame([corrected_reading(reading, fix)], parsed.index).astype(np.float64)
