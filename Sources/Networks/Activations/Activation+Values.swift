public import LinearAlgebra

extension Activation {
  /// Replaces each preactivation x by σ(x).
  ///
  /// A function of the whole row is a programmer's error here; `applyRows(to:)` is for those.
  public func apply<Scalar: BLASScalar>(to values: inout [Scalar]) {
    var derivatives: [Scalar] = []
    sweep(&values, &derivatives)
  }

  /// Replaces each preactivation x by σ(x) and multiplies the derivative beside it by σ'(x).
  ///
  /// At a kink, σ' is what TensorFlow's automatic differentiation takes: 0 for relu at 0. Only
  /// celu differs, whose true slope at 0 is 1 (TensorFlow says 2).
  ///
  /// - Parameters:
  ///   - values: preactivations, in any shape.
  ///   - derivatives: as many numbers as `values`.
  public func apply<Scalar: BLASScalar>(
    to values: inout [Scalar], scalingDerivatives derivatives: inout [Scalar]
  ) {
    precondition(
      values.count == derivatives.count, "\(values.count) values, \(derivatives.count) derivatives")
    sweep(&values, &derivatives)
  }

  /// Every formula, once. The switch stands outside the loops, so that each compiles to one of its
  /// own, vectorised.
  ///
  /// Comparisons are written so that NaN stays NaN: a clamp that turned it into a number would hide
  /// a broken model.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func sweep<Scalar: BLASScalar>(_ values: inout [Scalar], _ derivatives: inout [Scalar]) {
    switch self {
    case .linear: break
    case .rectifier(let negativeSlope, let maximum, let threshold):
      if self == .relu {
        transform(&values, &derivatives, .step, of: { x in x }) { x, step in (max(x, 0), step) }
      } else if maximum == .infinity && threshold == 0 {
        let slope = Scalar(negativeSlope)
        transform(&values, &derivatives, .step, of: { x in x }) { x, step in
          (x < 0 ? slope * x : x, step + (1 - step) * slope)
        }
      } else {
        let rectifier = Rectifier<Scalar>(negativeSlope, maximum, threshold)
        transform(&values, &derivatives) { x in rectifier(x) }
      }
    case .elu(let alpha):
      let alpha = Scalar(alpha)
      transform(&values, &derivatives, .exponentialMinusOne, of: { x in x }) { x, power in
        x <= 0 ? (alpha * power, alpha * power + alpha) : (x, 1)
      }
    case .selu:
      let scale = Scalar(Activation.seluScale)
      let alpha = Scalar(Activation.seluScale * Activation.seluAlpha)
      transform(&values, &derivatives, .exponentialMinusOne, of: { x in x }) { x, power in
        x < 0 ? (alpha * power, alpha * power + alpha) : (scale * x, scale)
      }
    case .celu(let alpha):
      let alpha = Scalar(alpha)
      transform(&values, &derivatives, .exponentialMinusOne, of: { x in x / alpha }) { x, power in
        x <= 0 ? (alpha * power, power + 1) : (x, 1)
      }
    case .gelu(approximate: false):
      // erfc keeps the digits of the left tail, where 1 + erf cancels.
      let root = -Scalar(0.5.squareRoot())
      let density = Scalar(Activation.normalDensityAtZero)
      transform(
        &values, &derivatives, .complementaryError, of: { x in root * x },
        .exponential, of: { x in -x * x / 2 }
      ) { x, error, power in
        (x * error / 2, error / 2 + x * power * density)
      }
    case .gelu(approximate: true):
      let slope = 4 * Scalar(Activation.normalDensityAtZero)
      let cube = Scalar(0.044715)
      // (1 + tanh u) / 2 = sigmoid(2 u)
      transform(
        &values, &derivatives, .exponential, of: { x in -abs(slope * x * (1 + cube * x * x)) }
      ) { x, power in
        let (share, rest) = logistic(x, power)
        return (x * share, share + x * share * rest * slope * (1 + 3 * cube * x * x))
      }
    case .silu:
      transform(&values, &derivatives, .exponential, of: { x in -abs(x) }) { x, power in
        let (share, rest) = logistic(x, power)
        return (x * share, share * (1 + x * rest))
      }
    case .quickGelu:
      let factor = Scalar(1.702)
      transform(&values, &derivatives, .exponential, of: { x in -abs(factor * x) }) { x, power in
        let (share, rest) = logistic(x, power)
        return (x * share, share * (1 + factor * x * rest))
      }
    case .hardSilu:
      transform(&values, &derivatives) { x in
        (x * (clamp(x, -3, 3) + 3) / 6, x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6)
      }
    case .mish:
      transform(&values, &derivatives, .exponential, of: { x in -abs(x) }, mishFormula)
    case .tanh:
      transform(&values, &derivatives, .exponentialMinusOne, of: { x in -2 * abs(x) }) { x, power in
        let value = tanhFormula(x, power)
        return (value, 1 - value * value)
      }
    case .tanhShrink:
      transform(&values, &derivatives, .exponentialMinusOne, of: { x in -2 * abs(x) }) { x, power in
        let value = tanhFormula(x, power)
        return (x - value, value * value)
      }
    case .hardTanh:
      transform(&values, &derivatives) { x in (clamp(x, -1, 1), x < -1 || x > 1 ? 0 : 1) }
    case .softsign:
      transform(&values, &derivatives) { x in
        let slope = 1 / (1 + abs(x))
        return (x * slope, slope * slope)
      }
    case .sigmoid:
      transform(&values, &derivatives, .exponential, of: { x in -abs(x) }) { x, power in
        let (share, rest) = logistic(x, power)
        return (share, share * rest)
      }
    case .hardSigmoid:
      transform(&values, &derivatives) { x in
        ((clamp(x, -3, 3) + 3) / 6, x <= -3 || x >= 3 ? 0 : 1 / 6)
      }
    case .hardSigmoidKeras2:
      let slope = Scalar(0.2)
      transform(&values, &derivatives) { x in
        (slope * clamp(x, -2.5, 2.5) + 0.5, x < -2.5 || x > 2.5 ? 0 : slope)
      }
    case .sparseSigmoid:
      transform(&values, &derivatives) { x in
        ((clamp(x, -1, 1) + 1) / 2, x <= -1 || x >= 1 ? 0 : 0.5)
      }
    case .logSigmoid:
      transformWithLogarithm(&values, &derivatives) { x, power, logarithm in
        ((x < 0 ? x : 0) - logarithm, logistic(x, power).rest)
      }
    case .softplus:
      transformWithLogarithm(&values, &derivatives) { x, power, logarithm in
        ((x > 0 ? x : 0) + logarithm, logistic(x, power).share)
      }
    case .sparsePlus:
      transform(&values, &derivatives) { x in
        let slope = (clamp(x, -1, 1) + 1) / 2
        return (x >= 1 ? x : slope * slope, slope)
      }
    case .squareplus:
      transform(&values, &derivatives) { x in
        // (x + r)(−x + r) = 4: the reciprocal keeps the digits where x + r cancels.
        let root = (x * x + 4).squareRoot()
        let larger = (abs(x) + root) / 2
        let value = x >= 0 ? larger : 1 / larger
        return (value, value / root)
      }
    case .exponential:
      transform(&values, &derivatives, .exponential, of: { x in x }) { _, power in (power, power) }
    case .softShrink:
      transform(&values, &derivatives) { x in
        (x - clamp(x, -0.5, 0.5), x < -0.5 || x > 0.5 ? 1 : 0)
      }
    case .hardShrink:
      transform(&values, &derivatives) { x in
        abs(x) <= 0.5 ? (0, 0) : (x, 1)
      }
    case .softmax, .logSoftmax, .sparsemax:
      preconditionFailure("\(name) acts on a whole row")
    }
  }

  // Klambauer et al. 2017 (arXiv:1706.02515), as Keras rounds them.
  private static let seluScale = 1.0507009873554805
  private static let seluAlpha = 1.6732632423543772
  private static let normalDensityAtZero = 1 / (2 * Double.pi).squareRoot()
}

