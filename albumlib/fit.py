"""Training a classifier epoch by epoch into a run folder, so that an interruption costs one epoch at most."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from albumlib.backend import load_keras, load_model, save_model, seed_everything, worth_compiling
from albumlib.progress import progress_bar
from albumlib.runs import Run

if TYPE_CHECKING:
    import keras

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")  # of an epoch, as far as there are such


def train_epochs(
    build: "Callable[[], keras.Model]",
    examples: "Callable[[int], tuple[np.ndarray, ...] | keras.utils.PyDataset]",
    validation: "tuple[np.ndarray, ...] | keras.utils.PyDataset | None",
    run: Run,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    desc: str,
    rate: Callable[[int, int], float] | None = None,
    patience: int = 0,
    progress: bool = True,
) -> "keras.Model":
    """Train from the start or from the last finished epoch, and keep the epoch with the best validation loss.

    Without validation, the last epoch is kept.

    Parameters
    ----------
    build
        Gives the compiled model to start from.
    examples
        From the number of an epoch to its inputs and classes, in the order in which they are shown. What chance decides
        there should depend on a seed and that number alone, so that a resumed training sees the same.
    run
        Held by `Run.training`; gets a row of metrics and a checkpoint an epoch, and ``model.keras``.
    seed
        Of weights, dropout and examples.
    desc
        For the progress line.
    rate
        From the number of an epoch, and of the batches that it has had, to the learning rate.
    patience
        Stop when the validation loss has not fallen for this many epochs; 0 never stops early.
    """
    first, folder = run.resume()
    seed_everything(seed)
    model = load_model(folder / "last.keras") if folder else build()
    if not model.optimizer.built:
        # Else the first step makes its variables, and TensorFlow, which then traces it twice, takes twice as long.
        model.optimizer.build(model.trainable_variables)
    best = run.metrics()["val_loss"].min() if folder and validation is not None else np.inf
    with progress_bar(total=epochs, initial=first, desc=desc, unit="epochs", show=progress) as bar:
        for epoch in range(first + 1, epochs + 1):
            if patience and epoch > 1 and epoch > (kept := int(best_epoch(run)["epoch"])) + patience:
                bar.total = epoch - 1  # no more will come
                bar.set_postfix_str(f"stopped, for epoch {kept} was the best")
                break
            started = time.perf_counter()
            prepare = {"on_epoch_begin": partial(_seed_dropout, model, seed, epoch)}
            if rate:
                prepare["on_train_batch_begin"] = partial(_set_rate, model, rate, epoch)
            shown = examples(epoch)
            batches = -(-len(shown[0]) // batch_size) if isinstance(shown, tuple) else len(shown)
            model.run_eagerly = not worth_compiling(epochs * batches)
            row = _train_epoch(model, shown, validation, batch_size, prepare)
            run.log({"epoch": epoch, **row, "seconds": round(time.perf_counter() - started, 2)})
            if row.get("val_loss", -epoch) < best:
                best = row.get("val_loss", -epoch)
                save_model(model, run.model_path)
            run.save_checkpoint(epoch, lambda folder: model.save(folder / "last.keras"))
            bar.set_postfix_str(_state(row), refresh=False)
            bar.update()
    return load_model(run.model_path)


def best_epoch(run: Run) -> dict[str, float]:
    """The row of metrics of the epoch that was kept, for the card."""
    metrics = run.metrics()
    return (metrics.sort_values("val_loss").iloc[0] if "val_loss" in metrics else metrics.iloc[-1]).to_dict()


def _state(row):
    if "val_accuracy" in row:
        return f"validation accuracy {row['val_accuracy']:.0%}"
    return f"loss {row.get('val_loss', row['loss']):.3f}"


def _seed_dropout(model, seed, epoch, *_):
    """Set what decides which units drop; Keras does not restore it with the model."""
    seed_everything(1000 * seed + epoch)  # PyTorch's dropout draws from its global state
    for number, layer in enumerate(model.layers):  # TensorFlow's from a state in each layer
        if getattr(layer, "seed_generator", None):
            layer.seed_generator.state.assign(np.array([seed, 1000 * epoch + number], "uint32"))


def _set_rate(model, rate, epoch, batch, **_):
    model.optimizer.learning_rate = rate(epoch, batch)


def _train_epoch(model, examples, validation, batch_size, prepare):
    # Not before fit: its first call on a model draws from PyTorch's global state itself.
    begin = load_keras().callbacks.LambdaCallback(**prepare)
    options = {"validation_data": validation, "callbacks": [begin], "shuffle": False, "verbose": 0}
    if isinstance(examples, tuple):
        history = model.fit(*examples, batch_size=batch_size, **options).history
    else:
        history = model.fit(examples, **options).history
    return {key: float(history[key][-1]) for key in METRICS if key in history}
