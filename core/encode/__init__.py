"""Everything that looks at a price before the boosting does, made so that a fold never sees its own rows.

A block here is computed once a fold: the training part's rows carry inner out-of-fold values, the validation rows
and the test rows carry values made from the whole training part. See :mod:`core.encode.scheme` for the arithmetic.
"""

from core.encode.leak import in_sample_brand_price
from core.encode.near_table import NearbyRows, nearby_is_cached, nearby_rows, neighbour_table
from core.encode.nearest import Nearest, nearest_rows
from core.encode.one_row import RowEncoders, hangs_on, row_encoders, row_fits_to_make
from core.encode.registry import ENCODERS, encode_block, encoded_key, encoders, is_encoded, vector_encoders
from core.encode.vector_neighbours import has_vector_nearest, vector_nearest
from core.encode.vector_twins import THRESHOLDS, TwinLevel, twin_levels, twin_table, twins_of

__all__ = [
    "ENCODERS",
    "THRESHOLDS",
    "NearbyRows",
    "Nearest",
    "RowEncoders",
    "TwinLevel",
    "encode_block",
    "encoded_key",
    "encoders",
    "hangs_on",
    "has_vector_nearest",
    "in_sample_brand_price",
    "is_encoded",
    "nearby_is_cached",
    "nearby_rows",
    "nearest_rows",
    "neighbour_table",
    "row_encoders",
    "row_fits_to_make",
    "twin_levels",
    "twin_table",
    "twins_of",
    "vector_encoders",
    "vector_nearest",
]
