"""Parts of the page Embeddings, one public draw function a module."""
