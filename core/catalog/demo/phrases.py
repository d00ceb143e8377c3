"""Sentences for bullets: ``{N}`` noun, ``{F}`` flavour, ``{B}`` brand, ``{S}`` size, ``{Q}`` quality."""

from __future__ import annotations

HEADS: tuple[str, ...] = (
    "GREAT TASTE", "Perfect for Sharing", "QUALITY YOU CAN TRUST", "Versatile", "Simple Ingredients", "OUR PROMISE",
    "Ready When You Are", "Made with Care", "What's Inside", "SATISFACTION GUARANTEED", "Easy to Store", "Gift Ready",
    "Family Favorite", "Freshness Sealed In", "NO FUSS", "Sourced with Care", "{Q}", "Serving Suggestion",
)  # fmt: skip

BULLETS: tuple[str, ...] = (
    "{F} {N} with a full, rounded flavor that the whole table will enjoy",
    "Made in small kitchens from a short list of ingredients that you can pronounce",
    "Includes one {S} package; keep in a cool, dry place after opening",
    "Enjoy {N} at breakfast, at lunch, or whenever a craving calls",
    "{Q} and free from artificial colors, flavors and preservatives",
    "Packed fresh and shipped in a sturdy, resealable {P}",
    "Pairs well with fruit, cheese, grilled vegetables or simply on its own",
    "No high fructose corn syrup, no hydrogenated oils, no nonsense",
    "A pantry staple: our {N} is ready in minutes and keeps for months",
    "From our family to yours - {B} has worked with the same growers for years",
    "Each {P} is checked by hand before it leaves our kitchen",
    "Great for parties, office snacks, lunch boxes, road trips and camping",
    "Rich in flavor and low in sodium, with {num} grams of protein per serving",
    "About {num} servings per {P}; only {num}0 calories each",
    "{F} notes come from real ingredients, never from a laboratory",
    "Contains wheat, milk and soy. May contain traces of tree nuts",
    "If you are not happy with your {N}, write to us and we will make it right",
    "Harvested at the peak of the season and processed within {num} hours",
    "A thoughtful present for birthdays, holidays and housewarmings",
    "Use it in baking, in marinades, in smoothies or over ice cream",
    "Shelf stable; refrigerate after opening and use within {num} weeks",
    "Suitable for vegetarians; certified facilities; batch number on every {P}",
    "{B} {N} has won the taste test in our own kitchen {num} years running",
    "Product of a small valley where {N} has been made for generations",
    "Quantity: {S}",
    "{Q} {N}",
)

SENTENCES: tuple[str, ...] = (
    "{B} {N} brings the taste of {F} to your kitchen.",
    "We start with ingredients of honest quality and treat them gently, so that nothing gets lost on the way.",
    "Whether you cook every day or only on Sundays, you will find a use for it.",
    "Every {P} holds {S} of goodness.",
    "Our {N} is {Q} and made without shortcuts.",
    "Serve it warm, serve it cold, or take it along.",
    "The recipe has hardly changed since our grandparents wrote it on the back of a calendar.",
    "Store in a dry place away from direct sunlight.",
    "Customers tell us that they keep a spare in the cupboard, just in case.",
    "Please read the label before use; packaging may differ from the picture.",
    "Chefs like it for its even texture, children like it because it tastes good.",
    "Try it in soups, stews, salads, sandwiches and desserts.",
    "Ingredients: see the back of the {P}.",
    "It took us {num} attempts to get the balance of sweet and salty right.",
)

FRAGMENTS: tuple[str, ...] = (
    "Sin gluten y sin conservantes", "Hecho con ingredientes naturales", "Paquete de {num} unidades",
    "Ideal para toda la familia",
    "有機栽培", "送料無料", "天然原料", "Sans sucre ajouté", "Ohne Zusätze",
)  # fmt: skip
EMOJI: tuple[str, ...] = ("✅", "⭐", "🌿", "🍃", "🎁", "💚", "🍫", "🔥", "👍", "✔️")
