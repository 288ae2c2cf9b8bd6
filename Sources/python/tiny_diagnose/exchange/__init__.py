"""How models and samples get to the program and back: HDF5 files in a folder that does not last."""
