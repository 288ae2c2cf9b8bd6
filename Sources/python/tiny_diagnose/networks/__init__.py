"""The networks of each framework, as the program's files and back."""
