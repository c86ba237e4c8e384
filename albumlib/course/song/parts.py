"""What the page is made of: figures of a song, a player, covers side by side, all as pieces of HTML."""

import io
from base64 import b64encode
from html import escape

import numpy as np
import soundfile
from matplotlib.figure import Figure

from albumlib.course.plots.features import feature_image as draw_image
from albumlib.course.plots.features import waveform
from albumlib.course.plots.scores import votes, votes_along
from albumlib.covers.pixels import encode_cover
from albumlib.features.image import FeatureImage, main_tempo
from albumlib.genre.prediction import SongPrediction

LISTEN = 10  # seconds that the page plays
COVER_ALT = "Generated cover {number} of {n}, for {genre}."


def song_figure(y: np.ndarray, image: FeatureImage) -> Figure:
    """Draw a song's waveform above its feature image, on one time axis, with the main tempo named.

    Parameters
    ----------
    y : float32, shape (n,)
        Mono, at the image's sampling rate.
    image
    """
    fig = Figure(figsize=(9, 4.6), layout="constrained")
    above, below = fig.subplots(2, 1, sharex=True, height_ratios=[1, 3])
    waveform(y, above, sr=image.settings.sr).set(xlabel="")
    draw_image(image, below)
    above.set_title(f"about {main_tempo(image):.0f} BPM · below: spectrogram over tempogram", fontsize="medium")
    return fig


def votes_figure(prediction: SongPrediction, seconds: float) -> Figure:
    """Draw a song's genres as bars, and what its slices say along its time.

    Parameters
    ----------
    prediction
    seconds
        Length of the song.
    """
    fig = Figure(figsize=(9, 5.4), layout="constrained")
    above, below = fig.subplots(2, 1)
    votes(prediction, above, most=6)
    votes_along(prediction, seconds, below)
    return fig


def audio_player(y: np.ndarray, sr: int) -> str:
    """The middle ten seconds of a song as an HTML player that carries its sound.

    Parameters
    ----------
    y : float32, shape (n,)
        Mono, full scale -1 to 1.
    sr
        Sampling rate in Hz, one that mp3 has.
    """
    start = max(0, (len(y) - LISTEN * sr) // 2)
    file = io.BytesIO()
    soundfile.write(file, np.clip(y[start : start + LISTEN * sr], -1, 1), sr, format="MP3")
    return f'<audio controls aria-label="ten seconds of the song" src="{_data("audio/mpeg", file.getvalue())}"></audio>'


def picture_html(figure: Figure, *, alt: str) -> str:
    """A figure as an HTML picture that is as wide as its place allows."""
    file = io.BytesIO()
    figure.savefig(file, format="jpeg", dpi=90, pil_kwargs={"quality": 85})
    return f'<img class="albumlib-figure" alt="{escape(alt)}" src="{_data("image/jpeg", file.getvalue())}">'


def covers_html(images: np.ndarray, *, genre: str) -> str:
    """Covers side by side, numbered, in as many rows as the page needs.

    Parameters
    ----------
    images : uint8, shape (n, height, width, 3)
    genre
        For who does not see them.
    """
    tiles = []
    for number, image in enumerate(images, start=1):
        alt = escape(COVER_ALT.format(number=number, n=len(images), genre=genre))
        source = _data("image/png", encode_cover(image))
        tiles.append(f'<figure><img alt="{alt}" src="{source}"><figcaption>{number}</figcaption></figure>')
    return f'<div class="albumlib-covers">{"".join(tiles)}</div>'


def _data(kind, content):
    """Bytes as an address that holds them."""
    return f"data:{kind};base64,{b64encode(content).decode()}"
