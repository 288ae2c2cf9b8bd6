/// How neurons were found.
package enum NeuronKind: String, CaseIterable, Sendable {
  /// By linear correlation of the layer's inputs with the residual.
  case linear
  /// By correlation of squares of the layer's inputs with the residual.
  case quadratic
  /// At random.
  case random
}
