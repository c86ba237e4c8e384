"""A panel that tells how a GAN training is going, and renews itself while it goes."""

import matplotlib.pyplot as plt
from PIL import Image

from albumlib.course.plots.gans import NAMES
from albumlib.course.plots.style import ACCENT, CALM, INK, open_frame

CURVES = {
    "real − generated score": ["critic_gap"],
    "losses": ["critic_loss", "generator_loss"],
    "gradient norms": ["critic_gradient", "generator_gradient"],
    "seconds a step": ["seconds_per_step"],
}


def gan_panel(metrics, sheet, *, note=""):
    """Draw where a GAN training stands: its curves on the left, its newest sample grid on the right.

    Parameters
    ----------
    metrics : pandas.DataFrame
        A run's; at least one row.
    sheet : path
        Of a sample grid.
    note : str
        What the covers are.

    Returns
    -------
    matplotlib.figure.Figure

    Notes
    -----
    Notebook: 09_train_cover_gan
    """
    grid = Image.open(sheet)
    height = max(6.0, 6.5 * grid.height / grid.width)
    fig = plt.figure(figsize=(11, height), layout="constrained")
    axes = fig.subplot_mosaic([[name, "samples"] for name in CURVES], width_ratios=[1, 1.6])
    for ax, (name, columns) in zip([axes[name] for name in CURVES], CURVES.items(), strict=True):
        for column, color in zip(columns, (ACCENT, CALM), strict=False):
            ax.plot(metrics["step"], metrics[column], color=color, lw=0.4, alpha=0.5)
            smooth = metrics[column].rolling(max(1, len(metrics) // 20), min_periods=1, center=True).mean()
            ax.plot(metrics["step"], smooth, color=color, label=NAMES.get(column, column))
        ax.set(ylabel=name)
        if name == "gradient norms":
            ax.set_yscale("log")
        elif name == "losses":
            ax.axhline(0, color=INK, lw=0.6, ls=":")
        if len(columns) > 1:
            ax.legend(frameon=False, fontsize="small")
        open_frame(ax)
    ax.set(ylim=(0, None), xlabel="step")
    axes["samples"].imshow(grid)
    axes["samples"].set_title(f"step {int(sheet.stem):,}" + (f" · {note}" if note else ""))
    axes["samples"].axis("off")
    return fig


class LivePanel:
    """Shows `gan_panel` in a notebook, and puts each new one in the place of the last.

    Parameters
    ----------
    note : str
        What the covers are.

    Notes
    -----
    Notebook: 09_train_cover_gan
    """

    def __init__(self, note=""):
        self.note, self.shown = note, None

    def __call__(self, run):
        """Renew the panel.

        Parameters
        ----------
        run : albumlib.runs.Run
            With a sample grid and at least one row of metrics; else nothing happens.
        """
        from IPython.display import display

        sheets, metrics = sorted(run.samples.glob("*.png")), run.metrics()
        if not sheets or metrics.empty:
            return
        fig = gan_panel(metrics, sheets[-1], note=self.note)
        if self.shown is None:
            self.shown = display(fig, display_id=True)
        else:
            self.shown.update(fig)
        plt.close(fig)
