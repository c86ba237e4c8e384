"""The page: drop a song, see what it is, get covers, take one along."""

import re
import tempfile
from contextlib import suppress
from html import escape
from pathlib import Path

import numpy as np
import soundfile
from IPython.display import display
from ipywidgets import HTML, Button, HBox, ToggleButtons, VBox
from matplotlib.figure import Figure

from albumlib.course.plots.covers import cover_grid
from albumlib.course.plots.live import show_with_still
from albumlib.course.song.parts import audio_player, covers_html, picture_html, song_figure, votes_figure
from albumlib.course.song.slider import Slider
from albumlib.course.song.transfer import Download, Upload
from albumlib.covers.noise import TRUNCATION
from albumlib.covers.pixels import encode_cover, upscale
from albumlib.data.audio import load_audio
from albumlib.data.tags import tagged_copy
from albumlib.errors import InputError
from albumlib.features.image import feature_image, main_tempo
from albumlib.genre.prediction import SongPrediction, describe_shares
from albumlib.pipeline import Pipeline, SongCovers
from albumlib.text import fit_name, printable

CSS = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
SR = 22050  # Hz
UPSCALE = 3000  # pixels a side, as shops of music ask for
IN_TAGS = 1000  # pixels a side of the cover in a song's tags; players draw it larger than it was generated


