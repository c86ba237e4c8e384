"""Where tracks and covers come from: catalogs, loaders, splits, the demo world."""
