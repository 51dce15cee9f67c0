"""The benchmarks: the product against a bare application with the same statements, in the same run."""
