"""A song as the student hears it, and its genres by the same table of tags."""

import os

from albumlib.data.audio import hear_song
from albumlib.errors import InputError
from albumlib.features.settings import FeatureSettings
from albumlib.genre.pretrained.classifier import PretrainedClassifier
from albumlib.genre.pretrained.embedding import Patches, check_hearing, sound_change
from albumlib.genre.pretrained.mel import SR
from albumlib.genre.pretrained.tags import why_too_steady
from albumlib.light.network import load_network
from albumlib.runs import Run


class DistilledClassifier(PretrainedClassifier):
    """A finished run of `distil`, which classifies as its teacher does, without it.

    Raises
    ------
    InputError
        If the folder is no such run, or its teacher heard songs otherwise.

    Examples
    --------
    >>> song = DistilledClassifier(Run("student")).classify("song.mp3")
    >>> song.genre, song.mean.round(2)
    """

    def __init__(self, run: Run):
        super().__init__()
        card = run.load_card("classifier")
        check_hearing(card, run.folder)
        self.features, self.width = FeatureSettings.from_dict(card["features"]), card["width"]
        inputs = [(2 * self.features.n_mels, self.width)]
        self.model = load_network(run, card, inputs=inputs)

    def why_not(self, patches: Patches) -> str | None:
        """Tell why a recording is no music, by its sound alone: the other bounds are those of the teacher's words."""
        return why_too_steady(patches)

    def embed(self, path: str | os.PathLike) -> Patches:
        """Run the student over the slices of a song.

        Raises
        ------
        InputError
            If the file cannot be decoded or is shorter than one slice.
        """
        from albumlib.features.image import feature_image
        from albumlib.features.slices import cut_slices

        try:
            heard = hear_song(path, sr=self.features.sr)
            image = feature_image(heard.signal, self.features)
            slices = cut_slices(image.values, width=self.width, settings=self.features)
            change = sound_change(hear_song(path, sr=SR).signal)
        except InputError as error:
            raise InputError(error.reason, where=error.where or path) from None
        found = self.model.predict(slices, batch_size=32, verbose=0)
        return Patches(found["tags"], found["units"], change, remarks=heard.remarks)
