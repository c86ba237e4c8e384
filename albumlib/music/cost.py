"""What a network costs: multiplications for one slice."""

import numpy as np

from albumlib.backend import load_keras


def multiplications(model, *, rows=258, width=128):
    """Count the multiplications of one forward pass over one slice.

    Only layers in which products of two vectors are summed are counted: dense layers, convolutions and dot products.
    All others together are below a few percent.

    Parameters
    ----------
    model : keras.Model
        Functional, from slices ``(batch, rows, width)``.
    rows, width : int
        Size of the slice; it matters where the network takes any width.

    Returns
    -------
    int

    Notes
    -----
    Notebook: 05_regularization
    """
    keras = load_keras()
    sized = keras.models.clone_model(model, input_tensors=keras.Input((rows, width)))
    return sum(_of_layer(layer) for layer in sized.layers)


def _of_layer(layer):
    if type(layer).__name__ == "Dot":
        first, output = layer.input[0].shape, layer.output.shape
        return int(first[layer.axes] * np.prod(output[1:]))
    kernel = getattr(layer, "kernel", None)
    if kernel is None:
        return 0
    places = layer.output.shape[1:-1]  # positions at which the kernel is applied; none for a flat dense layer
    return int(np.prod(kernel.shape) * np.prod(places, initial=1))
