from .image import FeatureImage, feature_image, load_image, main_tempo, save_image
from .rhythm import onset_strength, tempogram, windowed_autocorrelation
from .settings import PRESETS, FeatureSettings
from .slices import Slices, batches, cut_slices
from .spectral import band_power, check_signal, mel_bank, one_thread, power_spectra, spectrogram
from .store import extract, load_slices