class SongPage(VBox):
    """Widgets for one visitor, who drops a song and gets covers; nothing of it stays on disk.

    Parameters
    ----------
    pipeline
        Classifies the song and generates the covers.
    n
        Covers side by side.
    seed
        Of the first ones; the button for others counts on from it.

    Attributes
    ----------
    made : SongCovers or None
        What came of the last song.

    Notes
    -----
    Notebook: 12_your_song

    Examples
    --------
    >>> page = SongPage(Pipeline())
    >>> page.take("song.mp3", Path("song.mp3").read_bytes())
    >>> page.show()
    """

    def __init__(self, pipeline: Pipeline, *, n: int = 6, seed: int = 0):
        self.pipeline, self.n, self.first_seed = pipeline, n, seed
        self.made: SongCovers | None = None
        self._name, self._data, self._seed = "", b"", seed
        self.upload = Upload(self.take)
        self.sound, self.genre, self.covers = HTML(), HTML(), HTML()
        self.truncation = Slider(value=TRUNCATION["normal"], description="variety")
        self.blend = Slider(value=0.0, description="mixture")
        self.again = Button(description="Other covers")
        self.number = ToggleButtons(options=list(range(1, n + 1)), description="cover")
        self.number.style.button_width = "2.6rem"
        self.downloads = [
            Download(make, label=label, failed=self._say)
            for label, make in {
                "PNG, 100×100": self.png,
                f"Upscale, {UPSCALE}×{UPSCALE}": self.large_png,
                "The song with this cover": self.tagged_song,
            }.items()
        ]
        self.again.on_click(lambda _: self._reseed())
        for control in (self.truncation, self.blend):
            control.observe(lambda _: self._generate(), "value")
        self.result = VBox(self._sections())
        self.result.layout.display = "none"
        super().__init__([HTML(f"<style>{CSS}</style>"), self.upload, self.result])
        self.add_class("albumlib-song")

    def _sections(self):
        """What is below the place for the song, from the covers on."""
        rows = HBox([self.truncation, self.blend, self.again]), HBox([self.number]), HBox(self.downloads)
        for row in rows:
            row.add_class("albumlib-row")
        choose, number, take = rows
        heads = [HTML(f"<h2>{words}</h2>") for words in ("Covers", "Take one along", "Genre", "Sound")]
        return [heads[0], self.covers, choose, heads[1], number, take, heads[2], self.genre, heads[3], self.sound]

    def take(self, name: str, data: bytes) -> None:
        """Classify a song and show what comes of it; the covers first, then figures.

        Parameters
        ----------
        name
            Of its file.
        data
            The file's bytes. They are on disk only while they are decoded.

        Raises
        ------
        InputError
            If the song cannot be used; what is shown of an earlier one stays.
        """
        self._say(f"listening to {name} …")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"song{_ending(name)}"
            path.write_bytes(data)
            try:
                made = self.pipeline.covers(path, **self._options(self.first_seed))
                y = load_audio(path, sr=SR)
            except InputError as error:
                raise InputError(error.reason, where=printable(name)) from None
        self._name, self._data, self._seed = name, data, self.first_seed
        self._show_covers(made)
        self.result.layout.display = ""
        self._show_song(y)
        self._say("")

    def _options(self, seed):
        return {"n": self.n, "seed": seed, "truncation": self.truncation.value, "blend": self.blend.value}

    def _reseed(self):
        self._seed += 1
        self._generate()

    def _generate(self):
        """Other covers for the song that is known by now."""
        if self.made is not None:
            options = self._options(self._seed)
            self._show_covers(self.pipeline.covers(self._name, prediction=self.made.prediction, **options))

    def _show_covers(self, made):
        self.made = made
        self.covers.value = covers_html(made.images, genre=made.genre)

    def _show_song(self, y):
        self.genre.value = _genre_html(self.made.prediction, len(y) / SR)
        self.sound.value = _sound_html(y)

    def _rehearse(self):
        """Do once all that a song needs, so that what is loaded at the first time is loaded before a song comes."""
        y = np.random.default_rng(0).normal(0, 0.1, 4 * SR).astype("float32")
        genres = self.pipeline.genres
        prediction = SongPrediction(genres, np.eye(len(genres))[:1])
        with tempfile.TemporaryDirectory() as folder, suppress(InputError):  # the first song says what is missing
            path = Path(folder) / "noise.wav"
            soundfile.write(path, y, SR)
            with suppress(InputError):  # noise is no music, which is known once it is heard
                self.pipeline.classifier.classify(path)
            made = self.pipeline.covers(path, prediction=prediction, n=self.n)
            covers_html(made.images, genre=made.genre)
            _genre_html(prediction, len(y) / SR)
            _sound_html(y)

    def _say(self, words):
        self.upload.line = words

    def _chosen(self):
        """The chosen cover and the start of its file's name."""
        if self.made is None:
            raise InputError("no song yet", todo="drop one first")
        number = self.number.value
        start = f"{fit_name(Path(self._name).stem, most=120)} - {fit_name(self.made.genre)} - {self._seed} - {number}"
        return self.made.images[number - 1], start

    def png(self) -> tuple[str, bytes]:
        """The chosen cover as a PNG file that says what it is: the file's name and its bytes."""
        cover, start = self._chosen()
        facts = {"Genre": printable(self.made.genre), "Song": printable(self._name), "Seed": self._seed}
        return f"{start}.png", encode_cover(cover, text=facts)

    def large_png(self) -> tuple[str, bytes]:
        """The chosen cover as an upscale: the file's name and its bytes."""
        cover, start = self._chosen()
        text = {"Comment": f"upscale of 100×100 pixels to {UPSCALE}×{UPSCALE}, Lanczos"}
        return f"{start} - upscale.png", encode_cover(upscale(cover, side=UPSCALE), text=text)

    def tagged_song(self) -> tuple[str, bytes]:
        """A copy of the song with the chosen cover in its tags: the file's name and its bytes."""
        cover, _ = self._chosen()
        copy = tagged_copy(self._data, encode_cover(upscale(cover, side=IN_TAGS)), name=self._name)
        return f"{fit_name(Path(self._name).stem, most=120)} - with cover{_ending(self._name)}", copy

    def show(self) -> None:
        """Display the page; where no kernel runs, a still of the last song's covers.

        Without a song yet, it gets ready for one; the web page does so before its visitor comes.
        """
        if self.made is None:
            display(self)
            self._rehearse()
            return
        fig = Figure(figsize=(9, 1.9))
        cover_grid(self.made.images, fig.subplots(), labels=[self.made.genre])
        alt = f"{self.n} generated covers for one song, in a row, in {self.made.genre}."
        show_with_still(self, fig, alt=alt, text="still: covers of the song; sliders and downloads need a kernel")


def _genre_html(prediction, seconds):
    """What was predicted for a song of some seconds: a line, remarks and a figure."""
    remarks = "".join(f"<p>note: {escape(remark)}</p>" for remark in prediction.remarks)
    alt = f"Genres of the song as bars, {prediction.genre} first; below, what each slice says along the song."
    votes = picture_html(votes_figure(prediction, seconds), alt=alt)
    return f"<p><b>{escape(describe_shares(prediction))}</b></p>{remarks}{votes}"


def _sound_html(y):
    """A player of a song, and its features."""
    image = feature_image(y)
    alt = f"Waveform, spectrogram and tempogram of the song, about {main_tempo(image):.0f} BPM."
    return audio_player(y, SR) + picture_html(song_figure(y, image), alt=alt)


def _ending(name):
    """The ending of a file's name, such as ``.mp3``; nothing where it is no usual one."""
    ending = Path(name).suffix
    return ending if re.fullmatch(r"\.\w{1,5}", ending, re.ASCII) else ""
