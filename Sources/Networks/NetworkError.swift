/// Why a network cannot be diagnosed, although each of its parts is understood.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A function of the whole row stands before another stage of the last layer.
  case rowActivationNotLast(Activation)
  /// The outputs are normalized over each other.
  case normalizedOutputs

  /// The problem and its remedy, for a person.
  public var description: String {
    switch self {
    case .normalizedOutputs:
      """
      a LayerNormalization follows the last layer: its outputs depend on each other
        only models whose last layer is not normalized can be diagnosed
      """
    case .rowActivationNotLast(let activation):
      """
      the last layer applies \(activation.name), a function of all outputs together, and then \
      another stage
        save the model with \(activation.name) as its last stage
      """
    }
  }
}