/// Runs one formula over all values; without derivatives, the slope is never computed.
@inline(__always)
private func transform<Scalar: BLASScalar>(
  _ values: inout [Scalar], _ derivatives: inout [Scalar],
  _ formula: (Scalar) -> (value: Scalar, slope: Scalar)
) {
  var values = values.mutableSpan
  var derivatives = derivatives.mutableSpan
  precondition(derivatives.isEmpty || derivatives.count == values.count)
  let count = values.count
  if derivatives.isEmpty {
    for index in 0..<count {
      values[unchecked: index] = formula(values[unchecked: index]).value
    }
  } else {
    for index in 0..<count {
      let derivative = derivatives[unchecked: index]
      let (value, slope) = formula(values[unchecked: index])
      values[unchecked: index] = value
      derivatives[unchecked: index] = derivative * slope
    }
  }
}

/// Replaces x by a formula in x and one function of a term in x. Both are computed strip by strip,
/// one after the other, so that each becomes a loop of vector instructions.
@inline(__always)
private func transform<Scalar: BLASScalar>(
  _ values: inout [Scalar], _ derivatives: inout [Scalar],
  _ function: ElementaryFunction, of term: (Scalar) -> Scalar,
  _ formula: (_ x: Scalar, _ image: Scalar) -> (value: Scalar, slope: Scalar)
) {
  transform(&values, &derivatives, function, of: term, nil, of: { x in x }) { x, image, _ in
    formula(x, image)
  }
}

