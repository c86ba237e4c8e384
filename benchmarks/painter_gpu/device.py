"""What lets a whole training step run as one launch: an optimizer whose rate lies on the device, and the graph."""

from collections.abc import Callable, Sequence
from threading import Lock

import torch
from networks import Network
from torch import Tensor

DECAY = 0.999  # of the moving averages of weights


class Adam:
    """Adam whose rate and step lie on the device, so that a graph can read them.

    Parameters
    ----------
    momentum
        beta_1; beta_2 is 0.99.
    """

    def __init__(self, parameters: Sequence[Tensor], *, momentum: float = 0.0):
        self.parameters, self.momentum = parameters, momentum
        self._square, self._mean, self._slope = ([torch.zeros_like(each) for each in parameters] for _ in range(3))
        self._rate, self._correction = (torch.ones((), device=parameters[0].device) for _ in range(2))

    def set(self, rate: float, step: int) -> None:
        """The learning rate, and the step (from 0) by which the moments' beginning at 0 is made good."""
        self._rate.fill_(rate / (1 - self.momentum ** (step + 1)))
        self._correction.fill_(1 - 0.99 ** (step + 1))

    @torch.no_grad()
    def step(self, slopes: Sequence[Tensor]) -> None:
        """Go against these slopes of a loss, one for each of the weights."""
        for slope, found in zip(self._slope, slopes, strict=True):
            slope.copy_(found)  # which also lays it out as its weight lies
        torch._foreach_mul_(self._square, 0.99)
        torch._foreach_addcmul_(self._square, self._slope, self._slope, 0.01)
        way = self._slope
        if self.momentum:
            torch._foreach_mul_(self._mean, self.momentum)
            torch._foreach_add_(self._mean, self._slope, alpha=1 - self.momentum)
            way = self._mean
        length = torch._foreach_div(self._square, self._correction)
        torch._foreach_sqrt_(length)
        torch._foreach_add_(length, 1e-7)
        change = torch._foreach_div(way, length)
        torch._foreach_mul_(change, self._rate)
        torch._foreach_sub_(self.parameters, change)


@torch.no_grad()
def follow(average: Network, network: Network) -> None:
    """Move an average a little towards a network."""
    torch._foreach_lerp_(average.weights, network.weights, 1 - DECAY)


def wait(device: str) -> None:
    """Until the device has done all that it was given."""
    if device == "cuda":
        torch.cuda.synchronize()


def as_graph(step: Callable[[], None], *, lock: Lock, device: str) -> Callable[[], None]:
    """A step as one launch on a stream of its own (four are done beforehand); on a CPU the step itself.

    Parameters
    ----------
    lock
        Held meanwhile, for nothing else may touch the GPU's memory.
    """
    if device != "cuda":
        return step
    stream, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()
    with lock:
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(4):
                step()
        wait(device)
        with torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            step()
        wait(device)

    def launch():
        with torch.cuda.stream(stream):
            graph.replay()

    return launch
