/// An activation function, by the name and with the parameters Keras gives it.
///
/// All but the last three act on each unit alone. The same Keras name can mean another function in
/// another version (`hard_sigmoid`); the reader of a file decides which case it means.
public enum Activation: Hashable, Sendable {
  case linear
  /// `min(x, maximum)` for x ≥ threshold, else `negativeSlope · (x − threshold)`; the Keras layer
  /// `ReLU`, of which relu, relu6 and leaky_relu are cases.
  case rectifier(negativeSlope: Double, maximum: Double, threshold: Double)
  case elu(alpha: Double)
  case selu
  case celu(alpha: Double)
  /// `x Φ(x)`, or its tanh form when `approximate`.
  case gelu(approximate: Bool)
  case silu, hardSilu, mish
  /// `x σ(1.702 x)`, as in CLIP; Keras has none of it.
  case quickGelu
  case tanh, tanhShrink, hardTanh, softsign
  case sigmoid
  /// `clamp(x / 6 + 1/2, 0, 1)`, Keras 3.
  case hardSigmoid
  /// `clamp(0.2 x + 1/2, 0, 1)`, Keras 2.
  case hardSigmoidKeras2
  case sparseSigmoid, logSigmoid
  case softplus, sparsePlus, squareplus
  case exponential
  case softShrink, hardShrink
  // Of a whole row:
  case softmax, logSoftmax, sparsemax

  /// `max(x, 0)`.
  public static let relu = rectifier(negativeSlope: 0, maximum: .infinity, threshold: 0)
  /// `min(max(x, 0), 6)`.
  public static let relu6 = rectifier(negativeSlope: 0, maximum: 6, threshold: 0)
  /// x, or `slope · x` below zero; Keras's string `leaky_relu` has slope 0.2, its layer 0.3.
  public static func leakyReLU(_ slope: Double) -> Activation {
    rectifier(negativeSlope: slope, maximum: .infinity, threshold: 0)
  }
}
