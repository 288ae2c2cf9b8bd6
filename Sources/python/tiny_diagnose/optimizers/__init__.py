"""What an optimizer remembers of a network that grows."""
