"""Covers without end: processes draw them while the networks learn, and the GPU keeps them and makes sketches."""

import multiprocessing
import os
from threading import Lock, Thread

import numpy as np
import torch
from networks import N_GENRES, of_keras
from PIL import Image
from torch import Tensor
from torch.nn import functional

from albumlib.covers.finishing.sketches import BLOCK, GAIN, PLANES, SIDE, patterns
from albumlib.covers.finishing.training import WORST, WRONG
from albumlib.data.images import SIZE
from albumlib.demoworld.pictures.covers import draw_cover
from albumlib.genres import NAMES

FIRST = 7_100_000_000  # a cover's number is its artist's and its own; no demo world comes near
LARGE = 128  # pixels of a drawn cover, before it is reduced to 100
ROWS = 25  # covers of each genre that a process draws at once


class Covers:
    """Drawn covers on the device, more and more of them.

    Parameters
    ----------
    per_genre
        How many it will be in the end; a multiple of 25.
    enough
        How many to wait for.
    """

    def __init__(self, per_genre: int, device: str, *, enough: int = 200):
        # Before CUDA is touched: a process that has it cannot be copied.
        self._artists = multiprocessing.get_context("fork").Pool(max(1, (os.cpu_count() or 1) - 1))
        self.device, self.lock = device, Lock()  # held while covers are added, and for who cannot bear that
        self._images = torch.empty((per_genre * N_GENRES, SIZE, SIZE, 3), dtype=torch.uint8, device=device)
        self._ready = torch.zeros((), device=device)
        self._patterns = torch.tensor(patterns()[:, None], device=device)
        self._wrong = torch.tensor(WRONG, device=device).view(1, PLANES, 1, 1)
        self._chunks = self._artists.imap(_drawn, range(per_genre // ROWS))
        while self._ready < min(enough, per_genre):
            self._add(next(self._chunks))
        self._filling = Thread(target=lambda: [self._add(chunk) for chunk in self._chunks], daemon=True)
        self._filling.start()

    def _add(self, chunk):
        with self.lock:
            first = int(self._ready)
            self._images[first * N_GENRES : (first + ROWS) * N_GENRES].copy_(torch.from_numpy(chunk))
            self._ready.fill_(first + ROWS)

    def close(self) -> None:
        """Draw no more."""
        self._artists.terminate()

    def draw(self, genres: Tensor) -> Tensor:
        """Covers of these genres, by chance: float32, shape (n, 3, 100, 100), -1 to 1."""
        chosen = (torch.rand(len(genres), device=self.device) * self._ready).long()
        return of_keras(self._images[chosen * N_GENRES + genres].float() / 127.5 - 1)

    def sketches(self, covers: Tensor) -> Tensor:
        """As `albumlib.covers.finishing.sketches.to_sketches`, not scaled: shape (n, 8, 25, 25)."""
        details = GAIN * functional.conv2d(covers.mean(1, keepdim=True), self._patterns, stride=BLOCK)
        both = torch.cat([functional.avg_pool2d(covers, BLOCK), details], 1)
        return both.contiguous(memory_format=torch.channels_last)

    def spoiled(self, sketches: Tensor) -> Tensor:
        """As `albumlib.covers.finishing.training.spoil`."""

        def rand(*shape):
            return torch.rand(len(sketches), *shape, device=self.device)

        level = WORST * rand(1, 1, 1)
        missing = 0.9 * rand(1, SIDE, SIDE) * rand(1, 1, 1)
        off = 1 + level * (0.7 * rand(PLANES, 1, 1) - 0.4)
        spoiled = torch.cat([sketches[:, :3], sketches[:, 3:] * (1 - missing) * off[:, 3:]], 1)
        edges = spoiled[:, 3:].abs().sum(1, keepdim=True).clamp(max=1.5)
        noise = 0
        for blocks, weight in ((1, 1.0), (2, 0.7), (4, 0.5)):
            places = -(-SIDE // blocks)
            drawn = torch.randn(len(sketches), PLANES, places, places, device=self.device)
            noise = noise + weight * drawn.repeat_interleave(blocks, 2).repeat_interleave(blocks, 3)[..., :SIDE, :SIDE]
        spoiled = spoiled + level * self._wrong * noise * (0.5 + edges)
        return spoiled.contiguous(memory_format=torch.channels_last)


def grain_of(covers: Tensor) -> Tensor:
    """As `albumlib.covers.finishing.training.grain_of`."""
    bent = covers.mean(1).diff(n=2, dim=1).diff(n=2, dim=2).abs()
    return bent.flatten(1).median(1, keepdim=True).values / 0.6745 / 6


def _drawn(chunk):
    """So many covers of every genre, the genres in turns: uint8, shape (n, 100, 100, 3)."""
    covers = []
    for number in range(FIRST + chunk * ROWS, FIRST + (chunk + 1) * ROWS):
        for genre in NAMES:
            large = Image.fromarray(draw_cover(genre, artist_seed=number, seed=number, size=LARGE))
            covers.append(np.asarray(large.resize((SIZE, SIZE), Image.Resampling.LANCZOS)))
    return np.stack(covers)
