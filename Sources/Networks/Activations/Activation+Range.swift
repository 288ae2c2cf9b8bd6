extension Activation {
  /// The numbers that the activation can give, its limits included.
  ///
  /// Infinite where it has no bound. A bound that is the minimum of a smooth function, as of silu, is
  /// rounded outwards.
  public var range: ClosedRange<Double> {
    switch self {
    case .linear, .tanhShrink, .softShrink, .hardShrink: -.infinity ... .infinity
    case .rectifier(let slope, let maximum, let threshold):
      rectifierRange(slope: slope, maximum: maximum, threshold: threshold)
    case .elu(let alpha), .celu(let alpha): min(-alpha, 0) ... .infinity
    case .selu: -1.7580993408473766 ... .infinity
    case .gelu: -0.171 ... .infinity
    case .silu: -0.279 ... .infinity
    case .quickGelu: -0.164 ... .infinity
    case .hardSilu: -0.375 ... .infinity
    case .mish: -0.309 ... .infinity
    case .tanh, .hardTanh, .softsign: -1...1
    case .sigmoid, .hardSigmoid, .hardSigmoidKeras2, .sparseSigmoid: 0...1
    case .logSigmoid, .logSoftmax: -.infinity...0
    case .softplus, .sparsePlus, .squareplus, .exponential: 0 ... .infinity
    case .softmax, .sparsemax: 0...1
    }
  }
}

private func rectifierRange(
  slope: Double, maximum: Double, threshold: Double
) -> ClosedRange<Double> {
  // Below the threshold the line of the negative slope, from ±∞ or flat at 0 on.
  let lowest = slope > 0 ? -Double.infinity : min(0, threshold)
  let highest = slope < 0 ? Double.infinity : max(maximum, lowest)
  return lowest...highest
}
