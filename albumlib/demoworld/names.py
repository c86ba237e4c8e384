"""Invented names of artists, albums and songs."""

import numpy as np

ADJECTIVES = (
    "Amber Borrowed Careful Distant Electric Folded Gentle Hollow Idle Jagged Kindly Late Marble Northern Open Paper "
    "Quiet Restless Silver Tidal Unsent Velvet Winter Yellow Zinc"
).split()
NOUNS = (
    "Anchors Balconies Cartographers Dialects Engines Ferries Gardens Harbours Islands Journals Kites Lanterns Mirrors "
    "Notebooks Orchards Pianos Quarries Rivers Staircases Telegraphs Umbrellas Voyagers Windows Yards Zeppelins"
).split()
FIRST = (
    "Åse Béla Chidi Dorothea Eyþór Fatou Goran Hülya Ingrid José Kaito Lærke Miloš Noor Òscar Pilar Qiu Rósa Søren "
    "Tuğçe Ulla Věra Wanjiru Xóchitl Zoë"
).split()
LAST = (
    "Almquist Brandão Castellan Duvall Eriksen Fontaine Grønland Halloran Ishii Jovanović Køhler Løvstad Moreau Núñez "
    "Okafor Petrov Quist Rautio Svensson Tanaka Umarov Villanueva Weiss Ybarra Zieliński"
).split()


def artist_name(number: int) -> str:
    """Name an artist; each number has a name of its own."""
    generation, number = divmod(number, 625)
    # 237 has no factor in common with 625, so the numbers are shuffled and none is met twice.
    row, column = divmod(number * 237 % 625, 25)
    name = f"{FIRST[column]} {LAST[row]}" if number % 3 == 0 else f"The {ADJECTIVES[column]} {NOUNS[row]}"
    return f"{name} {generation + 1}" if generation else name


def album_title(artist_seed: int) -> str:
    """Title of an artist's album."""
    rng = np.random.default_rng([2, artist_seed])
    return f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"


def song_title(seed: int) -> str:
    """Title of a song."""
    rng = np.random.default_rng([3, seed])
    pattern = rng.choice(["{a} {n}", "{n} in the {a} Hour", "Songs for {a} {n}", "{a}"])
    return str(pattern).format(a=rng.choice(ADJECTIVES), n=rng.choice(NOUNS))
