"""The package's generator, finisher and critics in PyTorch, so that a whole training step fits one CUDA graph.

A network is a list of Keras's weights in Keras's order, and reads them in turn as it reckons. Images lie as PyTorch
wants them, ``(batch, channels, height, width)``, in memory as Keras has them.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from albumlib.covers.finishing.sketches import BLOCK
from albumlib.genres import NAMES

N_GENRES = len(NAMES)
SPREAD_OVER = 10.0  # times the spread of a group: about as large as other numbers in the critic's last layer


class Network:
    """Weights from Keras and back to Keras.

    Parameters
    ----------
    weights
        As ``get_weights`` of the Keras network gives them.
    """

    def __init__(self, weights: list[np.ndarray], device: str):
        self.weights = [self._turned(torch.tensor(each, device=device)).requires_grad_() for each in weights]

    @staticmethod
    def _turned(weight):
        if weight.ndim != 4:
            return weight
        return weight.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)

    def for_keras(self) -> list[np.ndarray]:
        """What ``set_weights`` of the Keras network takes."""
        turned = [each.permute(2, 3, 1, 0) if each.ndim == 4 else each for each in self.weights]
        return [each.detach().cpu().numpy().copy() for each in turned]

    def read(self, inputs: Tensor, *, bias: bool = True, padding=1, stride: int = 1) -> Tensor:
        """The next layer: dense or a convolution, by the shape of its weights."""
        kernel, offset = next(self._unread), next(self._unread) if bias else None
        if kernel.ndim == 2:
            return inputs @ kernel if offset is None else inputs @ kernel + offset
        if isinstance(padding, tuple):
            inputs, padding = functional.pad(inputs, padding), 0
        return functional.conv2d(inputs, kernel, offset, stride=stride, padding=padding)

    def __call__(self, *inputs, **options):
        """Reckon, reading the weights from the first."""
        self._unread = iter(self.weights)
        return self._forward(*inputs, **options)


class Generator(Network):
    """`albumlib.covers.networks.sketch.sketch_generator`: from noise and labels to scaled sketches."""

    def _forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        style = torch.cat([noise, self.read(labels, bias=False)], 1)
        style = active(self.read(active(self.read(style))))
        x = of_keras(self.read(style).view(len(noise), 7, 7, -1))
        for number in range(6):
            if number in (2, 4):
                x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)[:, :, :-1, :-1]
            x = self.read(x.contiguous(memory_format=torch.channels_last))
            x = of_keras(functional.layer_norm(as_keras(x), (x.shape[1],), eps=1e-3))
            scale, shift = self.read(style)[:, :, None, None], self.read(style)[:, :, None, None]
            x = active(x * scale + shift)
        return self.read(x)


class Finisher(Network):
    """`albumlib.covers.finishing.finisher.build_finisher`: from sketches to covers and the strength of their grain."""

    def _forward(self, sketches: Tensor) -> tuple[Tensor, Tensor]:
        x = self.read(sketches)
        for _ in range(2):
            x = x + self.read(active(self.read(active(x))))
        deep = active(x)
        x = active(self.read(active(opened(self.read(deep), 2))))
        x = active(opened(self.read(active(self.read(x))), 2))
        rough = opened(self.read(sketches, bias=False, padding=0), BLOCK)
        covers = rough + self.read(active(self.read(torch.cat([x, rough], 1))))
        grain = functional.relu(self.read(deep.mean((2, 3))))
        return covers, functional.softplus(self.read(grain))


class Critic(Network):
    """What both critics share: a score and the genre, and with `group`, how far the covers of a genre differ.

    References
    ----------
    Karras et al.: *Progressive Growing of GANs*, 2018, section 3 (minibatch standard deviation; here by genre).
    """

    grouped: Tensor | None = None

    def group(self) -> None:
        """Have the critic see how far the covers of a genre differ; at first it makes nothing of it."""
        self.grouped = torch.zeros_like(self.weights[8][:1]).requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        """All that is trained; `grouped` is no weight of the Keras network."""
        return self.weights if self.grouped is None else [*self.weights, self.grouped]

    def judged(self, x: Tensor, labels: Tensor, parts: int) -> tuple[Tensor, Tensor]:
        """Score and logits of genres, of a batch of so many parts, each with its genres in turns."""
        flat = as_keras(x).reshape(len(x), -1)
        summed = self.read(flat)
        if self.grouped is not None:
            groups = flat.view(parts, -1, N_GENRES, flat.shape[1])
            deviation = ((groups - groups.mean(1, keepdim=True)).square().mean(1) + 1e-8).sqrt().mean(-1)
            everywhere = deviation[:, None].expand(groups.shape[:3]).reshape(-1, 1)
            summed = summed + SPREAD_OVER * everywhere * self.grouped
        x, genre = active(summed), self.read(labels, bias=False)
        return self.read(x) + (x * genre).sum(1, keepdim=True), self.read(x)


class SketchCritic(Critic):
    """`albumlib.covers.networks.sketch.sketch_critic`, which tells the genre, too."""

    def _forward(self, sketches: Tensor, labels: Tensor, *, parts: int = 1) -> tuple[Tensor, Tensor]:
        x = active(self.read(sketches))
        for _ in range(3):
            x = active(self.read(x, padding=(1, 2, 1, 2), stride=2))
        return self.judged(x, labels, parts)


class PixelCritic(Critic):
    """`albumlib.covers.networks.painter.painter_critic`."""

    def _forward(self, covers: Tensor, labels: Tensor, *, parts: int = 1) -> tuple[Tensor, Tensor]:
        x = covers
        for _ in range(4):
            x = functional.avg_pool2d(active(self.read(x)), 2)
        return self.judged(x, labels, parts)


def active(x: Tensor) -> Tensor:
    """What all layers but the last do with what they have reckoned."""
    return functional.leaky_relu(x, 0.2)


def as_keras(x: Tensor) -> Tensor:
    """Channels last."""
    return x.permute(0, 2, 3, 1)


def of_keras(x: Tensor) -> Tensor:
    """Channels first."""
    return x.permute(0, 3, 1, 2)


def opened(x: Tensor, times: int) -> Tensor:
    """Planes of so many times the size, as `albumlib.covers.finishing.finisher.opened` orders them."""
    batch, channels, size, _ = x.shape
    parts = as_keras(x).reshape(batch, size, size, times, times, channels // times**2)
    return of_keras(parts.permute(0, 1, 3, 2, 4, 5).reshape(batch, size * times, size * times, -1))
