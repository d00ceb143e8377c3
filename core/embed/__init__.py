"""Photos and titles through open_clip's towers, or titles through a text model: encoded once by content, kept in
chunks, never misplaced.

``embed_images`` and ``embed_texts`` give an :class:`Embedding`: unit vectors by ``sample_id`` with rows of NaN, and a
mask, where there is none. ``read_images`` and ``read_texts`` give what is known without opening a model.
"""

from core.embed.attach import (
    carried_over,
    catalog_part,
    remember_photos,
    remember_vectors,
    set_name,
    vector_models,
    with_block,
    with_known,
    with_vectors,
)
from core.embed.blocks import compute_vector_block, find_vectors, is_whole, vector_block_key, vector_blocks
from core.embed.chosen import ORDERS, QUANTILES, Chosen, Order, ordered, row_prices, summarise
from core.embed.compare import MeasuredGain, best_gains, compare_models
from core.embed.embedding import Embedding
from core.embed.gallery import ProductCard, find_products, product_cards, product_titles, short_title, small_photo
from core.embed.gauge import Gauge, read_gauge
from core.embed.photos import STATUS_MEANING, count_statuses, failed_rows, find_photos, photo_path, photo_table
from core.embed.pixels import PHOTO_INFO, photo_block
from core.embed.plane import MapSpec, project_map
from core.embed.points import map_table, places_of, rows_within
from core.embed.precision import Choice, find_choice
from core.embed.rates import Rate, find_rate
from core.embed.room import CacheLimitError, RoomPlan, gib
from core.embed.run import embed_images, embed_texts, read_images, read_texts, vectors_room, vectors_stamp
from core.embed.search import Neighbours, nearest, nearest_products, photo_query, text_query
from core.embed.spec import MODELS, TOWERS, EncodeOptions, ModelInfo, ModelSpec
from core.embed.text_models import folder_licence
from core.embed.texts import compose_text, text_table
from core.embed.weights import weights_hash

__all__ = [
    "MODELS",
    "ORDERS",
    "PHOTO_INFO",
    "QUANTILES",
    "STATUS_MEANING",
    "TOWERS",
    "CacheLimitError",
    "Choice",
    "Chosen",
    "Embedding",
    "EncodeOptions",
    "Gauge",
    "MapSpec",
    "MeasuredGain",
    "ModelInfo",
    "ModelSpec",
    "Neighbours",
    "Order",
    "ProductCard",
    "Rate",
    "RoomPlan",
    "best_gains",
    "carried_over",
    "catalog_part",
    "compare_models",
    "compose_text",
    "compute_vector_block",
    "count_statuses",
    "embed_images",
    "embed_texts",
    "failed_rows",
    "find_choice",
    "find_photos",
    "find_products",
    "find_rate",
    "find_vectors",
    "folder_licence",
    "gib",
    "is_whole",
    "map_table",
    "nearest",
    "nearest_products",
    "ordered",
    "photo_block",
    "photo_path",
    "photo_query",
    "photo_table",
    "places_of",
    "product_cards",
    "product_titles",
    "project_map",
    "read_gauge",
    "read_images",
    "read_texts",
    "remember_photos",
    "remember_vectors",
    "row_prices",
    "rows_within",
    "set_name",
    "short_title",
    "small_photo",
    "summarise",
    "text_query",
    "text_table",
    "vector_block_key",
    "vector_blocks",
    "vector_models",
    "vectors_room",
    "vectors_stamp",
    "weights_hash",
    "with_block",
    "with_known",
    "with_vectors",
]
