internal import FoundationEssentials

/// The layouts of models that are made here.
public enum NewModelLayout: String, CaseIterable, Sendable {
  /// A whole model in HDF5, as Keras 2 saves it, which Keras 3 loads as well. Where Keras 2 does not
  /// have an activation, as Keras 3 saves it.
  case keras
  /// `/model/layers/NNN_name`.
  case native
}
