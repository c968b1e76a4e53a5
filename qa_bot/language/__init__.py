"""Kazakh and English text: words, stems, names, numbers, and how each is said in the other language."""
