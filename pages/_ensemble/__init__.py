"""Parts of the page Ensemble & export, one module each."""
