"""Mixed precision: convolutions and matrix products in bfloat16, all else in float32."""

from typing import TYPE_CHECKING, Literal

from albumlib.backend import load_keras

if TYPE_CHECKING:
    import keras

Precision = Literal["float32", "bfloat16"]
# Keras's name of what its layers compute in
PRECISIONS: dict[Precision, str] = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def in_precision(network: "keras.Model", precision: Precision) -> "keras.Model":
    """The same network, its convolutions and dense layers computing in a precision.

    bfloat16 has float32's range and 8 bits of its 24 of precision: no loss need be scaled, and weights, sums of
    gradients and optimizers stay in float32. So do the layers that give a network's outputs, colours or scores, where
    the 8 bits would show.

    Parameters
    ----------
    network
        Weights are carried over.

    Returns
    -------
    keras.Model
        `network` itself for "float32".

    References
    ----------
    Micikevicius et al.: *Mixed Precision Training*, 2018. Kalamkar et al.: *A Study of BFLOAT16 for Deep Learning
    Training*, 2019.
    """
    if precision == "float32":
        return network
    keras = load_keras()
    spared = _last_layers(network)

    def cast(layer):
        config = layer.get_config()
        if isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)) and layer.name not in spared:
            config["dtype"] = PRECISIONS[precision]
        return layer.__class__.from_config(config)

    mixed = keras.models.clone_model(network, clone_function=cast, recursive=True)
    mixed.set_weights(network.get_weights())
    return mixed


def _last_layers(network):
    """Names of the layers with weights that nothing with weights follows, those of networks within it included."""
    found, waiting = set(), [tensor._keras_history.operation for tensor in network.outputs]
    while waiting:
        layer = waiting.pop()
        if hasattr(layer, "outputs"):
            found |= _last_layers(layer)
        elif getattr(layer, "weights", None):
            found.add(layer.name)
        else:
            for node in layer._inbound_nodes:
                waiting += [tensor._keras_history.operation for tensor in node.input_tensors]
    return found
