"""The grocery taxonomy: 12 shelves, 59 sub-shelves, and the words that point to each.

A word may be weak (after the bar): a flavour or an ingredient that also names other products, worth a third.
Words are given in the singular; the plural is understood. A shelf stands in brackets, its sub-shelves below it.
"""

from __future__ import annotations

from types import MappingProxyType

_TABLE = """
[beverages]
coffee: coffee, espresso, k-cup, k cup, coffee pod, ground coffee, whole bean, cold brew, cappuccino, latte, dark
    roast, medium roast, coffee bean, nespresso, keurig, instant coffee | roast, brew, mocha, caffeine
tea: tea, tea bag, teabag, matcha, chai, oolong, rooibos, yerba mate, green tea, black tea, herbal tea, earl grey,
    loose leaf, loose tea, pu-erh, tisane, kombucha | infusion, hibiscus, chamomile, steep
water_soda: sparkling water, soda, cola, seltzer, tonic water, mineral water, spring water, ginger ale, root beer,
    ginger beer, coconut water, soft drink, club soda | carbonated, tonic
juice: juice, lemonade, nectar, cider, smoothie, juice box, juice drink, fruit punch, limeade | cocktail, punch
drink_mix: drink mix, powdered drink, hot chocolate, hot cocoa, cocoa mix, electrolyte powder, energy drink, sports
    drink, hydration, protein shake, water enhancer, drink powder, beverage mix, energy shot | electrolyte, drink,
    beverage
cocktail_mixer: cocktail mix, cocktail mixer, bitters, margarita mix, bloody mary, mixer, grenadine, rimming, sour
    mix, wine, beer | margarita, mojito
milk: milk, almond milk, oat milk, soy milk, creamer, coffee creamer, half and half, evaporated milk, condensed
    milk, powdered milk, milk powder, coconut milk, buttermilk | dairy
[snacks]
chips: chip, corn snack, tortilla chip, potato chip, crisp, cheese puff, corn chip, pita chip, veggie straw, pork
    rind, plantain chip, kettle chip, tortilla strip, chicharron | puff, crunchy
crackers: cracker, pretzel, rice cake, crispbread, graham cracker, matzo, breadstick, cheese cracker, saltine |
    cracker mix
popcorn: popcorn, kettle corn, popping corn, microwave popcorn, caramel corn
nuts: almond, cashew, pistachio, peanut, walnut, pecan, mixed nut, hazelnut, macadamia, brazil nut, nut, sunflower
    seed, pumpkin seed, trail mix, pine nut | seed, roasted
bars: protein bar, granola bar, snack bar, energy bar, nutrition bar, fruit bar, nut bar, cereal bar, energy bite,
    meal bar | bar
jerky: jerky, beef stick, meat stick, beef jerky, biltong, meat snack, snack stick
dried_fruit: dried fruit, raisin, prune, dried mango, dried apricot, dried cranberry, dried cherry, fruit snack,
    fruit leather, date, dried fig, freeze dried, dried blueberry, fruit chip, apple sauce, applesauce, seaweed
    snack | dried, mango, apricot
[sweets]
chocolate: chocolate bar, chocolate, truffle, dark chocolate, milk chocolate, bonbon, chocolate candy, cacao nib,
    fudge | cocoa, cacao
candy: candy, coffee candy, fruit chew, chewy candy, gummy, gummi, lollipop, caramel, licorice, jelly bean, hard
    candy, taffy, sucker, marshmallow, candies, toffee, rock candy, sour candy, cotton candy, nougat, mint, peanut
    brittle, gumball, candy cane, marzipan | chewy, sour, fruity
gum_mints: chewing gum, gum, breath mint, peppermint, spearmint, mints | fresh breath
cookies: cookie, chip cookie, chocolate chip cookie, biscuit, wafer, shortbread, biscotti, macaron, macaroon,
    gingersnap, sandwich cookie, stroopwafel, brownie | crispy
cakes: cake, cupcake, muffin, pie, pastry, donut, doughnut, cheesecake, snack cake, panettone, pound cake, tart,
    eclair, strudel | dessert, frosted
[baking]
mixes: cake mix, brownie mix, pancake mix, baking mix, muffin mix, cookie mix, bread mix, waffle mix, biscuit mix,
    pudding, gelatin, pie filling, cornbread mix, pudding mix, pie crust | mix
flour: flour, almond flour, cornmeal, semolina, coconut flour, starch, cornstarch, masa, yeast, baking powder,
    baking soda, breadcrumb, bread crumb, panko, tapioca, gluten, meal | baking
sweetener: sugar, stevia, sweetener, monk fruit, agave, erythritol, xylitol, brown sugar, cane sugar, molasses,
    allulose, sucralose | sweet
syrup_honey: honey, maple syrup, syrup, raw honey, manuka, corn syrup, pancake syrup, coffee syrup | flavored syrup
decorating: sprinkle, frosting, icing, fondant, food coloring, edible glitter, cake topper, luster dust, edible
    image, food color, isomalt, candy melt, nonpareil, cupcake topper, cake decoration, edible ink, baking cup,
    cupcake liner | decorating, glitter
extracts: extract, vanilla, vanilla bean, flavoring, food flavor, vanilla extract, flavoring oil, emulsion, baking
    chip, chocolate chip, cocoa powder | flavor, concentrated
[condiments]
hot_sauce: hot sauce, pepper sauce, sriracha, chili sauce, buffalo sauce, wing sauce, chili oil, harissa | habanero,
    scorpion
sauces: sauce, bbq sauce, barbecue sauce, soy sauce, teriyaki, ketchup, marinade, curry paste, curry sauce, gravy,
    cooking sauce, fish sauce, steak sauce, worcestershire, hoisin, enchilada sauce, glaze, simmer sauce, tahini,
    miso, paste | dipping
pasta_sauce: pasta sauce, marinara, pesto, alfredo, tomato sauce, spaghetti sauce, tomato paste, pizza sauce,
    crushed tomato | basil
dressing: dressing, mayonnaise, mayo, vinaigrette, mustard, ranch, aioli, salad dressing, relish, horseradish,
    salsa, dip, guacamole, hummus, queso | tartar
oil_vinegar: olive oil, vinegar, coconut oil, avocado oil, cooking oil, vegetable oil, balsamic, ghee, cooking
    spray, sesame oil, canola, truffle oil, grapeseed oil, sunflower oil, balsamic vinegar, cider vinegar | oil,
    virgin
pickles: pickle, olive, caper, pickled, sauerkraut, kimchi, pepperoncini, jalapeno, kalamata, artichoke, banana
    pepper, gherkin | brine, dill
spreads: peanut butter, almond butter, jam, jelly, preserve, nut butter, marmalade, fruit spread, hazelnut spread,
    cashew butter, spread, cookie butter, fruit butter, lemon curd, chutney | spreadable
[spices]
blends: seasoning, spice blend, rub, taco seasoning, curry powder, garam masala, masala, seasoning blend, dry rub,
    seasoning mix, bouillon, broth base, meat tenderizer, everything bagel, adobo, soup base, stock cube | blend,
    bbq rub
single_spices: cinnamon, turmeric, paprika, cumin, oregano, peppercorn, black pepper, garlic powder, onion powder,
    ginger powder, thyme, rosemary, nutmeg, saffron, cardamom, clove, bay leaf, bay leaves, chili powder, coriander,
    cayenne, basil, sage, fennel, mustard seed, dill weed, parsley, allspice, spice, herb, white pepper, sumac,
    chili flake, crushed red pepper, anise, caraway, poppy seed, fenugreek, lavender, dried chile, ancho, guajillo |
    ground, pepper, garlic, onion, ginger, whole
salt: salt, sea salt, himalayan, kosher salt, pink salt, finishing salt, smoked salt, msg, table salt
[pantry]
pasta_noodles: pasta, noodle, spaghetti, macaroni, penne, ramen, linguine, mac and cheese, macaroni and cheese,
    rotini, fettuccine, lasagna, udon, soba, vermicelli, rice noodle, couscous, gnocchi, orzo, fusilli, ravioli,
    tortellini, instant noodle
rice_grains: rice, quinoa, basmati, jasmine rice, brown rice, barley, farro, bulgur, millet, buckwheat, risotto,
    wild rice, grain, polenta, grits, amaranth, rice mix, arborio | pilaf
beans: bean, lentil, chickpea, black bean, pinto, kidney bean, garbanzo, split pea, refried bean, baked bean,
    soybean, mung bean, navy bean | legume, pea
canned_vegetables: canned, tomato, corn, green bean, mushroom, pumpkin, carrot, spinach, dried mushroom, potato,
    mashed potato, beet, hominy, diced tomato, vegetable, seaweed, nori, porcini, truffle mushroom, onion |
    vegetable blend, dehydrated
canned_fruit: canned fruit, peach, pineapple, mandarin, fruit cup, fruit cocktail, cherry pie, maraschino, cranberry
    sauce, lychee, jackfruit, pear half | fruit, cherry, berry, coconut, banana
soup: soup, broth, stock, chili, stew, bone broth, chowder, ramen soup, bisque, chicken noodle, soup mix | hearty
meals: meal, entree, pizza, burrito, ready to eat, frozen meal, dinner, mre, taco kit, taco shell, tortilla,
    sandwich, dumpling, microwaveable, meal kit, emergency food, lasagne, tamale, pierogi, helper | microwave, heat
[breakfast]
cereal: cereal, granola, muesli, corn flake, bran flake, puffed rice | breakfast
oatmeal: oatmeal, oat, rolled oat, steel cut, porridge, instant oatmeal, overnight oat, cream of wheat, hot cereal,
    farina
bread: bread, bagel, tortilla wrap, pita, bun, english muffin, naan, sourdough, croissant, waffle, pancake, wrap,
    toast, flatbread, crouton, stuffing, loaf, brioche | bakery
[fresh_frozen]
meat: beef, chicken, pork, bacon, ham, turkey, sausage, steak, salami, lamb, pepperoni, prosciutto, hot dog,
    meatball, bison, chorizo, venison, brisket, burger, duck, corned beef, ground beef, luncheon meat, jamon, ribeye
    | meat
seafood: tuna, salmon, shrimp, sardine, anchovy, anchovies, crab, lobster, caviar, oyster, cod, clam, fish,
    mackerel, scallop, tilapia, herring, octopus, squid, roe, smoked salmon, mussel, crawfish | seafood
cheese_dairy: cheese, butter, yogurt, cream cheese, cheddar, parmesan, mozzarella, gouda, egg, feta, brie, sour
    cream, ice cream, pecorino, whipped cream, blue cheese, manchego | cream
produce: fresh fruit, apple, orange, avocado, lemon, lime, grape, strawberry, blueberry, raspberry, fresh vegetable,
    salad, lettuce, melon, pear, plum, mango fruit, fresh herb, microgreen, sprouting | fresh, produce
[health]
supplements: supplement, vitamin, probiotic, capsule, multivitamin, omega, magnesium, herbal supplement, tincture,
    melatonin, ashwagandha, dietary supplement, superfood powder, spirulina, moringa, greens powder, psyllium, maca,
    elderberry | softgel, immune, tablet
protein_powder: protein powder, whey, collagen, whey protein, mass gainer, pre workout, creatine, bcaa, meal
    replacement, pea protein, collagen peptide | protein, isolate
baby_food: baby food, infant formula, toddler, baby cereal, formula, teether, baby snack, puree | baby, stage
personal_care: soap, shampoo, lotion, toothpaste, deodorant, essential oil, body wash, conditioner, lip balm,
    moisturizer, skin care, makeup, cough drop, throat lozenge, face mask, hair, mouthwash, body lotion, lipstick |
    skin, lozenge
[gifts]
gift_baskets: gift basket, gift set, gift box, gift tin, care package, snack box, gift tower, sampler gift, snack
    basket, gift pack | gift, assortment, sampler, basket
party: party favor, party supply, balloon, birthday, decoration, easter basket, halloween candy, goody bag, party
    pack, wedding favor, pinata | party, christmas, halloween, easter, valentine
flowers: flower, bouquet, rose, plant, floral, orchid, succulent, dried flower, vase, wreath, artificial flower,
    petal | stem, bloom
[household_pet]
pet: dog food, cat food, dog treat, pet food, bird seed, cat treat, puppy, kitten, dog chew, chew toy, bird food |
    dog, cat, pet
kitchen: filter, cup, mug, straw, container, plate, napkin, utensil, fork, spoon, storage bag, tumbler, tray, lid,
    foil, grinder, infuser, bottle holder, dispenser, jar set, strainer, toothpick, skewer, paper towel, apron |
    kitchen, reusable, stainless, disposable
household: detergent, cleaner, dish soap, candle, air freshener, trash bag, laundry, toilet paper, wipe,
    disinfectant, battery, incense, charcoal, wood chip, hand sanitizer, toy, book, card | cleaning, scented
"""

