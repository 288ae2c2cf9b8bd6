extension Activation {
  /// σ(x), for one number.
  public func value(at x: Double) -> Double {
    var values = [x]
    apply(to: &values)
    return values[0]
  }

  /// The true slope of σ at x from one side; the two differ at a kink only.
  package func slope(at x: Double, from side: Side) -> Double {
    // Every formula compares x itself with its kinks, so the next number is beyond the kink.
    let neighbour = side == .left ? x.nextDown : x.nextUp
    var values = [kinks.contains(x) ? neighbour : x]
    var derivatives = [1.0]
    apply(to: &values, scalingDerivatives: &derivatives)
    return derivatives[0]
  }

  /// Where the left and the right slope differ, or may.
  var kinks: [Double] {
    switch self {
    case .rectifier(_, let maximum, let threshold): [threshold, maximum]
    case .elu, .selu: [0]
    case .hardSilu, .hardSigmoid: [-3, 3]
    case .hardSigmoidKeras2: [-2.5, 2.5]
    case .hardTanh, .sparseSigmoid: [-1, 1]
    case .softShrink, .hardShrink: [-0.5, 0.5]
    default: []
    }
  }

  /// Whether σ(c x) = c σ(x) for every c > 0.
  var isHomogeneous: Bool {
    switch self {
    case .linear: true
    case .rectifier(_, let maximum, let threshold): maximum == .infinity && threshold == 0
    default: false
    }
  }

  /// Whether σ(−x) = −σ(x) for every x.
  var isOdd: Bool {
    switch self {
    case .linear, .tanh, .tanhShrink, .hardTanh, .softsign, .softShrink, .hardShrink: true
    default: self == .leakyReLU(1)
    }
  }
}
