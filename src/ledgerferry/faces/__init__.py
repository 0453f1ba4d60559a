"""The faces: what people and programs see of the ferry, and the one place its objects are built."""
