"""A portal behind gunicorn with databases of its own: what the story and the benchmarks talk to over HTTP."""
