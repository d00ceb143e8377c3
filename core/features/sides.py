"""The blocks ``side:<name>``: tables that the user brought, as they are."""

from __future__ import annotations

from types import MappingProxyType

from core.types import BlockInfo, Catalog, FeatureBlock

SIDE_PREFIX = "side:"


def side_blocks(catalog: Catalog) -> dict[str, BlockInfo]:
    """One block for each side table of the catalogue, by name."""
    infos = {}
    for side in catalog.sides:
        name = f"{SIDE_PREFIX}{side.name}"
        columns = dict.fromkeys(side.frame.columns, "as the side table has it")
        infos[name] = BlockInfo(
            name=name,
            title=f"Side table {side.name}",
            meaning="What your own table says about each product",
            columns=MappingProxyType(columns),
            kind="side",
        )
    return infos


def side_block(catalog: Catalog, name: str) -> FeatureBlock:
    """The side table's frame as a block; its key is that of the file's contents and the catalogue.

    Raises:
        AlignmentError: The table does not name the catalogue's rows in their order.
    """
    side = next(side for side in catalog.sides if f"{SIDE_PREFIX}{side.name}" == name)
    side.frame.check_rows(catalog.items)
    return FeatureBlock(side_blocks(catalog)[name], side.frame, side.key, 0.0, True)
