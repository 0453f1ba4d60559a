"""The seller and its customers. Addresses, telephone and VAT numbers are of ranges nobody is given."""

import itertools
from dataclasses import dataclass

from ledgerferry_sandbox.samples.invoice import Customer


@dataclass(frozen=True)
class Seller:
    """The business whose invoices these are."""

    name: str
    street: str
    town: str
    email: str
    phone: str
    vat_number: str
    french_vat_number: str


SELLER = Seller(
    name="Ashdown Orchards & Gardens Ltd",
    street="Unit 4, Nutley Farm Yard",
    town="Uckfield TN22 3XX",
    email="office@ashdown-orchards.example",
    phone="01632 960 114",
    vat_number="GB999010196",
    french_vat_number="FR83999001019",
)

_NAMED = (
    Customer("Copperfield Hotel Ltd", "Rosalind Avery", "18 Marine Parade", "BN2 1TL", "Brighton",
             "accounts@copperfield-hotel.example", "01632 960 201", vat_number="GB999021483"),
    Customer("Marlowe & Finch Architects LLP", "Tobias Finch", "3 Cloth Fair", "EC1A 7JQ", "London",
             "ledger@marlowefinch.example", "020 7946 0312", vat_number="GB999032770"),
    Customer("Domaine de Valmont SAS", "Hélène Garnier", "12 route des Vignes", "37530", "Amboise",
             "compta@domaine-valmont.example", "02 61 91 04 17", "fr", "FR03999002124"),
    Customer("St Bride's Primary School", "Joan Ademola", "Church Lane", "TN6 2AB", "Crowborough",
             "bursar@stbrides.example", "01632 960 233"),
    Customer("O'Neill Conservatories", "Declan O'Neill", "Unit 9, Ropery Business Park", "BS1 6QH", "Bristol",
             "declan@oneill-conservatories.example", "0117 496 0188", vat_number="GB999043371"),
    Customer("Hôtel du Vieux Port SARL", "Luc Peyronnet", "4 quai des Chartrons", "33000", "Bordeaux",
             "facturation@hotelvieuxport.example", "05 36 49 12 60", "fr", "FR50999003239"),
    Customer("Wealdmere Housing Association", "Priya Raman", "Civic House, 40 High Street", "TN1 1XF",
             "Tunbridge Wells", "purchase.ledger@wealdmere.example", "01632 960 275"),
    Customer("The Old Granary Restaurant Ltd", "Marcus Bell", "Mill Lane", "BN7 2DD", "Lewes",
             "hello@oldgranary.example", "01632 960 288", vat_number="GB999054854"),
    Customer("Épicerie Lemoine", "Françoise Lemoine", "27 rue Saint-Aubin", "49100", "Angers",
             "bonjour@epicerie-lemoine.example", "02 61 91 33 08", "fr"),
    Customer("Northgate Veterinary Practice", "Alistair Combe", "77 North Gate", "CT1 1BL", "Canterbury",
             "reception@northgatevets.example", "01632 960 307"),
    Customer("Pemberton Estates Ltd", "Gillian Pemberton", "Estate Office, Pemberton Hall", "GU28 0QY",
             "Petworth", "office@pemberton-estates.example", "01632 960 319", vat_number="GB999065553"),
    Customer("Atelier Brocéliande EURL", "Yann Le Goff", "8 place de l'Église", "35380", "Paimpont",
             "contact@atelier-broceliande.example", "02 61 91 58 22", "fr", "FR67999004344"),
)  # fmt: skip

ABROAD = (
    Customer("Hudson Valley Nurseries Inc", "Carla Brandt", "410 Albany Post Road", "12601",
             "Poughkeepsie NY", "ap@hudsonvalley-nurseries.example", "+1 202 555 0143", abroad="USD"),
    Customer("Cascadia Orchard Supply LLC", "Devon Reyes", "88 Harbor Avenue", "98101", "Seattle WA",
             "payables@cascadia-orchard.example", "+1 202 555 0178", abroad="USD"),
)  # fmt: skip
"""Customers overseas, who pay in dollars."""

_TOWNS = ("Ashford", "Battle", "Cranbrook", "Dorking", "Epsom", "Farnham", "Godalming", "Hastings",
          "Lingfield", "Midhurst", "Newhaven", "Oxted")  # fmt: skip
_TRADES = ("Bakery Ltd", "Cycle Works", "Dental Practice", "Flower Market", "Golf Club", "Joinery Ltd",
           "Nursing Home Ltd", "Pottery", "Sailing School", "Theatre Trust")  # fmt: skip
_VILLES = ("Blois", "Chinon", "Dinan", "Fougères", "Loches", "Niort", "Saumur", "Vannes")
_METIERS = ("Boulangerie de {}", "Camping de {}", "Clinique de {}", "Garage de {}", "Menuiserie de {}",
            "Théâtre de {}")  # fmt: skip


def customers(count: int) -> list[Customer]:
    """The first `count` customers, always the same: twelve named ones, then made-up ones, a third French.

    Raises ValueError where `count` is not between 1 and 180.
    """
    pool = itertools.chain(_NAMED, _made_up())
    chosen = list(itertools.islice(pool, max(count, 0)))
    if count < 1 or len(chosen) < count:
        message = f"the number of companies must be between 1 and {len(chosen) or 180}, not {count}"
        raise ValueError(message)
    return chosen


def _made_up() -> list[Customer]:
    english = [_english(town, trade, n) for n, (trade, town) in enumerate(itertools.product(_TRADES, _TOWNS))]
    french = [
        _french(ville, metier, n) for n, (metier, ville) in enumerate(itertools.product(_METIERS, _VILLES))
    ]
    trios = zip(english[0::2], english[1::2], french, strict=False)
    mixed = list(itertools.chain.from_iterable(trios))
    return mixed + english[2 * len(french) :]


def _english(town: str, trade: str, n: int) -> Customer:
    slug = f"{town}-{trade.split(maxsplit=1)[0]}".lower()
    return Customer(f"{town} {trade}", "Accounts Payable", f"{n + 1} Station Road", f"TN{n % 40 + 1} 4XX",
                    town, f"accounts@{slug}.example", f"01632 960 {400 + n}")  # fmt: skip


def _french(ville: str, metier: str, n: int) -> Customer:
    return Customer(metier.format(ville), "Service comptabilité", f"{n + 1} rue de la Gare",
                    f"{37100 + n * 10}", ville, f"compta{n + 1}@societe.example",
                    f"02 61 91 60 {n:02d}", "fr")  # fmt: skip
