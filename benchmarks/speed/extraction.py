"""How fast songs become feature images, beside the obvious librosa code.

    python benchmarks/speed/extraction.py FOLDER

FOLDER holds real music (30 s clips are what the figures in the README are about). Machines differ and are shared, so
what counts are the ratios: the ways to do it take turns on every file, each on one thread, and medians are compared.
"""

import os

os.environ.update(dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"))

import dataclasses
import tempfile
import time
from pathlib import Path

import click
import librosa
import numpy as np

from albumlib.data.audio import hear_song, load_audio
from albumlib.data.folder import load_folder
from albumlib.features.image import feature_image
from albumlib.features.rhythm import tempogram
from albumlib.features.settings import PRESETS
from albumlib.features.spectral import spectrogram
from albumlib.features.store import extract

# librosa's filters, and three lags a row (its default, 384 lags, is no multiple of 129), make the two outputs one
LAGS = 3 * 129
SETTINGS = dataclasses.replace(PRESETS["default"], norm="slaney", tempo_axis="lag", win_length=LAGS)


def obvious(path):
    """Do what one writes by hand: each feature from the samples, then resized and stacked."""
    y, sr = librosa.load(path, sr=SETTINGS.sr)
    power = np.abs(librosa.stft(y)) ** 2
    mel = librosa.feature.melspectrogram(S=power, sr=sr, n_mels=129, fmin=SETTINGS.fmin)
    S_db = librosa.power_to_db(mel, ref=np.max)
    TG = librosa.feature.tempogram(y=y, sr=sr, win_length=LAGS).reshape(129, 3, -1).mean(axis=1)
    return np.rint(255 * np.concatenate([1 + S_db[::-1] / 80, TG])).astype(np.uint8)


def ours(path):
    """Do the same with the package."""
    return feature_image(load_audio(path, sr=SETTINGS.sr), SETTINGS).values


def floor(path):
    """Decode and resample, and nothing else."""
    return load_audio(path, sr=SETTINGS.sr)


def damage(path, folder):
    """Copy a file and write 1 kB of zeros over its middle, which libsndfile does not get across."""
    data = bytearray(Path(path).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 1000] = bytes(1000)
    copy = Path(folder, Path(path).parent.name + Path(path).name)
    copy.write_bytes(data)
    return copy


def damaged_seconds(paths):
    """Median time of decoding damaged copies, by that of decoding the files; and the largest share that was lost."""
    ratios, lost = [], []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            copy, times = damage(path, folder), []
            for each in (path, copy):
                start = time.perf_counter()
                heard = hear_song(each, sr=SETTINGS.sr)
                times.append(time.perf_counter() - start)
            ratios.append(times[1] / times[0])
            lost.append(heard.lost * SETTINGS.sr / len(heard.signal))
    return np.median(ratios), max(lost)


def agreement(path):
    """Largest difference of the spectrograms above the floor in dB, and correlation of the tempograms."""
    y = load_audio(path)
    S_db, TG = spectrogram(y, SETTINGS)[0], tempogram(y, SETTINGS)[0]
    theirs = obvious(path) / 255
    theirs_db, theirs_TG = 80 * (theirs[:129] - 1)[::-1], theirs[129:][::-1]
    return np.abs(S_db - theirs_db)[theirs_db > -79].max(), np.corrcoef(TG.ravel(), theirs_TG.ravel())[0, 1]


def take_turns(ways, paths):
    """Seconds of each way for each file."""
    for way in ways:
        way(paths[0])  # compile and load before the clock runs
    seconds = {way.__name__: [] for way in ways}
    for path in paths:
        for way in ways:
            start = time.perf_counter()
            way(path)
            seconds[way.__name__].append(time.perf_counter() - start)
    return {name: np.array(values) for name, values in seconds.items()}


def extraction_seconds(catalog, *, n_jobs):
    """Seconds to extract a catalog into an empty folder, and bytes written, with the worker processes already there."""
    with tempfile.TemporaryDirectory() as folder:
        extract(catalog.head(2 * n_jobs), Path(folder, "warm"), n_jobs=n_jobs, progress=False)
        start = time.perf_counter()
        index, _ = extract(catalog, Path(folder, "all"), n_jobs=n_jobs, progress=False)
        seconds = time.perf_counter() - start
        return seconds, sum(Path(path).stat().st_size for path in index["path"])


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--clips", default=48, show_default=True, help="Files for the comparison on one core.")
@click.option("--batch", default=240, show_default=True, help="Files for the extraction with one and two processes.")
def main(folder, clips, batch):
    """Compare the package's features with librosa's, in time and in value."""
    catalog, _ = load_folder(folder)
    catalog = catalog.sample(len(catalog), random_state=0)
    paths = catalog["path"].head(clips).tolist()
    seconds = take_turns([obvious, ours, floor], paths)
    times, floors = (np.median(seconds[a] / seconds[b]) for a, b in (("obvious", "ours"), ("ours", "floor")))
    seconds = {name: np.median(values) for name, values in seconds.items()}
    print(f"One core, median of {len(paths)} files, in ms a file")
    print(f"  obvious librosa code      {1000 * seconds['obvious']:7.1f}")
    print(f"  albumlib                  {1000 * seconds['ours']:7.1f}   {times:.2f}x faster")
    print(f"  decode and resample only  {1000 * seconds['floor']:7.1f}   the floor; we take {floors:.2f}x")
    ratio, lost = damaged_seconds(paths)
    print(f"  decode a damaged file               {ratio:.2f}x as long as a good one; at most {lost:.1%} of it is lost")
    apart, alike = np.array([agreement(path) for path in paths]).T
    print("Same picture?")
    print(f"  spectrogram, largest difference above the floor  {apart.max():.2f} dB")
    print(f"  tempogram, correlation  median {np.median(alike):.4f}, lowest {alike.min():.4f}")
    few = catalog.head(batch)
    times = [(extraction_seconds(few, n_jobs=1), extraction_seconds(few, n_jobs=2)) for _ in range(3)]
    one, two = (min(pair[side][0] for pair in times) for side in (0, 1))
    size = times[0][0][1] / len(few)
    print(f"Extraction to PNG, {len(few)} files, best of 3, in ms a file")
    print(f"  one process    {1000 * one / len(few):7.1f}")
    print(f"  two processes  {1000 * two / len(few):7.1f}   {one / two:.2f}x faster")
    print(f"  bytes a track  {size:,.0f}")


if __name__ == "__main__":
    main()
