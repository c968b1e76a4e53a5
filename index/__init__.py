"""Articles to passages, vectors and terms, and the search over them."""
