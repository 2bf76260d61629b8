"""One module for each optional package; nothing here is imported unless that package is installed."""
