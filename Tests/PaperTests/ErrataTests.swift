import LinearAlgebra
import Networks
import TestSupport
import Testing

/// A network with one hidden layer, the paper's matrices of it, and its neurons as printed: the whole
/// of Proposition 3.2 written out.
private struct Printed {
  let network: Network<Double>
  let objective: Objective<Double>
  let samples: ArraySamples
  let matrices: Explicit
  /// P = V_goal − V₀, samples × outputs; V₀ = [B 1] δW*.
  let residual: Matrix<Double>
  let bestUpdates: Matrix<Double>
  /// S and N.
  let secondMoment: Matrix<Double>
  let residualMoment: Matrix<Double>
  /// λ, descending.
  let values: [Double]
  /// α = S^{−T/2} u, a column each, and ω = v, a row each: as Proposition 3.2 prints them.
  let fanIn: Matrix<Double>
  let fanOut: Matrix<Double>

  init(
    hidden: Activation, loss: Loss = .meanSquaredError, output: Activation? = nil, seed: Int
  ) throws {
    var random = SeededGenerator(seed: seed)
    network = random.network([6, 3, 4], hidden: hidden, output: output)
    objective = try Objective(
      loss: loss, outputStages: network.layers[1].stages, outputs: 4)
    samples = random.samples(60, inputs: 6, outputs: 4, for: loss)
    matrices = Explicit(network, objective, samples)
    let (inputs, desired) = (matrices.inputs[0], matrices.desiredUpdates[1])
    residual = leastSquaresResidual(of: desired, on: matrices.inputs[1])
    bestUpdates = desired - residual
    secondMoment = (1 / 60) * inputs.transposedTimes(inputs)
    residualMoment = (1 / 60) * inputs.transposedTimes(residual)
    let factor = try #require(secondMoment.cholesky())
    let decomposed = try factor.solveFactor(residualMoment).singularValues()
    values = decomposed.values
    fanIn = factor.solveTransposedFactor(decomposed.left)
    fanOut = decomposed.right
  }

  /// Each neuron's weights times a factor of its own.
  func scaled(_ factor: (Double) -> Double) -> (fanIn: Matrix<Double>, fanOut: Matrix<Double>) {
    (
      Matrix(rows: fanIn.rows, columns: fanIn.columns) { fanIn[$0, $1] * factor(values[$1]) },
      Matrix(rows: fanOut.rows, columns: fanOut.columns) { fanOut[$0, $1] * factor(values[$0]) }
    )
  }

  /// Σ λ².
  var gain: Double { values.reduce(0) { $0 + $1 * $1 } }

  /// E⟨V₀, V⟩, V the contribution of the neurons to first order: what the paper takes for 0.
  var crossTerm: Double {
    let (fanIn, fanOut) = scaled { $0.squareRoot() }
    return bestUpdates.dot(matrices.inputs[0].times(fanIn).times(fanOut)) / 60
  }

  /// The rate at which the loss falls when the neurons are scaled by √γ on both sides, by finite
  /// differences at γ = 0; σ(0) is taken out of the next bias.
  func rate() -> Double {
    let (fanIn, fanOut) = scaled { $0.squareRoot() }
    let offset = UnitFunction(stages: network.layers[0].stages).valueAtZero
    func loss(_ root: Double) -> Double {
      meanLoss(
        network.appendingUnits(
          toLayer: 0, fanIn: root * fanIn, fanOut: root * fanOut, offset: offset), objective,
        samples)
    }
    let quotients = [2e-3, 1e-3, 5e-4].map { (matrices.loss - loss($0)) / ($0 * $0) }
    return (quotients[0] - 6 * quotients[1] + 8 * quotients[2]) / 3
  }
}

