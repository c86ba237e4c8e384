"""The published networks musicnn: their weights, read from the files of a package, and their graphs."""