STRONG_WEIGHT = 3.0
WEAK_WEIGHT = 1.0
# Two words name a product more surely than one.
PAIR_BONUS = 2.0


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def _shelves() -> dict[str, dict[str, str]]:
    """Shelf to sub-shelf to its words, as the table has them."""
    shelves: dict[str, dict[str, str]] = {}
    top = sub = ""
    for line in _TABLE.strip().splitlines():
        if line.startswith("["):
            top = line.strip("[]")
            shelves[top] = {}
        elif line.startswith(" "):
            shelves[top][sub] += " " + line.strip()
        else:
            sub, _, words = line.partition(": ")
            shelves[top][sub] = words
    return shelves


def _words(shelves: dict[str, dict[str, str]]) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, dict[str, float]] = {}
    for sub, text in (pair for subs in shelves.values() for pair in subs.items()):
        strong, _, weak = text.partition("|")
        for words, weight in ((strong, STRONG_WEIGHT), (weak, WEAK_WEIGHT)):
            for word in (part.strip().replace("-", " ") for part in words.split(",") if part.strip()):
                worth = weight * (PAIR_BONUS if " " in word else 1.0)
                for form in (word, _plural(word)):
                    found.setdefault(form, {})[sub] = worth
    return {word: tuple(subs.items()) for word, subs in found.items()}


_SHELVES = _shelves()

TOP_OF = MappingProxyType({sub: top for top, subs in _SHELVES.items() for sub in subs})
"""Sub-shelf to its shelf."""

WORDS = MappingProxyType(_words(_SHELVES))
"""A word, or two or three with one blank between, to the sub-shelves that it points to and its worth for each."""
