"""The benchmarks of `make bench`: each of our figures beside its raw-SQL limit of the same run."""
