"""Blocks of samples become one mono signal at another rate, as they come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import soxr

from albumlib.data.sound.readers import Reader

CANCEL = 0.01  # of a channel's energy: with less left in their mean, the channels are each other's opposite
QUIET = 1e-7  # energy a sample, below which it says nothing whether channels cancel each other
EVERY = 4  # of so many blocks, one is asked whether its channels cancel each other


@dataclass
class Cancelling:
    """In which blocks the channels cancel each other."""

    asked: list[bool] = field(default_factory=list)

    def ask(self, block: np.ndarray, mono: np.ndarray) -> None:
        """Ask a block, float32, shape (n, channels), and the mean of its channels."""
        energy = float(np.vdot(block, block)) / block.shape[1]
        if energy > QUIET * len(block):
            self.asked.append(float(np.vdot(mono, mono)) < CANCEL * energy)

    @property
    def share(self) -> float:
        """0 to 1: part of the blocks in which they do."""
        return float(np.mean(self.asked)) if self.asked else 0.0


def mono_blocks(
    reader: Reader, *, offset: float, duration: float, channel: int | None, cancelling: Cancelling
) -> Iterator[np.ndarray]:
    """Give float32 blocks of a span, the mean of all channels or one; find out meanwhile how far they cancel.

    What lies before the offset is decoded and dropped, for want of a seek that can be trusted.
    """
    skip, left = round(offset * reader.rate), round(duration * reader.rate)
    for number, block in enumerate(reader.blocks()):
        if skip or len(block) > left:
            skipped = min(skip, len(block))
            block, skip = block[skipped : skipped + left], skip - skipped
        channels = block.shape[1]
        # a product, since numpy's mean over two neighbours takes as long as decoding does
        weights = np.full(channels, 1 / channels, np.float32)
        mono = block @ weights if channel is None else np.ascontiguousarray(block[:, min(channel, channels - 1)])
        if channels > 1 and number % EVERY == 0:
            cancelling.ask(block, mono)
        left -= len(mono)
        yield mono
        if left <= 0:
            return


def resampled(blocks: Iterable[np.ndarray], sr_from: int, sr_to: int) -> np.ndarray:
    """Join blocks into one float32 signal at another rate, resampling as they come."""
    signal = bytearray()  # grows where it is; a list of arrays would be held twice while they are joined
    if sr_from == sr_to:
        for block in blocks:
            signal += block.data
    else:
        stream = soxr.ResampleStream(sr_from, sr_to, 1, dtype="float32")
        for block in blocks:
            signal += stream.resample_chunk(block).data
        signal += stream.resample_chunk(np.empty(0, np.float32), last=True).data
    return np.frombuffer(signal, np.float32)
