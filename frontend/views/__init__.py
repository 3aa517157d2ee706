"""The pages: each view parses the request, makes one call and renders. Every module lists its own addresses."""
