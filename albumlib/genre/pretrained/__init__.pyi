from .checkpoint import find_checkpoint, read_checkpoint
from .classifier import PretrainedClassifier, known_shares, load_classifier, song_embedding, train_head
from .embedding import Patches, embed, embed_file
from .head import Head, fit_head, head_features
from .mel import FRAMES, cut_patches, log_mel
from .network import TAGS, build_network, convert, load_pretrained
from .table import TagTable, read_table, tag_rates
from .tags import Calibration, genre_shares, vote, why_no_music