@Suite("What the paper prints, and what is so")
struct ErrataTests {
  @Test(
    "Proposition 3.2: as printed the neurons miss equation 10; with √λ on both sides they meet it",
    arguments: 0..<5)
  func scale(seed: Int) throws {
    let printed = try Printed(hidden: .tanh, seed: seed)
    func left(_ factor: (Double) -> Double) -> Double {
      let (fanIn, fanOut) = printed.scaled(factor)
      return
        (printed.residual - printed.matrices.inputs[0].times(fanIn).times(fanOut)).squaredNorm / 60
    }
    let wanted = printed.residual.squaredNorm / 60 - printed.gain
    expectClose(left { $0.squareRoot() }, wanted, relative: 1e-10)
    #expect(left { _ in 1 } > 1.5 * wanted)
  }

  @Test(
    "Proposition 3.3: N Nᵀ α = λ² S α, not λ S α, and ω is Nᵀ α: N α has no shape", arguments: 0..<5
  )
  func eigenproblem(seed: Int) throws {
    let printed = try Printed(hidden: .tanh, seed: seed)
    let moment = printed.residualMoment
    #expect(moment.columns != printed.fanIn.rows)
    for (k, value) in printed.values.enumerated() where value > 1e-6 * printed.values[0] {
      let fanIn = printed.fanIn.selectingColumns([k])
      let left = moment.times(moment.transposedTimes(fanIn))
      let right = printed.secondMoment.times(fanIn)
      expectClose(left, value * value * right, relative: 1e-8)
      #expect((left - value * right).squaredNorm > 1e-4 * left.squaredNorm)
      expectClose(
        moment.transposedTimes(fanIn), value * printed.fanOut.selectingRows([k]).transposed(),
        relative: 1e-8)
    }
  }

  @Test(
    "Proposition 3.2's loss falls, where the formula has a plus; and the cross term is part of it")
  func crossTerm() throws {
    var worst = 0.0
    for seed in 0..<8 {
      let printed = try Printed(hidden: .tanh, seed: seed)
      let rate = printed.rate()
      // tanh'(0) = 1.
      expectClose(rate, printed.gain + printed.crossTerm, relative: 1e-4)
      #expect(rate > 0)
      worst = max(worst, (rate - printed.gain).magnitude / printed.gain)
    }
    #expect(worst > 0.1, "the printed slope is off by a share of \(worst) at most")
  }

  @Test("After Proposition 3.3, σ'(0) stands once, not twice", arguments: 0..<5)
  func slopeOnce(seed: Int) throws {
    let printed = try Printed(hidden: .sigmoid, seed: seed)
    expectClose(printed.rate(), (printed.gain + printed.crossTerm) / 4, relative: 1e-4)
  }

  @Test("Appendix B.2: the term of δW* has no σ'(0)", arguments: 0..<5)
  func updateSlope(seed: Int) throws {
    let printed = try Printed(hidden: .sigmoid, seed: seed)
    let inputs = printed.matrices.inputs[1]
    let normal = try #require(inputs.transposedTimes(inputs).cholesky())
    let update = normal.solve(inputs.transposedTimes(printed.matrices.desiredUpdates[1]))
    func loss(_ amplitude: Double) -> Double {
      let weights = printed.network.layers[1].weights + amplitude * update
      return meanLoss(
        printed.network.replacingWeights(ofLayer: 1, by: weights), printed.objective,
        printed.samples)
    }
    let rate = (loss(-1e-4) - loss(1e-4)) / 2e-4
    expectClose(rate, printed.bestUpdates.squaredNorm / 60, relative: 1e-6)
  }

  @Test(
    "Where σ(0) ≠ 0, a neuron of amplitude 0 changes the function, unless the bias takes it back")
  func valueAtZero() throws {
    let printed = try Printed(hidden: .sigmoid, seed: 1)
    // The paper's form: γ α and ω, at γ = 0.
    func loss(offset: Double) -> Double {
      meanLoss(
        printed.network.appendingUnits(
          toLayer: 0, fanIn: 0 * printed.fanIn, fanOut: printed.fanOut, offset: offset),
        printed.objective, printed.samples)
    }
    #expect((loss(offset: 0) - printed.matrices.loss).magnitude > 0.01)
    expectClose(loss(offset: 0.5), printed.matrices.loss, relative: 1e-12)
  }

