"""From a genre to a cover: images, networks, losses, training, judging."""
