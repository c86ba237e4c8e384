"""From tags to genres, with no labels of ours: what a listener's words say about the 19 genres."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from albumlib.errors import InputError
from albumlib.genre.pretrained.embedding import Patches
from albumlib.genre.pretrained.table import TagTable, read_table, tag_rates
from albumlib.genres import NAMES

LEAST_CHANGE, LEAST_WORDS, LEAST_HEARD, LEAST_SHARE = 0.15, 1.6, 0.1, 0.19  # of music; see `why_no_music`
FEW_WORDS, FEW_SHARE = 2.2, 0.31  # music has more of one of the two
ENOUGH = 4  # patches from which on it can be said how much what is heard changes
FLOOR = 0.003  # added to probabilities, so that a tag which is all but excluded does not decide alone
COMPANY_FLOOR = 0.02  # the same for what a genre goes with: rock may do without drums


@dataclass(frozen=True)
class Calibration:
    """What turns signs into shares.

    The offsets are those by which the genres of 296 songs of four genres are likeliest; a figure on these songs is told
    on artists that chose no offset. They sum to 0, so that the other genres are neither favoured nor put back.

    Attributes
    ----------
    commonness : float
        How much a genre's own words count for less the more common they are, where a genre is told from those that do
        not contain it: 0 takes their probability, 1 how many times more probable they are than in music at large.
    inside : float
        The same where a genre is told from the one that contains it; without it hardly any rock were ever punk, since
        all punk is rock too.
    sharpness : float
        How fast shares fall with the signs; it changes no patch's answer.
    offsets : dict of float
        By genre, added to its signs' logarithm; a genre without one has 0.
    """

    commonness: float = 0.0
    inside: float = 0.35
    sharpness: float = 1.5
    offsets: dict = field(default_factory=lambda: {"Classical": -0.36, "Electronic": -0.39, "Pop": 0.52, "Rock": 0.23})


def genre_shares(
    tags: np.ndarray,
    *,
    genres: Sequence[str] = NAMES,
    table: TagTable | None = None,
    calibration: Calibration | None = None,
) -> np.ndarray:
    """How much of each genre the tags show, patch by patch.

    Parameters
    ----------
    tags : float array, shape (n, 100)
        From `albumlib.genre.pretrained.embedding.embed`.
    genres : sequence of str
        The genres in question.
    table : TagTable, optional
        The package's own by default.
    calibration : Calibration, optional

    Returns
    -------
    float array, shape (n, len(genres))
        Rows sum to 1.

    Raises
    ------
    InputError
        If the table has no signs of one of the genres.
    """
    table, calibration = table or read_table(), calibration or Calibration()
    genres, tags = list(genres), np.asarray(tags, float)
    for genre in genres:
        if genre not in table.signs:
            raise InputError("no signs of this genre", where=genre, todo="add it to the table of tags")
    head_of = _heads(genres, table)
    inner = np.stack([_score(tags, table.signs[name], calibration.inside) for name in genres], axis=1)
    shares = np.zeros_like(inner)
    heads = sorted(set(head_of))
    outer = np.stack(
        [
            _score(tags, table.signs[genres[head]], calibration.commonness) + calibration.offsets.get(genres[head], 0.0)
            for head in heads
        ],
        axis=1,
    )
    for head, share in zip(heads, _softmax(calibration.sharpness * outer).T, strict=True):
        family = [place for place, of in enumerate(head_of) if of == head]
        shares[:, family] = share[:, None] * _softmax(calibration.sharpness * inner[:, family])
    return shares


def vote(shares: np.ndarray, *, genres: Sequence[str] = NAMES, table: TagTable | None = None) -> tuple[int, int]:
    """Predict a song's genre by the vote of its patches, the report's rule.

    They vote first on the containing genre, for which the shares of those inside count, and then on which one
    inside; so rock does not lose to pop because its votes are split between rock and indie rock.

    Parameters
    ----------
    shares : float array, shape (n, len(genres))
        From `genre_shares`.
    genres : sequence of str
    table : TagTable, optional

    Returns
    -------
    genre
        Its place; a tie goes to the higher mean share.
    votes
        How many patches voted for its containing genre.
    """
    head_of = np.array(_heads(list(genres), table or read_table()))
    heads = sorted(set(head_of.tolist()))  # np.unique would import what takes as long as decoding half a song
    families = np.stack([shares[:, head_of == head].sum(axis=1) for head in heads], axis=1)
    chosen = _most_voted(families)
    family = np.flatnonzero(head_of == heads[chosen])
    return int(family[_most_voted(shares[:, family])]), int((families.argmax(axis=1) == chosen).sum())


def why_no_music(patches: Patches) -> str | None:
    """Tell whether a recording is music at all.

    Parameters
    ----------
    patches : albumlib.genre.pretrained.embedding.Patches

    Returns
    -------
    str or None
        None for music; else the reason against it, for people.

    Notes
    -----
    What does not change from half second to half second is silence, a hum, a tone or steady noise. Where the players of
    MagnaTagATune would have found few words, because no instrument, singing or pace is heard, it is speech, wind or
    traffic: for music, the probabilities of its 50 tags sum to about 3, for speech to 1.5 at most.

    Bursts of noise change, and there are words for them; but the networks hear the same in all of them. So from four
    patches on, it is also asked how much the networks' hidden units change from patch to patch, as a share of their
    size (0.32 for music), and how much for each bit by which the sound changes (0.43 for music; noise after silence has
    less). A voice in a hall sounds sung, and there are a few more words for it: what has few words and also changes
    little for its sound is no music either. The first of these bounds lies halfway between music by half of the artists
    of a set and bursts of noise. The others are in the middle of what forty halves of the artists and of the kinds of
    sounds chose by their errors. `LEAST_SHARE` and `FEW_WORDS` were lowered when songs came to be heard at one
    loudness, so that fewer pieces of music are refused and no more sounds pass.
    """
    words = float(np.asarray(patches.tags)[:, 50:].sum(axis=1).mean())
    if reason := why_too_steady(patches):
        return reason
    if words < LEAST_WORDS:
        return f"no instrument, singing or pace is heard ({words:.1f} words; music has {LEAST_WORDS} or more)"
    if len(patches.units) >= ENOUGH:
        spread = float(patches.units.std(axis=0, ddof=1).mean())
        heard, share = spread / float(np.sqrt(np.mean(np.square(patches.units)))), spread / patches.change
        if heard < LEAST_HEARD or share < LEAST_SHARE:
            bounds = f"music has {LEAST_HEARD} and {LEAST_SHARE} or more"
            return f"the sound changes, but the same is heard all along ({heard:.2f} and {share:.2f}; {bounds})"
        if words < FEW_WORDS and share < FEW_SHARE:
            bounds = f"music has {FEW_WORDS} words or {FEW_SHARE}"
            return f"hardly an instrument is heard, much as the sound changes ({words:.1f} and {share:.2f}; {bounds})"
    return None


def why_too_steady(patches: Patches) -> str | None:
    """Tell whether a recording is silence, a tone or a steady noise, by its sound alone, as `why_no_music` does."""
    if patches.change < LEAST_CHANGE:
        return f"the sound hardly changes ({patches.change:.2f}; music has {LEAST_CHANGE} or more)"
    return None


def _heads(genres, table):
    """Place of the containing genre of each genre, if it is in question, else its own; list of int."""
    return [genres.index(part) if (part := table.part_of[name]) in genres else k for k, name in enumerate(genres)]


def _most_voted(shares):
    """Column that has the greatest share in most rows; a tie goes to the higher mean."""
    votes = np.bincount(shares.argmax(axis=1), minlength=shares.shape[1])
    return int(np.lexsort((shares.mean(axis=0), votes))[-1])


def _score(tags, signs, commonness):
    """Logarithm of how strongly the signs of one genre show, float (n,)."""
    rates, total = tag_rates(), 0.0
    for sign, weight, places in signs:
        shown, usual = _any_of(tags[:, places]), _any_of(rates[None, places])
        if sign == "without":
            total = total + weight * np.log(1 - shown + FLOOR)
        else:
            divided, floor = (1.0, COMPANY_FLOOR) if sign == "with" else (commonness, FLOOR)
            total = total + weight * (np.log(shown + floor) - divided * np.log(usual + floor))
    return total


def _any_of(probabilities):
    """Probability that at least one of several tags holds, were they independent, float (n,)."""
    return 1 - np.prod(1 - probabilities, axis=1)


def _softmax(scores):
    """Shares that sum to 1 along axis 1."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
