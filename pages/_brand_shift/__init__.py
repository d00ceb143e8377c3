"""Parts of the brand shift page, one module each."""
