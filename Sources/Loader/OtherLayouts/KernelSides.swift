internal import Networks

/// Which side of a kernel belongs to what.
public enum KernelSides: String, Sendable, CaseIterable {
  /// (inputs, units), as Keras and scikit-learn have them.
  case inputsUnits = "inputs-units"
  /// (units, inputs), as PyTorch has them.
  case unitsInputs = "units-inputs"
}
