"""The unit spellings of the catalogue, each with its kind and its size in the base unit of that kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

UnitKind: TypeAlias = Literal["weight", "volume", "count"]

OUNCE_G = 28.349523125
POUND_G = 453.59237
FLUID_OUNCE_ML = 29.5735295625


@dataclass(frozen=True)
class Unit:
    """A canonical unit.

    Attributes:
        name: As shown, e.g. ``"fluid ounce"``.
        kind: What it measures.
        base: Its size in grams, millilitres or pieces.
    """

    name: str
    kind: UnitKind
    base: float

    @property
    def gram_like(self) -> float:
        """Grams; a fluid ounce stands as an ounce because the catalogue writes one for the other. Counts: 1."""
        return self.base * OUNCE_G / FLUID_OUNCE_ML if self.kind == "volume" else self.base


_TABLE: tuple[tuple[Unit, str], ...] = (
    (Unit("ounce", "weight", OUNCE_G), "ounce ounces oz ozs onz onza onzas once onces unze unzen oncia weightounce"),
    (Unit("pound", "weight", POUND_G), "pound pounds lb lbs lib libra libras livre livres pfund libbra ib ibs"),
    (Unit("gram", "weight", 1.0), "gram grams gramm gramms gramo gramos gramme grammes grammi grammo g gm gms gr grs"),
    (
        Unit("kilogram", "weight", 1000.0),
        "kilogram kilograms kilogramm kilogramo kilogramos kilo kilos kg kgs kilogramme",
    ),
    (Unit("milligram", "weight", 0.001), "milligram milligrams milligramm miligramo miligramos mg mgs"),
    (
        Unit("fluid ounce", "volume", FLUID_OUNCE_ML),
        "floz fluidounce fluidounces fluidoz flounce flounces fluidozs flozs fz foz onzaliquida onzasliquidas fl",
    ),
    (
        Unit("milliliter", "volume", 1.0),
        "milliliter milliliters millilitre millilitres mililitro mililitros millilitri millilitro ml mls mililiter",
    ),
    (Unit("centiliter", "volume", 10.0), "centiliter centiliters centilitre centilitres centilitro centilitri cl"),
    (Unit("liter", "volume", 1000.0), "liter liters litre litres litro litros litri l lt ltr ltrs"),
    (Unit("gallon", "volume", 128 * FLUID_OUNCE_ML), "gallon gallons gal gals galon galones"),
    (Unit("quart", "volume", 32 * FLUID_OUNCE_ML), "quart quarts qt qts"),
    (Unit("pint", "volume", 16 * FLUID_OUNCE_ML), "pint pints pt pts"),
    (Unit("dram", "volume", FLUID_OUNCE_ML / 8), "dram drams"),
    (
        Unit("count", "count", 1.0),
        "count counts counted ct cts cnt each ea piece pieces pc pcs pz pezzi pezzo pieza piezas piece stuck stueck"
        " stk unit units unita unidad unidades unite unites un pack packs packet packets pk pkg package packages bag"
        " bags teabag teabags sachet sachets box boxes can cans jar jars bottle bottles btl pouch pouches carton"
        " cartons case cases tin tins tub tubs tube tubes bar bars pod pods kcup kcups capsule capsules tablet tablets"
        " stick sticks roll rolls cup cups set sets tray trays bunch loaf canister canisters container containers"
        " serving servings item items sheet sheets",
    ),
)

UNITS: MappingProxyType[str, Unit] = MappingProxyType({unit.name: unit for unit, _ in _TABLE})
SPELLINGS: MappingProxyType[str, Unit] = MappingProxyType(
    {spelling: unit for unit, spellings in _TABLE for spelling in spellings.split()}
)

_ACCENTS = str.maketrans("àáâäèéêëìíîïòóôöùúûü", "aaaaeeeeiiiioooouuuu")
_NOT_LETTER = re.compile(r"[^a-z]+")
MAX_UNIT_CHARS = 40


def find_unit(spelling: str) -> Unit | None:
    """The unit that a spelling means (``"Fl. Oz"``, ``"Gramm"``, ``"unità"``), or None.

    ``"None"``, ``"nan"``, bare digits, blanks and unknown words mean no unit.
    """
    if len(spelling) > MAX_UNIT_CHARS:
        return None
    return SPELLINGS.get(_NOT_LETTER.sub("", spelling.lower().translate(_ACCENTS)))