  @Test("A kink has no σ'(0): with ReLU the loss may rise where the paper has it fall")
  func kinks() throws {
    let risen = try (0..<20).filter { seed in
      let printed = try Printed(hidden: .relu, seed: seed)
      #expect(printed.gain > 0)
      return printed.rate() < 0
    }
    #expect(!risen.isEmpty)
  }

  @Test("SELU, which the experiments use, has another slope at 0 from each side")
  func selu() {
    let function = UnitFunction(stages: [Stage<Double>.activation(.selu)])
    expectClose(function.rightSlopeAtZero, 1.0507, relative: 1e-4)
    expectClose(function.leftSlopeAtZero, 1.7581, relative: 1e-4)
  }

  @Test(
    "Equation 4 is not solved by δW* and then the neurons: with them there, another δW is better",
    arguments: 0..<5)
  func jointly(seed: Int) throws {
    let printed = try Printed(hidden: .tanh, seed: seed)
    let (fanIn, fanOut) = printed.scaled { $0.squareRoot() }
    let responses = printed.matrices.inputs[0].times(fanIn)
    let both = Matrix<Double>(rows: 60, columns: 4 + responses.columns) {
      $1 < 4 ? printed.matrices.inputs[1][$0, $1] : responses[$0, $1 - 4]
    }
    let one = (printed.residual - responses.times(fanOut)).squaredNorm
    let other = leastSquaresResidual(of: printed.matrices.desiredUpdates[1], on: both).squaredNorm
    #expect(other < 0.999 * one)
  }

  @Test(
    "Before a softmax of d outputs, N has rank d − 1; as printed the last neuron is of full size",
    arguments: 0..<5)
  func rank(seed: Int) throws {
    let printed = try Printed(
      hidden: .selu, loss: .sparseCategoricalCrossentropy(fromLogits: false), output: .softmax,
      seed: seed)
    #expect(printed.values.count == 4)
    // The bias row of N is 0 as well: P is orthogonal to the constant.
    let moment = printed.residualMoment
    #expect(moment.squaredNorm(ofRows: 6..<7) < 1e-20 * moment.squaredNorm)
    #expect(printed.values[3] < 1e-10 * printed.values[0])
    func size(_ k: Int) -> Double {
      printed.matrices.inputs[0].times(printed.fanIn.selectingColumns([k])).squaredNorm / 60
        * printed.fanOut.squaredNorm(ofRows: k..<k + 1)
    }
    expectClose(size(3), size(0), relative: 1e-8)
  }

  @Test("The captions' widths count one neuron more in each growth than N has singular values")
  func captions() {
    // From [1, 1] layer 1 gains as many neurons as layer 2 has, then layer 2 as many as N has
    // singular values that are not 0 by rounding alone.
    func widths(after growths: Int, gain: (_ width: Int) -> Int) -> [Int] {
      var widths = [1, 1]
      for _ in 0..<growths {
        widths[0] += widths[1]
        widths[1] += gain(widths[0])
      }
      return widths
    }
    // All rows and columns of N, (width + 1) × 10.
    #expect(widths(after: 6) { min($0 + 1, 10) } == [110, 51])
    #expect(widths(after: 8) { min($0 + 1, 10) } == [222, 71])
    #expect(widths(after: 15) { min($0 + 1, 10) } == [929, 141])
    // But P is orthogonal to the constant, and its ten columns sum to 0.
    #expect(widths(after: 8) { min($0, 9) } == [188, 62])
  }

  @Test("Section 2.2's example: at two of its four points the prediction is right from the start")
  func example() {
    let desired = [0, 1.5, .pi, 4.5].map { x in
      let (predicted, target) = (x, 2 * Double.sin(x) + x)
      return -2 * (predicted - target)
    }
    #expect(desired[0] == 0 && desired[2].magnitude < 1e-14)
    #expect(desired[1] > 3.9 && desired[3] < -3.9)
  }
}
