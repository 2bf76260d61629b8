"""What a sealed column costs, beside a clear one and beside other packages' encrypted ones."""
