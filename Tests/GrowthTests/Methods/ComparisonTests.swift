import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Net2WiderNet")
struct Net2WiderTests {
  @Test(
    "keeps the outputs, past scales and shifts, and without a bias", arguments: hiddenActivations)
  func outputs(hidden: Activation) throws {
    for hasBias in [true, false] {
      var random = SeededGenerator(seed: 9)
      let network = random.network([5, 3, 4, 2], hidden: hidden, hasBias: hasBias)
        .insertingAffines(inLayer: 0, &random)
      let samples = random.samples(20, inputs: 5, outputs: 2, for: .meanSquaredError)
      // 7 copies of 3 units: some unit is there three times.
      let addition = Addition.net2wider(layer: 0, count: 7, of: network, seed: 1)
      let objective = try network.objective()
      let expected = network.outputs(objective, samples)
      for share in [1, 0.3] {
        let grown = try network.grown(
          by: addition, amplitudes: share * .whole)
        expectClose(grown.outputs(objective, samples), expected, relative: 1e-13)
      }
      let single = Network<Float>(network)
      let singleObjective = try Objective<Float>(
        loss: .meanSquaredError, outputStages: [], outputs: 2)
      let grown = try single.grown(by: addition)
      // tanh_shrink is a difference of nearly equal numbers: rounding counts for more in it.
      expectClose(
        Matrix(grown.outputs(singleObjective, samples)),
        Matrix(single.outputs(singleObjective, samples)),
        relative: hidden == .tanhShrink ? 1e-5 : 1e-6)
    }
  }

  @Test("keeps them exactly where no number has to be rounded")
  func exact() throws {
    var random = SeededGenerator(seed: 5)
    func integers(_ rows: Int, _ columns: Int) -> Matrix<Float> {
      Matrix(rows: rows, columns: columns) { _, _ in Float(Int.random(in: -9...9, using: &random)) }
    }
    let network = Network<Float>(
      inputCount: 4,
      layers: [
        Layer(name: "a", weights: integers(5, 3), hasBias: true, stages: [.activation(.relu)]),
        Layer(name: "b", weights: integers(4, 2), hasBias: true, stages: []),
      ])
    let samples = ArraySamples(inputs: integers(30, 4), targets: .values(integers(30, 2)))
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    // One copy: a half of an integer is exact.
    for seed in 0..<6 {
      let grown = try network.grown(
        by: .net2wider(layer: 0, count: 1, of: network, seed: UInt64(seed)))
      #expect(grown.outputs(objective, samples) == network.outputs(objective, samples))
    }
  }

  @Test("repeats units, and with noise only nearly")
  func noise() throws {
    var random = SeededGenerator(seed: 1)
    let network = random.network([400, 6, 3], hidden: .tanh)
    let exact = Addition.net2wider(layer: 0, count: 10, of: network, seed: 4)
    let noisy = Addition.net2wider(layer: 0, count: 10, of: network, noise: 0.1, seed: 4)
    let originals = try #require(exact.copiedUnits)
    #expect(exact.fanIn == network.layers[0].weights.selectingColumns(originals))
    #expect(noisy.copiedUnits == originals && noisy.fanOut == exact.fanOut)
    let change = (noisy.fanIn - exact.fanIn).squaredNorm / exact.fanIn.squaredNorm
    expectClose(change.squareRoot(), 0.1, relative: 0.05)
    #expect(exact == .net2wider(layer: 0, count: 10, of: network, seed: 4))
    #expect(exact != .net2wider(layer: 0, count: 10, of: network, seed: 5))
  }
}

@Suite("GradMax")
struct GradMaxTests {
  /// The squared norm of the gradient by the new units' fan-in, without the bias.
  private func squaredGradient(
    _ grown: Network<Double>, _ samples: ArraySamples, newUnits: Int
  ) throws -> Double {
    let explicit = Explicit(grown, try grown.objective(), samples)
    let gradient =
      (1 / Double(samples.sampleCount))
      * explicit.inputs[1].transposedTimes(explicit.desiredUpdates[1])
    let layer = grown.layers[1]
    return gradient.selectingColumns(layer.outputs - newUnits..<layer.outputs)
      .selectingRows(Array(0..<layer.inputs)).squaredNorm
  }

