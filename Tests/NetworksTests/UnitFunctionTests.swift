import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite struct UnitFunctionTests {
  /// Single activations, and compositions whose inner slopes, signs and values at 0 all matter.
  static let compositions: [[Activation]] =
    ActivationTests.ofUnits.map { [$0] } + [
      [], [.leakyReLU(-0.5), .leakyReLU(0.2)], [.leakyReLU(-0.5), .leakyReLU(-0.5), .relu],
      [.sigmoid, .softShrink], [.squareplus, .hardTanh], [.sigmoid, .relu], [.relu, .tanh],
      [.tanh, .relu], [.softplus, .selu], [.tanhShrink, .relu],
      // A falling line through 1, where hard_tanh and sparse_sigmoid bend.
      [.rectifier(negativeSlope: -1, maximum: .infinity, threshold: 1), .hardTanh],
      [
        .rectifier(negativeSlope: -1, maximum: .infinity, threshold: 1), .sparseSigmoid,
        .leakyReLU(0.3),
      ],
    ]

  @Test(
    "Value and one-sided slopes at 0 are those of the composed function", arguments: compositions)
  func valueAndSlopesAtZero(activations: [Activation]) {
    let function = UnitFunction(stages: activations.map { Stage<Double>.activation($0) })
    let step = 1e-5
    var x = [0, step, 2 * step, -step, -2 * step]
    function.apply(to: &x)
    #expect(function.valueAtZero == x[0])
    // One-sided differences of second order; their rounding is about 4 ε / step.
    expectEach(
      [function.rightSlopeAtZero, function.leftSlopeAtZero],
      [
        (-3 * x[0] + 4 * x[1] - x[2]) / (2 * step), (3 * x[0] - 4 * x[3] + x[4]) / (2 * step),
      ], tolerance: 2e-9)
  }

  @Test("One-sided slopes at kinks away from 0", arguments: ActivationTests.ofUnits)
  func slopesAtKinks(activation: Activation) {
    for kink in [-3, -2.5, -1, -0.5, 0.5, 1, 2.5, 3, 6] {
      let step = 1e-5
      for (side, sign) in [(Side.left, -1.0), (.right, 1.0)] {
        // From beyond the kink: hard_shrink jumps there.
        let values = [1.0, 2, 3].map { activation.value(at: kink + sign * $0 * step) }
        let slope = sign * (-2.5 * values[0] + 4 * values[1] - 1.5 * values[2]) / step
        expectEach(
          [activation.slope(at: kink, from: side)], [slope], tolerance: 1e-7, at: [kink],
          "\(activation.name), \(side)")
      }
    }
  }

  @Test("The table of values and slopes at 0")
  func tableAtZero() {
    func atZero(_ activation: Activation) -> [Double] {
      let function = UnitFunction(stages: [Stage<Float>.activation(activation)])
      return [function.valueAtZero, function.leftSlopeAtZero, function.rightSlopeAtZero]
    }
    #expect(atZero(.linear) == [0, 1, 1])
    #expect(atZero(.relu) == [0, 0, 1])
    #expect(atZero(.leakyReLU(0.2)) == [0, 0.2, 1])
    #expect(atZero(.elu(alpha: 0.5)) == [0, 0.5, 1])
    #expect(atZero(.selu) == [0, 1.0507009873554805 * 1.6732632423543772, 1.0507009873554805])
    #expect(atZero(.celu(alpha: 1)) == [0, 1, 1])
    #expect(atZero(.gelu(approximate: false)) == [0, 0.5, 0.5])
    #expect(atZero(.mish) == [0, 0.6, 0.6])
    #expect(atZero(.tanhShrink) == [0, 0, 0])
    #expect(atZero(.sigmoid) == [0.5, 0.25, 0.25])
    #expect(atZero(.hardSigmoidKeras2) == [0.5, 0.2, 0.2])
    #expect(atZero(.exponential) == [1, 1, 1])
    #expect(atZero(.sparsePlus) == [0.25, 0.5, 0.5])
  }

  @Test("Smooth at 0 are all but the functions with a kink there", arguments: compositions)
  func smoothness(activations: [Activation]) {
    let function = UnitFunction(stages: activations.map { Stage<Float>.activation($0) })
    let difference = function.rightSlopeAtZero - function.leftSlopeAtZero
    #expect((function.leftSlopeAtZero == function.rightSlopeAtZero) == (abs(difference) < 1e-9))
  }

  @Test("Odd is what changes its sign with x", arguments: compositions)
  func oddness(activations: [Activation]) {
    let function = UnitFunction(stages: activations.map { Stage<Double>.activation($0) })
    var right = stride(from: 0.0, to: 9, by: 0.125).map { $0 }
    var left = right.map { -$0 }
    function.apply(to: &right)
    function.apply(to: &left)
    #expect(function.isOdd == (left == right.map { -$0 }))
  }

  @Test("A scale and a shift are the identity for a new unit")
  func affineIsIdentity() {
    let affine = Affine<Float>(center: [3], scale: [-2], offset: [1])
    let function = UnitFunction(stages: [.affine(affine), .activation(.relu), .affine(affine)])
    #expect(function == UnitFunction(stages: [Stage<Float>.activation(.relu)]))
    #expect(function.activations == [.relu])
  }
}
