"""Parts of the page Features, one module each."""