  @Test(
    "units change no output and have the largest gradient of all fan-outs of their norm",
    arguments: [Activation.tanh, .sigmoid, .leakyReLU(0.2), .elu(alpha: 1)], [true, false])
  func largestGradient(hidden: Activation, hasBias: Bool) async throws {
    guard hasBias || hidden != .sigmoid else { return }
    var random = SeededGenerator(seed: 12)
    let network = random.network([4, 6, 3, 5, 2], hidden: hidden, hasBias: hasBias)
    let samples = random.samples(60, inputs: 4, outputs: 2, for: .meanSquaredError)
    let objective = try network.objective()
    let moments = try await network.moments(objective, samples)
    let addition = try Addition.gradmax(layer: 1, count: 2, of: network, moments: moments)
    #expect(addition.fanIn.squaredNorm == 0)
    let grown = try network.grown(by: addition)
    expectClose(
      grown.outputs(objective, samples), network.outputs(objective, samples), relative: 1e-14)

    // Against the matrix of all samples.
    let explicit = Explicit(network, objective, samples)
    let product = (1.0 / 60) * explicit.inputs[1].transposedTimes(explicit.desiredUpdates[2])
    let lambda = try product.selectingRows(Array(0..<6)).singularValues().values
    let norms = (0..<2).map { addition.fanOut.squaredNorm(ofRows: $0..<$0 + 1) }
    expectClose(norms[0], norms[1], relative: 1e-12)
    // Back-propagation takes the slope at 0, the left one at a kink.
    let slope = UnitFunction(stages: network.layers[1].stages).leftSlopeAtZero
    let largest = try squaredGradient(grown, samples, newUnits: 2)
    expectClose(
      largest, slope * slope * norms[0] * (lambda[0] * lambda[0] + lambda[1] * lambda[1]),
      relative: 1e-9)
    for _ in 0..<20 {
      let directions = try random.normalMatrix(2, 5).singularValues().right
      let other = try network.grown(
        by: Addition(
          layer: 1, fanIn: addition.fanIn, fanOut: norms[0].squareRoot() * directions))
      #expect(try squaredGradient(other, samples, newUnits: 2) <= largest)
    }
  }

  @Test("starts relu units just off zero, alive at the mean input", arguments: [true, false])
  func relu(hasBias: Bool) async throws {
    var random = SeededGenerator(seed: 3)
    let network = random.network([4, 6, 3, 5, 2], hidden: .relu, hasBias: hasBias)
    let samples = random.samples(60, inputs: 4, outputs: 2, for: .meanSquaredError)
    let objective = try network.objective()
    let moments = try await network.moments(objective, samples)
    let addition = try Addition.gradmax(layer: 1, count: 3, of: network, moments: moments)
    let grown = try network.grown(by: addition)
    expectClose(
      grown.outputs(objective, samples), network.outputs(objective, samples), relative: 1e-5)
    let inputs = Explicit(network, objective, samples).inputs[1]
    for unit in 0..<3 {
      let alone = Addition(
        layer: 1, fanIn: addition.fanIn.selectingColumns([unit]),
        fanOut: addition.fanOut.selectingRows([unit]))
      #expect(
        try squaredGradient(try network.grown(by: alone), samples, newUnits: 1) > 0)
      let response = inputs.times(alone.fanIn).storage.reduce(0, +)
      #expect(response >= 0 || !hasBias)
    }
  }

  @Test("says where it has no direction to offer")
  func errors() async throws {
    var random = SeededGenerator(seed: 3)
    let network = random.network([4, 6, 3], hidden: .tanhShrink)
    let samples = random.samples(10, inputs: 4, outputs: 3, for: .meanSquaredError)
    let moments = try await network.moments(try network.objective(), samples)
    #expect(throws: GrowthError.noSlopeAtZero(layer: "dense_1", activation: "tanh_shrink")) {
      try Addition.gradmax(layer: 0, count: 1, of: network, moments: moments)
    }
    #expect(throws: GrowthError.tooManyUnits(layer: "dense_1", count: 4, limit: 3)) {
      try Addition.gradmax(layer: 0, count: 4, of: network, moments: moments)
    }
  }
}

@Suite("Random weights")
struct RandomTests {
  @Test("of new units have variance 2 / inputs, and nothing goes out")
  func units() throws {
    var random = SeededGenerator(seed: 3)
    let network = random.network([300, 4, 3], hidden: .relu)
    let addition = Addition.random(layer: 0, count: 50, of: network, seed: 7)
    #expect(addition.fanOut.squaredNorm == 0)
    #expect((0..<50).allSatisfy { addition.fanIn[300, $0] == 0 })
    expectClose(addition.fanIn.squaredNorm / (300 * 50), 2.0 / 300, relative: 0.03)
    #expect(addition == .random(layer: 0, count: 50, of: network, seed: 7))
    #expect(addition != .random(layer: 0, count: 50, of: network, seed: 8))
  }

  @Test("of a new network have variance 2 / inputs and no bias")
  func network() {
    let network = Network<Float>.initialized(
      widths: [200, 80, 60, 3], hidden: .relu, output: .softmax, seed: 1)
    #expect(network.layers.map(\.outputs) == [80, 60, 3])
    #expect(network.layers.map(\.name) == ["dense_1", "dense_2", "dense_3"])
    #expect(
      network.layers.map(\.stages) == [
        [.activation(.relu)], [.activation(.relu)], [.activation(.softmax)],
      ])
    for layer in network.layers {
      #expect((0..<layer.outputs).allSatisfy { layer.weights[layer.inputs, $0] == 0 })
      let meanSquare =
        Matrix<Double>(layer.weights).squaredNorm / Double(layer.inputs * layer.outputs)
      expectClose(meanSquare, 2 / Double(layer.inputs), relative: 0.2)
    }
    #expect(
      network == .initialized(widths: [200, 80, 60, 3], hidden: .relu, output: .softmax, seed: 1))
    #expect(
      network != .initialized(widths: [200, 80, 60, 3], hidden: .relu, output: .softmax, seed: 2))
  }
}
