"""Finding duplicates among all contacts of a project at once, with Splink on DuckDB (or Spark)."""
