"""The edges over HTTP: parse, call one verb, render."""