/// Replaces x by a formula in x, `power` = e^−|x| and `logarithm` = log(1 + power), strip by strip.
@inline(__always)
private func transformWithLogarithm<Scalar: BLASScalar>(
  _ values: inout [Scalar], _ derivatives: inout [Scalar],
  _ formula: (_ x: Scalar, _ power: Scalar, _ logarithm: Scalar) -> (value: Scalar, slope: Scalar)
) {
  transform(
    &values, &derivatives, .exponential, of: { x in -abs(x) }, .logarithmOfOnePlusShare, of: nil,
    formula)
}

/// Replaces x by a formula in x and two functions, strip by strip. The second function takes a term
/// in x, or the result of the first.
@inline(__always)
private func transform<Scalar: BLASScalar>(
  _ values: inout [Scalar], _ derivatives: inout [Scalar],
  _ first: ElementaryFunction, of firstTerm: (Scalar) -> Scalar,
  _ second: ElementaryFunction?, of secondTerm: ((Scalar) -> Scalar)?,
  _ formula: (_ x: Scalar, _ first: Scalar, _ second: Scalar) -> (value: Scalar, slope: Scalar)
) {
  var firsts = [Scalar](repeating: 0, count: min(values.count, stripLength))
  var seconds = firsts
  for start in stride(from: 0, to: values.count, by: stripLength) {
    let strip = start..<min(start + stripLength, values.count)
    map(values, strip, to: &firsts, firstTerm)
    Scalar.apply(first, to: &firsts)
    if let second {
      if let secondTerm { map(values, strip, to: &seconds, secondTerm) } else { seconds = firsts }
      Scalar.apply(second, to: &seconds)
    }
    // Unchecked, or the checks would keep the loops from becoming vector instructions: the strip lies
    // within the values, of which there are as many as derivatives, if any.
    let (first, count) = (strip.lowerBound, strip.count)
    precondition(firsts.count >= count && seconds.count >= count)
    let (firsts, seconds) = (firsts.span, seconds.span)
    var values = values.mutableSpan
    var derivatives = derivatives.mutableSpan
    precondition(derivatives.isEmpty || derivatives.count == values.count)
    if derivatives.isEmpty {
      for index in 0..<count {
        values[unchecked: first &+ index] =
          formula(
            values[unchecked: first &+ index], firsts[unchecked: index], seconds[unchecked: index]
          ).value
      }
    } else {
      for index in 0..<count {
        let derivative = derivatives[unchecked: first &+ index]
        let (value, slope) = formula(
          values[unchecked: first &+ index], firsts[unchecked: index], seconds[unchecked: index])
        values[unchecked: first &+ index] = value
        derivatives[unchecked: first &+ index] = derivative * slope
      }
    }
  }
}

