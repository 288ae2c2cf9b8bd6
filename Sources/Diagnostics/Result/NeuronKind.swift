/// How neurons were found.
public enum NeuronKind: String, Sendable {
  /// By linear correlation of the layer's inputs with what is left over.
  case linear
  /// By correlation of squares of the layer's inputs with what is left over.
  case quadratic
  /// At random.
  case random
}
