"""Layout memory: what one confirmed document teaches about every other document of its layout."""
