"""The block ``quality``: what the text claims about the product, with negations understood.

``not organic`` claims nothing, ``sugar free`` claims that there is no sugar, and ``free`` alone is no claim. The
patterns run in RE2 (through Arrow), whose time is linear in the text whatever it holds.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from core.config import settings
from core.types import BlockInfo

QUALITY_VERSION = 1

# "~" in a pattern stands for a blank, a hyphen, or nothing.
_GAP = r"[\s\-‐-―]{0,2}"

CLAIMS: tuple[tuple[str, str, str], ...] = (
    ("organic", "organic", r"organics?|bio(?:logico|logique)?|org[aá]nic[oa]s?"),
    ("gourmet", "gourmet", r"gourmet"),
    (
        "premium",
        "premium or finest",
        r"premium|finest|superior quality|top quality|super~premium|deluxe|luxury|luxurious",
    ),
    ("natural", "natural", r"(?:all~)?natural(?:ly)?"),
    ("kosher", "kosher", r"kosher|pareve|parve"),
    ("halal", "halal", r"halal"),
    ("vegan", "vegan or plant-based", r"vegans?|plant~based"),
    ("vegetarian", "vegetarian", r"vegetarians?"),
    ("gluten_free", "free of gluten", r"gluten~free|free (?:of|from) gluten|no gluten|without gluten|sin gluten"),
    ("non_gmo", "not genetically modified", r"(?:non|no)~gmos?|gmo~free|not genetically modified"),
    (
        "sugar_free",
        "free of sugar or unsweetened",
        r"sugar~(?:free|less)|no sugar|zero~sugar|0~g? sugar|without sugar|unsweetened"
        r"|free (?:of|from) sugar",
    ),
    ("no_added_sugar", "no sugar added", r"no added sugars?|no sugar added|without added sugar"),
    ("dairy_free", "free of dairy or lactose", r"(?:dairy|lactose|milk)~free|non~dairy|no dairy"),
    ("nut_free", "free of nuts", r"(?:pea|tree~)?nut~free"),
    ("fat_free", "low in fat or fat free", r"(?:low|non|reduced|zero)~fat|fat~free"),
    (
        "low_sodium",
        "low in salt or salt free",
        r"(?:low|reduced|no|zero)~(?:sodium|salt)|salt~free|no salt added|unsalted",
    ),
    ("keto", "keto or low in carbohydrates", r"keto(?:genic)?|low~carbs?|paleo"),
    ("caffeine_free", "decaffeinated", r"decaf(?:f?einated)?|caffeine~free|no caffeine"),
    (
        "protein",
        "rich in protein",
        r"(?:high|rich in|whey|plant)~protein|protein (?:bars?|powder|shake)|[0-9]{1,2}~g (?:of )?protein",
    ),
    ("fresh", "fresh", r"fresh(?:ly|est)?"),
    (
        "handmade",
        "made by hand or in small batches",
        r"hand~(?:made|crafted|picked|rolled|dipped)|artisan(?:al)?|small~batch(?:es)?"
        r"|home~made",
    ),
    (
        "imported",
        "imported or named after its country",
        r"imported|product of (?:italy|france|spain|japan|germany|greece|mexico|thailand|india|turkey)"
        r"|made in (?:italy|france|spain|japan|germany|greece|england|belgium|switzerland)",
    ),
    ("gift", "sold as a gift", r"gifts?|gift~(?:box|basket|set)|stocking stuffers?"),
    ("bulk", "bulk or wholesale", r"bulk|wholesale|food~service|value (?:pack|size)|family size"),
    ("variety", "variety pack, assortment or sampler", r"variety~(?:pack|box|case)|assort(?:ed|ment)|sampler|variety"),
    ("single_serve", "single-serve or individually wrapped", r"single~serv(?:e|ing)s?|individually~wrapped|on~the~go"),
    ("raw", "raw or unroasted", r"raw|unroasted|cold~pressed"),
    ("wild", "wild or grass-fed", r"wild~(?:caught|harvested|crafted)|grass~fed|free~range|pasture~raised"),
    ("aged", "aged, reserve or truffle", r"aged|reserve|vintage|truffles?|saffron"),
    ("fair_trade", "fairly traded", r"fair~trade|direct trade"),
    (
        "supplement",
        "vitamin, probiotic or supplement",
        r"vitamins?|probiotics?|supplements?|electrolytes?|antioxidants?",
    ),
    ("frozen", "frozen or chilled", r"frozen|keep refrigerated|ships (?:cold|frozen)|freeze~dried"),
    ("alcohol_free", "free of alcohol", r"(?:non~alcoholic|alcohol~free)"),
)
# Claims that a leading "not" or "non" takes back; "not only organic" and "not just organic" stay claims.
_DENIED = "organic|gourmet|premium|natural|kosher|halal|vegan|vegetarian|fresh|imported|raw|frozen|handmade|caffeinated"
_DENIED_FREE = "gluten|sugar|dairy|fat|nut|lactose|caffeine|salt|gmo"
NEGATED = (
    r"(?i)\b(?:not|isn.?t|aren.?t|never|neither|nor|without|non|un)[\s\-]{1,2}"
    r"(?:(?:a|an|the|certified|100%|all|usda|strictly|necessarily|truly) ){0,2}"
    rf"(?:(?:{_DENIED})(?:ally|ly)?\b|(?:{_DENIED_FREE})[\s\-]{{0,2}}free\b)"
)
_COLUMNS: dict[str, str] = {f"q_{name}": f"1 when the text claims: {meaning}" for name, meaning, _ in CLAIMS}
_COLUMNS["q_title_organic"] = "1 when the title claims: organic"
_COLUMNS["q_title_gift"] = "1 when the title claims: sold as a gift"
_COLUMNS["q_title_variety"] = "1 when the title claims: variety pack, assortment or sampler"
_COLUMNS["q_count"] = "number of claims in the text"

QUALITY_INFO = BlockInfo(
    name="quality",
    title="Quality words",
    meaning="What the text claims: organic, gourmet, kosher, gluten-free, gift, bulk, …; a denied claim does not count",
    columns=MappingProxyType(_COLUMNS),
    default_on=False,
    why_off="no gain could be shown on the challenge's rows: among the other blocks 0.07 points of SMAPE, 90 % between"
    " −0.05 and +0.18; by itself it gains, but the words tell the same",
)


def quality_frame(parsed: pd.DataFrame) -> pd.DataFrame:
    """The block's columns, float64, 0 or 1 but for ``q_count``."""
    texts = _without_negated(parsed["title"] + "\n" + parsed["bullets"] + "\n" + parsed["description"])
    titles = _without_negated(parsed["title"])
    # Arrow lets go of the interpreter while it searches, so that the patterns share the cores.
    with ThreadPoolExecutor(settings().threads) as pool:
        found = pool.map(lambda claim: _claims(texts, claim[2]), CLAIMS)
        flags = {f"q_{name}": flag for (name, _, _), flag in zip(CLAIMS, found, strict=True)}
    in_title = {name: pattern for name, _, pattern in CLAIMS if f"q_title_{name}" in _COLUMNS}
    title_flags = {f"q_title_{name}": _claims(titles, pattern) for name, pattern in in_title.items()}
    frame = pd.DataFrame(flags | title_flags, index=parsed.index, dtype=np.float64)
    return frame.assign(q_count=frame[list(flags)].sum(axis=1))[list(_COLUMNS)]


def claim_regex(pattern: str) -> str:
    """A pattern of :data:`CLAIMS` as a regular expression."""
    return rf"(?i)\b(?:{pattern.replace('~', _GAP)})\b"


def _without_negated(texts: pd.Series) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    # "¬" stands where a claim was taken back, so that no pattern bridges the gap.
    return pc.replace_substring_regex(pa.array(texts, type=pa.large_string()), NEGATED, " ¬ ")


def _claims(texts: Any, pattern: str) -> Any:
    import pyarrow.compute as pc

    found = pc.match_substring_regex(texts, claim_regex(pattern))
    return found.to_numpy(zero_copy_only=False)
