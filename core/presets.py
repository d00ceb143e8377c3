"""Named sets of blocks and models: what ``--preset`` takes and the buttons on the Train page offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.embed import vector_blocks
from core.encode import vector_encoders
from core.errors import InputError
from core.train import FamilyName, LossName, known_blocks
from core.types import Catalog


@dataclass(frozen=True)
class MemberSpec:
    """One model of a blend: its family and its loss."""

    family: FamilyName
    loss: LossName = "l1"

    @property
    def name(self) -> str:
        """``"lightgbm"``, or ``"lightgbm.smape"`` where the loss is not L1; distinct within a preset."""
        return self.family if self.loss == "l1" else f"{self.family}.{self.loss}"


PLAIN = (MemberSpec("lightgbm"), MemberSpec("xgboost"))


@dataclass(frozen=True)
class Preset:
    """A recipe.

    Attributes:
        meaning: One line for help texts.
        blocks: Feature blocks, beside every side table that the user brought and every block of photos and vectors
            that is on by default.
        members: Models whose runs are blended, the one that speaks for all in a diagnosis first.
        keeps_off: True for a baseline, which keeps blocks that are off by default.
    """

    name: str
    meaning: str
    blocks: tuple[str, ...]
    members: tuple[MemberSpec, ...] = PLAIN
    keeps_off: bool = False

    def blocks_for(self, catalog: Catalog) -> tuple[str, ...]:
        """The preset's blocks that are on by default and fit so many rows, and the user's side tables, photos and
        vectors, as far as those are on by default."""
        known = known_blocks(catalog)
        wanted = [name for name in self.blocks if self.keeps_off or known[name].default_on]
        fitting = [name for name in wanted if known[name].fits(catalog.n_train)]
        sides = [f"side:{side.name}" for side in catalog.sides]
        brought = {*vector_blocks(catalog), *vector_encoders(catalog)}
        return (*fitting, *sides, *(name for name in known if name in brought and known[name].default_on))


DEFAULT_PRESET = "text"

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset(
                "five-simple",
                "value, unit, pack, name length, text length: the naive baseline",
                ("five_simple",),
                keeps_off=True,
            ),
            Preset("brand", "sizes and brands, no words", ("size", "brand", "brand_price")),
            Preset(
                "text",
                "everything that the text gives and that has shown its worth",
                (
                    "size",
                    "text_stats",
                    "quality",
                    "category",
                    "brand",
                    "brand_price",
                    "words",
                    "neighbours",
                    "text_size",
                ),
                members=(
                    *PLAIN,
                    MemberSpec("lightgbm", "smape"),
                    MemberSpec("linear", "smape"),
                    # Errs elsewhere than the trees: 0.20 to 0.37 points on the challenge's rows over four fold seeds.
                    MemberSpec("dual_input", "smape"),
                ),
            ),
        )
    }
)
"""Every preset by name."""


def find_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: There is none.
    """
    preset = PRESETS.get(name)
    if preset is None:
        raise InputError(f"no preset {name!r}.", f"Take one of {', '.join(PRESETS)}.")
    return preset
