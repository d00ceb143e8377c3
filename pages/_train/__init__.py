"""Parts of the page Train & explain, one module each."""
