import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite struct ActivationTests {
  /// Every function of one unit, and some of the parameters.
  static let ofUnits: [Activation] = [
    .linear, .relu, .relu6, .leakyReLU(0.2), .leakyReLU(1), .leakyReLU(-0.5),
    .rectifier(negativeSlope: 0.1, maximum: 2.5, threshold: 0.5), .elu(alpha: 1),
    .elu(alpha: 0.5), .selu, .celu(alpha: 1), .celu(alpha: 2), .gelu(approximate: false),
    .gelu(approximate: true), .silu, .hardSilu, .mish, .tanh, .tanhShrink, .hardTanh, .softsign,
    .sigmoid, .hardSigmoid, .hardSigmoidKeras2, .sparseSigmoid, .logSigmoid, .softplus,
    .sparsePlus, .squareplus, .exponential, .softShrink, .hardShrink,
  ]

  static let kerasNames: [(major: Int, name: String)] = [
    (3, "linear relu relu6 leaky_relu elu selu celu gelu silu swish hard_silu hard_swish mish"),
    (3, "tanh tanh_shrink hard_tanh softsign sigmoid hard_sigmoid sparse_sigmoid log_sigmoid"),
    (3, "softplus sparse_plus squareplus exponential soft_shrink hard_shrink"),
    (2, "linear relu relu6 leaky_relu elu selu gelu swish mish tanh softsign sigmoid"),
    (2, "hard_sigmoid softplus exponential"),
  ].flatMap { major, names in names.split(separator: " ").map { (major, String($0)) } }

  @Test("Values and derivatives are Keras's, at kinks and in the tails", arguments: kerasNames)
  func agreesWithKeras(major: Int, name: String) throws {
    let reference = try KerasReference.activations()
    let activation = try #require(Activation(kerasName: name, kerasMajorVersion: major))
    let curve = try #require(reference.version(major).activations[name])
    // TensorFlow holds the slope of leaky_relu and the √2 of gelu as Float.
    let tolerance = name == "leaky_relu" || name == "gelu" ? 2e-8 : 1e-12
    var (values, derivatives) = evaluated(activation, at: reference.x)
    expectEach(values, curve.value, tolerance: tolerance, at: reference.x, "value")
    // TensorFlow adds up both sides of the maximum and the minimum in celu, 2 for a true slope of 1,
    // and its expm1 is 0 already at −1e-300, so that selu has the right slope there.
    for (index, x) in reference.x.enumerated() {
      if name == "celu" && x == 0 { derivatives[index] = 2 }
      if name == "selu" && x == -1e-300 { derivatives[index] = curve.derivative[index] }
    }
    expectEach(derivatives, curve.derivative, tolerance: tolerance, at: reference.x, "derivative")
  }

  @Test("Activation layers with options are Keras's", arguments: [2, 3])
  func layersAgreeWithKeras(major: Int) throws {
    let reference = try KerasReference.activations()
    for layer in reference.version(major).layers {
      func option(_ name: String) -> Double? { layer.config[name] ?? nil }
      let activation: Activation =
        switch layer.className {
        case "ELU": .elu(alpha: option("alpha") ?? 1)
        case "LeakyReLU": .leakyReLU(option("negative_slope") ?? option("alpha") ?? 0.3)
        default:
          .rectifier(
            negativeSlope: option("negative_slope") ?? 0,
            maximum: option("max_value") ?? .infinity, threshold: option("threshold") ?? 0)
        }
      let (values, derivatives) = evaluated(activation, at: reference.x)
      // TensorFlow holds the slope of leaky_relu as Float.
      let name = activation.name
      expectEach(values, layer.value, tolerance: 5e-8, at: reference.x, name)
      expectEach(derivatives, layer.derivative, tolerance: 5e-8, at: reference.x, name)
    }
  }

  @Test("Float agrees with Double", arguments: ofUnits)
  func floatAgreesWithDouble(activation: Activation) throws {
    let x = try KerasReference.activations().x.map { Float($0) }
    var (values, derivatives) = (x, [Float](repeating: 1, count: x.count))
    activation.apply(to: &values, scalingDerivatives: &derivatives)
    let (exactValues, exactDerivatives) = evaluated(activation, at: x.map { Double($0) })
    // What overflows in Float is infinite there.
    let (overflowingValues, overflowingDerivatives) = (
      exactValues.map { abs($0) > 1e38 ? .infinity : $0 },
      exactDerivatives.map { abs($0) > 1e38 ? .infinity : $0 }
    )
    expectEach(values.map { Double($0) }, overflowingValues, tolerance: 1e-6, activation.name)
    expectEach(
      derivatives.map { Double($0) }, overflowingDerivatives, tolerance: 1e-6, activation.name)
  }

  @Test("The derivative is that of the value, and scales what it is given", arguments: ofUnits)
  func derivativeMatchesDifferences(activation: Activation) {
    var generator = SeededGenerator(seed: 1)
    let x = (0..<200).map { _ in Double.random(in: -8...8, using: &generator) }
    let step = 6e-6  // ∛ε
    let above = forward(activation, at: x.map { $0 + step })
    let below = forward(activation, at: x.map { $0 - step })
    var (values, derivatives) = (x, [Double](repeating: 3, count: x.count))
    activation.apply(to: &values, scalingDerivatives: &derivatives)
    #expect(values == forward(activation, at: x))
    let differences = zip(above, below).map { 3 * ($0 - $1) / (2 * step) }
    // Rounding leaves about ε / step = 4e-11 of the value, of exp up to 3000.
    expectEach(derivatives, differences, tolerance: 2e-7, at: x, activation.name)
  }

  @Test("Large preactivations overflow nowhere but in exp", arguments: ofUnits)
  func largePreactivationsStayFinite(activation: Activation) {
    let x: [Float] = [-1e4, -1000, -200, -104, -90, -50, 50, 90, 104, 200, 1000, 1e4]
    let bounded = activation == .exponential ? x.filter { $0 < 88 } : x
    var (values, derivatives) = (bounded, [Float](repeating: 1, count: bounded.count))
    activation.apply(to: &values, scalingDerivatives: &derivatives)
    #expect((values + derivatives).allSatisfy { $0.isFinite }, "\(values) \(derivatives)")
    // Far out, every function is flat, a line, or the exponential.
    let (exact, exactDerivatives) = evaluated(activation, at: bounded.map { Double($0) })
    expectEach(values.map { Double($0) }, exact, tolerance: 1e-5, activation.name)
    expectEach(derivatives.map { Double($0) }, exactDerivatives, tolerance: 1e-5, activation.name)
  }

  @Test("Not a number stays not a number", arguments: ofUnits)
  func notANumberIsNotHidden(activation: Activation) {
    var values = [Double.nan]
    activation.apply(to: &values)
    #expect(values[0].isNaN)
  }

  @Test("Left and right tails keep their digits")
  func tailsKeepTheirDigits() {
    // Reference values by series: x Φ(x) ~ −φ(x), log1p(e^x) ~ e^x, 2 / (√(x² + 4) − x) ~ −1/x.
    expectEach(
      forward(.gelu(approximate: false), at: [-10]), [-7.619853024160527e-23], tolerance: 1e-35)
    expectEach(forward(.softplus, at: [-50]), [1.9287498479639178e-22], tolerance: 1e-35)
    expectEach(forward(.squareplus, at: [-1e9]), [1e-9], tolerance: 1e-23)
    expectEach(forward(.logSigmoid, at: [50]), [-1.9287498479639178e-22], tolerance: 1e-35)
  }
}

/// Values and derivatives, in Double.
func evaluated(_ activation: Activation, at x: [Double]) -> ([Double], [Double]) {
  var (values, derivatives) = (x, [Double](repeating: 1, count: x.count))
  activation.apply(to: &values, scalingDerivatives: &derivatives)
  return (values, derivatives)
}

/// Values alone, by the variant without derivatives.
func forward(_ activation: Activation, at x: [Double]) -> [Double] {
  var values = x
  activation.apply(to: &values)
  return values
}
