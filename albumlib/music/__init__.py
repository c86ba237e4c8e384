"""From an audio file to its genre: decoding, feature images, the classifier."""
