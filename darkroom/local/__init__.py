"""The embedded AWS: moto plus what moto lacks, in one process."""
