"""The studio's pages: widgets in, one core call, figures out."""
