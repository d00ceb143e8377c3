"""What kind of goods a title names: a thin liquid or not, and things that come loose in one package.

A plain ounce is a volume for a thin liquid and a mass for everything else, and ``24 Count`` are 24 packages of
soup but 24 pieces in one box of tea. Both are told by the product's head noun: the last known word of the first
stretch of the title that has one (a juice powder is a powder, tuna in oil is tuna).
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

Matter: TypeAlias = Literal["liquid", "solid", ""]

MAX_TITLE_CHARS = 400

_LIQUID_WORDS = """juice juices soda sodas water waters seltzer seltzers cola colas coke pepsi beer beers ale lager wine
    wines vinegar vinegars milk milks lemonade limeade drink drinks beverage beverages kombucha kombuchas cider ciders
    nectar nectars oil oils extract extracts bitters syrup syrups gatorade powerade sprite fanta tonic sparkling
    liquid elixir tincture liquor liqueur mixer mixers margarita mojito punch sake mirin brew kefir eggnog
    grenadine mouthwash shampoo conditioner detergent"""
_SOLID_WORDS = """powder powdered powders mix mixes crystals granules loose leaf leaves bag bags teabags bean beans
    ground pod pods chip chips crisps cookie cookies cracker crackers biscuit biscuits candy candies gummies gummy gum
    mints bar bars chocolate chocolates truffles tuna sardines salmon clams anchovies oysters fish shrimp crab
    pasta noodle noodles spaghetti macaroni penne linguine fettuccine vermicelli ramen couscous quinoa rice
    popcorn nuts almonds peanuts cashews pistachios walnuts pecans seasoning seasonings rub spice spices herb
    herbs butter butters jelly jam preserves honey molasses sauce sauces salsa ketchup catsup mustard mayonnaise
    mayo relish dip hummus soup soups chili stew cereal cereals oats oatmeal granola muesli flour sugar salt
    pepper lentils treats jerky olives pickles peas corn tomatoes fruit fruits peaches pineapple pears cherries
    berries cheese seed seeds lollipops dates raisins prunes cake cakes cupcake cupcakes bread breads frosting
    icing sprinkles dried cubes bouillon tablets capsules pudding gelatin marshmallow marshmallows meat beef
    chicken ham pork sausage sausages bacon turkey pepperoni spread paste puree starch protein collagen formula
    pretzels wafers cones shells tortillas buns rolls waffles pancakes candle thickener taffy donuts brownies
    brownie muffins pie filling toppings yogurt fudge caramels licorice marzipan nougat toffee dog kibble food
    kit dust color"""
_LIQUID = frozenset(_LIQUID_WORDS.split())
_SOLID = frozenset(_SOLID_WORDS.split())
# These decide wherever they stand in a title. Sauces, broths and ice cream are filled by weight here and by volume
# there, and a mixer may be a powder, so that their Unit has to tell.
_SAYS_LIQUID = re.compile(r"\b(?:liquid|ready[ \-]to[ \-]drink|(?:iced|sweet) tea)\b")
_SAYS_SOLID = re.compile(r"\b(?:powder(?:ed)?|freeze[ \-]dried|loose leaf|salt (?:and|&|n|'n'?) vinegar)\b|\(loose\)")
_SAYS_EITHER = re.compile(
    r"\b(?:(?:soy|fish|hot|worcestershire) sauce|broth|stock|shakes?|creamer|dressing|ice cream|gelato|sorbet"
    r"|(?:cocktail|margarita|mary|mojito|daiquiri|colada|sour) mix(?:er)?)\b"
)
_STRETCH_END = re.compile(r" [\-–—] |[,(|:]| in | with | for | from ")
_WORD = re.compile(r"[a-z]+")

# Things that nobody sells singly: a count of them is what one package holds.
_LOOSE = re.compile(
    r"\b(?:teas?|tea ?bags?|coffee|espresso|k-?cups?|pods?|capsules?|gum|gumballs?|mints?|cand(?:y|ies)|lollipops?"
    r"|lozenges?|tablets?|caplets?|softgels?|gumm(?:y|ies)|vitamins?|supplements?|chocolates?|truffles?|cookies?"
    r"|biscuits?|cup ?cakes?|do(?:ugh)?nuts?|muffins?|buns?|rolls?|tortillas?|wraps?|bagels?|eggs?|sachets?|sheets?"
    r"|paper|diapers?|underwear|wipes?|napkins?|plates?|straws?|toothpicks?|sweeteners?|stevia|marshmallows?)\b",
    re.IGNORECASE,
)
# Among them those of which even "Pack of 24" is one package, when nothing else is said of its contents.
_PIECES = re.compile(
    r"\b(?:k-?cups?|pods?|capsules?|lollipops?|suckers|gumballs?|tea ?bags?|tablets?|lozenges)\b", re.IGNORECASE
)
MIN_PIECES = 10


def find_matter(title: str) -> Matter:
    """``"liquid"`` for what pours like water or oil, ``"solid"`` for the rest, ``""`` where the words leave it open."""
    text = title[:MAX_TITLE_CHARS].lower()
    if _SAYS_LIQUID.search(text):
        return "liquid"
    if _SAYS_SOLID.search(text):
        return "solid"
    if _SAYS_EITHER.search(text):
        return ""
    for stretch in _STRETCH_END.split(text):
        for word in reversed(_WORD.findall(stretch)):
            if word in _LIQUID:
                return "liquid"
            if word in _SOLID:
                return "solid"
    return ""


def are_loose(title: str) -> bool:
    """True when a count in this title is of pieces inside a package: tea bags, pods, gum, cookies."""
    return _LOOSE.search(title[:MAX_TITLE_CHARS]) is not None


def is_filled_by(title: str, number: float) -> bool:
    """True when a lone ``Pack of number`` in this title is one package of so many pods, lollipops or tablets."""
    return number >= MIN_PIECES and _PIECES.search(title[:MAX_TITLE_CHARS]) is not None
