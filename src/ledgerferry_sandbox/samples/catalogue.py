"""What the seller sells, by language and tax rate: the data from which lines are drawn."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Article:
    """One thing on the price list; `least` to `most` is how many a customer takes, in steps of `step`."""

    description: str
    price: Decimal
    rate: Decimal
    least: int
    most: int
    step: Decimal = Decimal(1)
    treatment: str | None = None


def _at(
    rate: str, *rows: tuple[str, str, int, int], step: str = "1", treatment: str | None = None
) -> tuple[Article, ...]:
    return tuple(
        Article(text, Decimal(price), Decimal(rate), least, most, Decimal(step), treatment)
        for text, price, least, most in rows
    )


HOURS = _at(
    "20",
    ("Head gardener, kitchen garden restoration", "38.00", 3, 16),
    ("Tree surgeon with climber, crown reduction", "62.00", 2, 9),
    ("Garden designer, site survey and drawings", "55.00", 2, 12),
    ("Seasonal labour, apple harvest", "19.50", 8, 40),
    ("Planting supervision on site", "44.20", 2, 8),
    step="0.5",
)

ENGLISH = (
    *_at(
        "20",
        ("Garden design consultation", "185.00", 1, 2),
        ("Hedge trimming, boundary", "94.50", 1, 4),
        ("Lawn scarifying and treatment", "63.25", 1, 5),
        ("Ornamental bay tree, 1.2 m", "78.99", 2, 8),
        ("Oak barrel planter", "46.45", 2, 12),
        ("Bark mulch, bulk bag", "68.95", 1, 6),
        ("Topsoil, screened, per tonne", "52.80", 1, 9),
        ("Delivery and placing", "35.00", 1, 1),
    ),
    *_at(
        "5",
        ("Kiln-dried oak logs, domestic, crate", "142.60", 1, 4),
        ("Smokeless fuel, domestic, 20 kg bag", "13.49", 4, 30),
    ),
    *_at(
        "0",
        ("Bramley apple tree, two years old", "27.50", 2, 14),
        ("Vegetable plug plants, tray of 84", "19.75", 1, 10),
        ("Heather honey, jar of 340 g", "4.85", 6, 48),
        ("Dessert apples, box of 10 kg", "17.20", 2, 20),
    ),
)

FRENCH = (
    *_at(
        "20",
        ("Étude et plan de plantation", "240.00", 1, 2),
        ("Taille de haies, à la journée", "310.00", 1, 3),
        ("Pot en terre cuite, 40 cm", "32.90", 2, 12),
        ("Paillage de pin, grand sac", "74.50", 1, 6),
        ("Laurier-sauce en bac", "84.95", 2, 6),
        ("Livraison et mise en place", "45.00", 1, 1),
    ),
    *_at(
        "10",
        ("Bois de chauffage, chêne, le stère", "89.00", 1, 6),
        ("Pommier de deux ans, racines nues", "24.50", 3, 15),
        ("Rosier grimpant, en conteneur", "15.95", 2, 18),
    ),
    *_at(
        "5.5",
        ("Miel de bruyère, pot de 340 g", "6.20", 6, 48),
        ("Jus de pomme fermier, bouteille d'un litre", "3.45", 6, 60),
        ("Pommes à couteau, cagette de 10 kg", "21.80", 2, 20),
    ),
)

CLUB = (
    *_at(
        "20",
        ("Adult membership, twelve months", "60.00", 1, 4),
        ("Adult pruning course, one day", "45.00", 1, 6),
        ("Adult cider evening", "12.50", 2, 10),
    ),
    *_at(
        "0",
        ("Youth membership, twelve months", "24.00", 1, 6),
        ("Youth orchard holiday week", "85.00", 1, 8),
        ("Youth bee-keeping course", "32.50", 1, 5),
        treatment="zero-rated",
    ),
)

EXPORTED = _at(
    "0",
    ("Grafted apple trees, crate of 20", "640.00", 1, 4),
    ("Heritage scion wood, bundle of 50", "118.50", 1, 8),
    ("Perry pear rootstock, crate of 50", "412.25", 1, 5),
    ("Oak barrel staves, pallet", "980.00", 1, 2),
    ("Orchard ladders, ten foot", "149.90", 2, 12),
    treatment="zero-rated",
)

_STANDARD = Decimal(20)

SELECTIONS: dict[str, dict[str, tuple[Article, ...]]] = {
    "en": {
        "one rate": tuple(article for article in ENGLISH if article.rate == _STANDARD),
        "mixed rates": ENGLISH,
        "hours": HOURS,
        "membership": CLUB,
        "export": EXPORTED,
    },
    "fr": {
        "one rate": tuple(article for article in FRENCH if article.rate == _STANDARD),
        "mixed rates": FRENCH,
    },
}
"""What may appear on one invoice, by language and by what the layout has room for."""
