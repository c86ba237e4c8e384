"""Reading sound files: what a header promises, and two decoders that give blocks of samples."""