@inline(__always)
private func map<Scalar: BLASScalar>(
  _ values: [Scalar], _ strip: Range<Int>, to images: inout [Scalar], _ term: (Scalar) -> Scalar
) {
  let (first, count) = (strip.lowerBound, strip.count)
  precondition(strip.upperBound <= values.count && count <= images.count)
  let values = values.span
  var images = images.mutableSpan
  for index in 0..<count {
    images[unchecked: index] = term(values[unchecked: first &+ index])
  }
}

/// The numbers of a strip: with the results they fit into the first-level cache.
private let stripLength = 1024

/// x, held between two bounds.
@inline(__always)
private func clamp<Scalar: BLASScalar>(_ x: Scalar, _ lower: Scalar, _ upper: Scalar) -> Scalar {
  x < lower ? lower : x > upper ? upper : x
}

/// sigmoid(x) and 1 − sigmoid(x) from e^−|x|, both to full precision: no overflow and no cancellation.
@inline(__always)
private func logistic<Scalar: BLASScalar>(
  _ x: Scalar, _ power: Scalar
) -> (share: Scalar, rest: Scalar) {
  let larger = 1 / (1 + power)
  let smaller = power * larger
  return (x < 0 ? smaller : larger, x < 0 ? larger : smaller)
}

/// tanh(x) from e^{−2|x|} − 1: from the side where nothing overflows, by a ratio that keeps the digits
/// of small x.
@inline(__always)
private func tanhFormula<Scalar: BLASScalar>(_ x: Scalar, _ power: Scalar) -> Scalar {
  let magnitude = -power / (2 + power)
  return x < 0 ? -magnitude : magnitude
}

/// x tanh(softplus(x)), with tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2), e = exp(x).
@inline(__always)
private func mishFormula<Scalar: BLASScalar>(
  _ x: Scalar, _ power: Scalar
) -> (value: Scalar, slope: Scalar) {
  // For x > 0, numerator and denominator are divided by e².
  let numerator = x < 0 ? power * (power + 2) : 1 + 2 * power
  let denominator = numerator + 2 * (x < 0 ? 1 : power * power)
  let factor = numerator / denominator
  let bend = 4 * power * (1 + power) * (x < 0 ? 1 : power) / (denominator * denominator)
  return (x * factor, factor + x * bend)
}

/// Keras's layer `ReLU` with any of its options, as its code computes it at the kinks.
private struct Rectifier<Scalar: BLASScalar> {
  let negativeSlope, threshold, maximum, firstFlat: Scalar

  init(_ negativeSlope: Double, _ maximum: Double, _ threshold: Double) {
    self.negativeSlope = Scalar(negativeSlope)
    self.threshold = Scalar(threshold)
    self.maximum = Scalar(maximum)
    // Keras clips, and a clip passes the derivative at its bound; but for a maximum of 6 it calls
    // TensorFlow's relu6, which does not.
    firstFlat = maximum == 6 && threshold == 0 ? 6 : Scalar(maximum).nextUp
  }

  @inline(__always)
  func callAsFunction(_ x: Scalar) -> (value: Scalar, slope: Scalar) {
    guard x > threshold else {
      return (negativeSlope * (x - threshold), x < threshold ? negativeSlope : 0)
    }
    return (x > maximum ? maximum : x, x < firstFlat ? 1 : 0)
  }
}
