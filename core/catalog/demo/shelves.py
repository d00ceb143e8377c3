"""The invented shop's shelves: what is sold, in which sizes and packages, and at which level of price."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """One category.

    Attributes:
        name: In a shopper's words.
        nouns: What is sold.
        flavours: What varies within a noun.
        package: Shape of the package, as the photos draw it.
        unit: ``oz`` (weight), ``fl_oz`` (volume) or ``count`` (pieces).
        sizes: Sizes of one package in that unit.
        level: Offset of the log price.
    """

    name: str
    nouns: tuple[str, ...]
    flavours: tuple[str, ...]
    package: str
    unit: str
    sizes: tuple[float, ...]
    level: float


def _shelf(name: str, nouns: str, flavours: str, package: str, unit: str, sizes: str, level: float) -> Shelf:
    def words(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split(","))

    return Shelf(name, words(nouns), words(flavours), package, unit, tuple(map(float, sizes.split())), level)


SHELVES: tuple[Shelf, ...] = (
    _shelf(
        "coffee",
        "Ground Coffee, Whole Bean Coffee, Instant Coffee, "
        "Espresso Beans, Decaf Ground Coffee, Cold Brew Coffee Grounds",
        "Dark Roast, Medium Roast, Light Roast, Hazelnut, French Vanilla, Highland Blend, Breakfast Blend, Mocha",
        "bag",
        "oz",
        "8 10 12 12 16 32",
        0.35,
    ),
    _shelf(
        "coffee pods",
        "Single Serve Coffee Pods, Cocoa Pods, Tea Pods, Cappuccino Cups",
        "Dark Roast, House Blend, Caramel, Vanilla, Pumpkin Spice, Donut Shop Style",
        "box",
        "count",
        "10 12 18 24 32 40",
        0.4,
    ),
    _shelf(
        "tea",
        "Tea Bags, Loose Leaf Tea, Herbal Infusion, Matcha Powder, Iced Tea Mix, Chai Blend",
        "Earl Grey, Chamomile, Peppermint, Jasmine Green, Ginger Lemon, Rooibos, Hibiscus, Oolong, Lavender",
        "box",
        "count",
        "15 16 18 20 20 25 40 100",
        0.05,
    ),
    _shelf(
        "spices",
        "Ground Cinnamon, Smoked Paprika, Curry Powder, Garlic Granules, Black Peppercorns, Turmeric Powder, "
        "Oregano Leaves, Chili Flakes, Cumin Seeds, Onion Powder, Saffron Threads, Bay Leaves",
        "Mild, Hot, Coarse, Fine Ground, Whole, Toasted",
        "jar",
        "oz",
        "1.5 2 2.25 3 4 6 8 16",
        0.15,
    ),
    _shelf(
        "seasoning blends",
        "Taco Seasoning, Barbecue Rub, Lemon Pepper Seasoning, All Purpose Seasoning, Ramen Seasoning, Steak Rub",
        "Original, Smoky, Spicy, Salt Free, Hickory, Garlic & Herb",
        "jar",
        "oz",
        "2.5 3.5 5 6.5 8 12",
        0.0,
    ),
    _shelf(
        "cookies",
        "Butter Cookies, Sandwich Cookies, Shortbread, Ginger Snaps, Oatmeal Cookies, Wafer Rolls, Biscotti, Macaroons",
        "Chocolate Chip, Vanilla, Lemon, Almond, Coconut, Double Chocolate, Cinnamon, Raspberry",
        "box",
        "oz",
        "5.25 6 7 8 10 12 13.5",
        -0.15,
    ),
    _shelf(
        "crackers and crisps",
        "Potato Chips, Tortilla Chips, Rice Crackers, Pita Crisps, "
        "Pretzel Twists, Cheese Crackers, Veggie Straws, Popcorn",
        "Sea Salt, Sour Cream & Onion, Barbecue, White Cheddar, Jalapeno, Sesame, Ranch, Chili Lime",
        "bag",
        "oz",
        "1 1.5 4 5 6 7.5 9 12",
        -0.2,
    ),
    _shelf(
        "chocolate",
        "Chocolate Bar, Truffles, Chocolate Covered Almonds, Baking Chocolate, Chocolate Coins, Cocoa Nibs",
        "Dark 70%, Milk, White, Sea Salt Caramel, Orange, Mint, Raspberry, Espresso",
        "box",
        "oz",
        "1.4 3 3.5 5 8 10 16",
        0.25,
    ),
    _shelf(
        "candy",
        "Gummy Bears, Hard Candy, Licorice Twists, Jelly Beans, "
        "Lollipops, Salt Water Taffy, Sour Worms, Mints, Caramels",
        "Assorted Fruit, Cherry, Sour Apple, Watermelon, Peppermint, Grape, Tropical, Cinnamon",
        "bag",
        "oz",
        "2 3.5 5 7 8 12 16 32 80",
        0.0,
    ),
    _shelf(
        "pasta",
        "Spaghetti, Penne, Fusilli, Lasagna Sheets, Egg Noodles, Macaroni, Rice Noodles, Orzo, Gnocchi",
        "Durum Wheat, Whole Wheat, Chickpea, Red Lentil, Bronze Cut, Spinach",
        "box",
        "oz",
        "8 12 16 16 17.6 32",
        -0.35,
    ),
    _shelf(
        "sauces",
        "Pasta Sauce, Hot Sauce, Soy Sauce, Barbecue Sauce, "
        "Salsa, Teriyaki Marinade, Pesto, Curry Simmer Sauce, Salad Dressing",
        "Original, Roasted Garlic, Mild, Medium, Extra Hot, Basil, Mango, Honey, Smoked",
        "bottle",
        "fl_oz",
        "5 8 10 12 12.7 16 24 32",
        -0.15,
    ),
    _shelf(
        "oils and vinegars",
        "Extra Virgin Olive Oil, Avocado Oil, Coconut Oil, "
        "Sesame Oil, Balsamic Vinegar, Apple Cider Vinegar, Truffle Oil",
        "Cold Pressed, Unfiltered, Toasted, Aged, Roasted, Lemon Infused",
        "bottle",
        "fl_oz",
        "8 8.5 12 16.9 16.9 25.4 32 64",
        0.3,
    ),
    _shelf(
        "honey and spreads",
        "Raw Honey, Peanut Butter, Almond Butter, Strawberry Preserves, "
        "Maple Syrup, Hazelnut Spread, Apricot Jam, Date Syrup",
        "Creamy, Crunchy, Clover, Wildflower, No Sugar Added, Amber, Cinnamon",
        "jar",
        "oz",
        "8 10 12 12 16 18 28 40",
        0.05,
    ),
    _shelf(
        "soups",
        "Chicken Noodle Soup, Tomato Soup, Lentil Soup, Miso Soup, "
        "Ramen Noodle Cups, Beef Broth, Clam Chowder, Bone Broth",
        "Classic, Reduced Sodium, Spicy, Creamy, Hearty, Roasted",
        "can",
        "oz",
        "1.9 2.25 10.5 14.5 15 18.5 32",
        -0.4,
    ),
    _shelf(
        "canned goods",
        "Black Beans, Diced Tomatoes, Sweet Corn, Chickpeas, "
        "Sardines, Tuna Chunks, Peach Slices, Coconut Milk, Green Olives",
        "No Salt Added, In Olive Oil, In Water, Fire Roasted, Whole, Sliced",
        "can",
        "oz",
        "3.75 5 8 13.5 14.5 15 15.5 28 106",
        -0.3,
    ),
    _shelf(
        "rice and grains",
        "Basmati Rice, Jasmine Rice, Quinoa, Rolled Oats, Wild Rice, Pearl Barley, Couscous, Millet, Brown Rice, Farro",
        "Long Grain, Sprouted, Tricolor, Aged, Quick Cooking, Stone Milled",
        "bag",
        "oz",
        "12 14 16 24 32 48 80 160",
        -0.3,
    ),
    _shelf(
        "flour and baking",
        "Almond Flour, Bread Flour, Pancake Mix, Brownie Mix, "
        "Baking Powder, Vanilla Extract, Coconut Sugar, Cake Sprinkles",
        "Blanched, Unbleached, Buttermilk, Fudge, Double Acting, Rainbow, Fine",
        "bag",
        "oz",
        "4 8 10 16 20 24 32 48 80",
        -0.1,
    ),
    _shelf(
        "nuts and dried fruit",
        "Roasted Cashews, Raw Almonds, Trail Mix, Pistachios, "
        "Dried Mango, Medjool Dates, Walnuts, Dried Apricots, Pumpkin Seeds",
        "Unsalted, Lightly Salted, Honey Roasted, Smoked, Unsweetened, Chili Lime",
        "pouch",
        "oz",
        "1.5 6 8 10 16 16 32 80",
        0.3,
    ),
    _shelf(
        "bars",
        "Protein Bars, Granola Bars, Fruit Bars, Nut Bars, Energy Bites, Breakfast Bars",
        "Peanut Butter, Chocolate Chip, Blueberry, Salted Caramel, Coconut Almond, Cookie Dough, Lemon",
        "box",
        "count",
        "4 5 6 8 10 12 12 15",
        0.2,
    ),
    _shelf(
        "cereal",
        "Granola, Corn Flakes, Muesli, Puffed Rice, Oat Clusters, Bran Flakes, Instant Oatmeal",
        "Honey Nut, Maple Pecan, Berry, Cinnamon, Original, Apple, Cocoa",
        "box",
        "oz",
        "8 10.5 11 12 13 18 24 36",
        -0.15,
    ),
    _shelf(
        "soft drinks",
        "Sparkling Water, Ginger Ale, Cola, Root Beer, Lemonade, Coconut Water, Energy Drink, Orange Juice, Kombucha",
        "Lime, Grapefruit, Original, Zero Sugar, Black Cherry, Peach, Mango, Cucumber",
        "can",
        "fl_oz",
        "8 8.4 11.1 12 12 16 16.9 20 33.8",
        -0.35,
    ),
    _shelf(
        "syrups and mixers",
        "Coffee Syrup, Cocktail Mixer, Grenadine, Bitters, Lime Cordial, Snow Cone Syrup, Liquid Stevia",
        "Vanilla, Caramel, Hazelnut, Lavender, Blue Raspberry, Margarita, Sugar Free",
        "bottle",
        "fl_oz",
        "2 5 12.7 16 25.4 25.4 32 33.8",
        0.2,
    ),
    _shelf(
        "supplements",
        "Whey Protein Powder, Collagen Peptides, Greens Powder, Electrolyte Mix, Creatine Powder, Fiber Powder",
        "Unflavored, Chocolate, Vanilla, Berry, Lemon Lime, Strawberry",
        "jar",
        "oz",
        "7 9 10.6 16 20 32 80",
        0.75,
    ),
    _shelf(
        "gift boxes",
        "Gift Basket, Snack Box, Chocolate Assortment, Tea Sampler, Cheese & Cracker Box, Care Package",
        "Birthday, Holiday, Thank You, Get Well, Movie Night, Corporate",
        "box",
        "count",
        "1 1 6 12 20 30 40 50",
        0.8,
    ),
    _shelf(
        "pet treats",
        "Dog Biscuits, Cat Treats, Jerky Strips, Dental Chews, Freeze Dried Bites",
        "Chicken, Salmon, Beef, Peanut Butter, Sweet Potato, Duck",
        "pouch",
        "oz",
        "2.5 4 5 6 8 12 16 32",
        0.15,
    ),
)

# A word that a title or a bullet may carry, the share of products that do, and what it does to the log price.
QUALITY: tuple[tuple[str, float, float], ...] = (
    ("Organic", 0.16, 0.14),
    ("Gluten Free", 0.14, 0.06),
    ("Non-GMO", 0.14, 0.05),
    ("Vegan", 0.10, 0.04),
    ("Kosher", 0.08, 0.02),
    ("Premium", 0.10, 0.12),
    ("Gourmet", 0.07, 0.18),
    ("Keto", 0.04, 0.15),
    ("Sugar Free", 0.05, 0.05),
    ("All Natural", 0.10, 0.02),
    ("Handcrafted", 0.03, 0.22),
    ("Imported", 0.03, 0.15),
    ("Small Batch", 0.02, 0.22),
    ("Bulk", 0.04, -0.12),
    ("Family Size", 0.03, -0.06),
    ("Gift", 0.03, 0.28),
)
