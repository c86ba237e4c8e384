"""The networks of a training and the steps of it: of sketches, of the finisher's lessons, and of all together."""

import torch
from covers import Covers, grain_of
from device import Adam, follow
from networks import N_GENRES, Critic, Finisher, Generator, PixelCritic, SketchCritic
from torch import Tensor
from torch.autograd import grad
from torch.nn import functional

from albumlib.covers.finishing.sketches import BLOCK, PLANES, SPREAD
from albumlib.covers.finishing.training import EDGES
from albumlib.covers.together import ANCHOR, GRID, grid_waves

LATENT_DIM, PENALTY, DRIFT = 64, 10.0, 1e-3
FLAT = 20.0  # weight of what bends where a sketch has no edges
MOVED = 0.12  # how far noise is moved, as a share of its length, to see how far a cover moves with it
AT_ONCE, TAUGHT, TOGETHER = 76, 32, 38  # batches: of sketches, of the finisher's lessons, of both: genres in turns


class Painter:
    """All networks of a training, the averages of those that paint, and one step of each kind.

    Attributes
    ----------
    said
        What the last step measured, by name.
    """

    def __init__(self, generator, finisher, sketch_critic, pixel_critic, covers: Covers):
        device = covers.device
        self.generator, self.finisher = Generator(generator, device), Finisher(finisher, device)
        self.averages = Generator(generator, device), Finisher(finisher, device)
        self.sketch_critic, self.pixel_critic = SketchCritic(sketch_critic, device), PixelCritic(pixel_critic, device)
        self.covers, self.said = covers, {}
        self._spread = torch.tensor(SPREAD, device=device).view(1, PLANES, 1, 1)
        self._waves = [[torch.tensor(each.T, device=device) for each in pair] for pair in grid_waves()]
        self._codes = torch.eye(N_GENRES, device=device)

    def optimizers(self, *, momentum: float = 0.0) -> dict[str, Adam]:
        """Begin anew with an optimizer for each network; `momentum` is the finisher's."""
        self.adam = {
            "generator": Adam(self.generator.weights),
            "finisher": Adam(self.finisher.weights, momentum=momentum),
            "sketch_critic": Adam(self.sketch_critic.parameters),
            "pixel_critic": Adam(self.pixel_critic.parameters),
        }
        return self.adam

    def step_of_sketches(self, *, told: float = 0.3) -> None:
        """Two updates of the critic of sketches, one of the generator, in whose loss the genre counts `told`."""
        genres, codes = self._in_turns(AT_ONCE)
        for _ in range(2):
            with torch.no_grad():
                real = self.covers.sketches(self.covers.draw(genres)) / self._spread
                fake = self.generator(self._noise(AT_ONCE), codes)
            self._teach(self.sketch_critic, "sketch_critic", real, fake, codes)
        score, logits = self.sketch_critic(self.generator(self._noise(AT_ONCE), codes), codes)
        loss = told * functional.cross_entropy(logits, codes) - score.mean()
        self.adam["generator"].step(grad(loss, self.generator.weights))
        follow(self.averages[0], self.generator)

    def step_of_lessons(self) -> None:
        """One of the finisher, from covers."""
        genres = torch.randint(N_GENRES, (TAUGHT,), device=self.covers.device)
        off, _ = self._off(self.covers.draw(genres))
        self.adam["finisher"].step(grad(off, self.finisher.weights))
        follow(self.averages[1], self.finisher)
        self._keep(taught=off)

    def step_of_critics(self) -> None:
        """One update of each critic."""
        genres, codes = self._in_turns(TOGETHER)
        with torch.no_grad():
            real = self.covers.draw(genres)
            fake_sketches = self.generator(self._noise(TOGETHER), codes)
            fake = self._finished(fake_sketches)[1]
            real_sketches = self.covers.sketches(real) / self._spread
        self._teach(self.pixel_critic, "pixel_critic", real, fake, codes)
        self._teach(self.sketch_critic, "sketch_critic", real_sketches, fake_sketches, codes)

    def step_together(self, *, told: float, near: float = 0.0) -> None:
        """One update of each critic, then of generator and finisher, in whose loss count the genre and `moves`."""
        self.step_of_critics()
        _, codes = self._in_turns(TOGETHER)
        noise = self._noise(TOGETHER)
        sketches = self.generator(noise, codes)
        smooth, fake = self._finished(sketches)
        score, logits = self.pixel_critic(fake, codes)
        of_sketches, _ = self.sketch_critic(sketches, codes)
        genres = torch.randint(N_GENRES, (TOGETHER // 2,), device=self.covers.device)
        real = self.covers.draw(genres)
        off, real_sketches = self._off(real)
        bent = functional.relu(bending(smooth, sketches * self._spread) - bending(real, real_sketches))
        grid = self._grid_excess(fake)
        loss = told * functional.cross_entropy(logits, codes) - score.mean() - of_sketches.mean()
        loss = loss + ANCHOR * off + FLAT * bent + GRID * grid
        if near:
            moves = self._moves(smooth, noise, codes)
            loss = loss + near * moves
            self._keep(moves=moves)
        slopes = grad(loss, self.generator.weights + self.finisher.weights)
        self.adam["generator"].step(slopes[: len(self.generator.weights)])
        self.adam["finisher"].step(slopes[len(self.generator.weights) :])
        for average, network in zip(self.averages, (self.generator, self.finisher), strict=True):
            follow(average, network)
        self._keep(off=off, bent=bent, grid=grid)

    def _teach(self, critic: Critic, name, real, fake, codes):
        """One update of a critic: Wasserstein loss, gradient penalty, drift, and the genre of real ones."""
        count = len(real)
        scores, logits = critic(torch.cat([real, fake]), torch.cat([codes, codes]), parts=2)
        share = torch.rand(count, 1, 1, 1, device=self.covers.device)
        between = (share * real + (1 - share) * fake).detach().requires_grad_()
        (slope,) = grad(critic(between, codes)[0].sum(), between, create_graph=True)
        penalty = ((slope.square().sum((1, 2, 3)) + 1e-12).sqrt() - 1).square().mean()
        gap, genre = scores[:count].mean() - scores[count:].mean(), functional.cross_entropy(logits[:count], codes)
        drift = scores[:count].square().mean()
        loss = PENALTY * penalty - gap + DRIFT * drift + genre
        self.adam[name].step(grad(loss, critic.parameters))
        self._keep(**{f"gap of {name}": gap})

    def _finished(self, sketches):
        """Covers of scaled sketches, without grain and with it."""
        covers, strength = self.finisher(sketches * self._spread)
        grain = torch.randn(len(covers), 1, *covers.shape[2:], device=self.covers.device)
        return covers, (covers + strength[:, :, None, None] * grain).clamp(-1, 1)

    def _moves(self, covers, noise, codes):
        """How far covers are from those of noise a little beside theirs: the mean length of the difference.

        Not of its square: a cover may change at once, as from one motif to another, and pays no more than for changing
        bit by bit. What is dear is to change often.
        """
        beside = (1 - MOVED**2) ** 0.5 * noise + MOVED * self._noise(len(noise))
        moved, _ = self.finisher(self.generator(beside, codes) * self._spread)
        return ((moved - covers).square().sum((1, 2, 3)) + 1e-4).sqrt().mean()

    def _off(self, covers):
        """How far off the finisher is from covers whose spoiled sketches it is given, and their sketches."""
        with torch.no_grad():
            sketches = self.covers.sketches(covers)
            spoiled, grain = self.covers.spoiled(sketches), grain_of(covers)
        found, strength = self.finisher(spoiled)
        off = (found - covers).abs().mean() + (strength - grain).abs().mean()
        for axis in (2, 3):
            off = off + EDGES * (found.diff(dim=axis) - covers.diff(dim=axis)).abs().mean()
        return off, sketches

    def _grid_excess(self, covers):
        """As `albumlib.covers.together.grid_excess`."""
        brightness = covers.mean(1)
        brightness = brightness - brightness.mean((1, 2), keepdim=True)
        excess = []
        for lines in (brightness, brightness.transpose(1, 2)):
            for at, beside in self._waves:
                excess.append(functional.relu((lines @ at.T).square().sum() / (lines @ beside.T).square().sum() - 1))
        return sum(excess) / len(excess)

    def _in_turns(self, count):
        genres = torch.arange(count, device=self.covers.device) % N_GENRES
        return genres, self._codes[genres]

    def _noise(self, count):
        return torch.randn(count, LATENT_DIM, device=self.covers.device)

    def _keep(self, **values):
        for name, value in values.items():
            self.said.setdefault(name, torch.zeros((), device=self.covers.device)).copy_(value.detach())


def bending(covers: Tensor, sketches: Tensor) -> Tensor:
    """Mean second difference of covers where their sketches (not scaled) have no edges."""
    calm = torch.exp(-8 * sketches[:, 3:].abs().sum(1, keepdim=True)).detach()
    calm = calm.repeat_interleave(BLOCK, 2).repeat_interleave(BLOCK, 3)
    down, across = covers.diff(n=2, dim=2).abs() * calm[:, :, 1:-1], covers.diff(n=2, dim=3).abs() * calm[..., 1:-1]
    return (down.sum() + across.sum()) / (6 * calm.sum() + 1)
