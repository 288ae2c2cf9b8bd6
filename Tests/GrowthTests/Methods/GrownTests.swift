@testable import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("A grown network")
struct GrownTests {
  /// A random network with some units to add to its layer 1.
  private struct Case {
    let network: Network<Double>
    let objective: Objective<Double>
    let samples: ArraySamples
    let addition: Addition

    init(_ hidden: Activation, hasBias: Bool = true, affines: Bool = false, seed: Int) throws {
      var random = SeededGenerator(seed: seed)
      let plain = random.network([5, 4, 3, 4, 2], hidden: hidden, hasBias: hasBias)
      network = affines ? plain.insertingAffines(inLayer: 1, &random) : plain
      samples = random.samples(12, inputs: 5, outputs: 2, for: .meanSquaredError)
      objective = try network.objective()
      let bias = hasBias ? 1 : 0
      addition = Addition(
        layer: 1, fanIn: random.normalMatrix(4 + bias, 3), fanOut: random.normalMatrix(3, 4),
        weightUpdate: random.normalMatrix(3 + bias, 4))
    }
  }

  @Test("has PReLU slopes for its new units: the mean of the old ones, or the original's")
  func slopes() throws {
    let given = try Case(.linear, seed: 5)
    var layers = given.network.layers
    layers[1] = Layer(
      name: layers[1].name, weights: layers[1].weights, hasBias: true,
      stages: [.parametricReLU(slopes: [0.25, 0.5, -0.375])])
    let network = Network(inputCount: 5, layers: layers)
    let grown = try network.grown(by: given.addition)
    #expect(
      grown.layers[1].stages
        == [.parametricReLU(slopes: [0.25, 0.5, -0.375, 0.125, 0.125, 0.125])])
    let copies = try network.grown(by: .net2wider(layer: 1, count: 4, of: network, seed: 1))
    let stage = try #require(copies.layers[1].stages.first)
    let all: [Double]? = if case .parametricReLU(let slopes) = stage { slopes } else { nil }
    let slopes = try #require(all)
    #expect(slopes.count == 7 && Set(slopes) == [0.25, 0.5, -0.375])
  }

  @Test("is refused where a normalization couples the units")
  func coupled() throws {
    let given = try Case(.linear, seed: 5)
    var layers = given.network.layers
    let normalization = LayerNormalization<Double>(
      scale: [1, 1, 1], offset: [0, 0, 0], epsilon: 1e-3)
    layers[1] = Layer(
      name: layers[1].name, weights: layers[1].weights, hasBias: true,
      stages: [.layerNormalization(normalization)])
    let network = Network(inputCount: 5, layers: layers)
    #expect(throws: GrowthError.coupledUnits(layer: layers[1].name)) {
      try network.grown(by: given.addition)
    }
  }

  @Test("is the one written out by hand, for every activation", arguments: hiddenActivations)
  func explicit(hidden: Activation) throws {
    let given = try Case(hidden, seed: 3)
    let offset = UnitFunction(stages: given.network.layers[1].stages).valueAtZero
    for form in [AmplitudeForm.fanOut, .bothSides] {
      let grown = try given.network.grown(
        by: given.addition, amplitudes: Amplitudes(update: 0.3, neurons: 0.49), form: form)
      let (inner, outer) = form == .fanOut ? (1, 0.49) : (0.7, 0.7)
      let update = try #require(given.addition.weightUpdate)
      let expected = given.network.appendingUnits(
        toLayer: 1, fanIn: inner * given.addition.fanIn, fanOut: outer * given.addition.fanOut,
        weightUpdate: 0.3 * update, offset: offset)
      for (layer, other) in zip(grown.layers, expected.layers) {
        expectClose(layer.weights, other.weights, relative: 1e-15)
        #expect(layer.stages == other.stages && layer.name == other.name)
      }
      #expect(
        grown.parameterCount - given.network.parameterCount == 3 * (5 + 4))
    }
  }

  @Test(
    "moves the next preactivations by γ₀ [B 1] δW + γ (φ([B 1] α) − φ(0)) ω, past any stages",
    arguments: hiddenActivations, [false, true])
  func preactivations(hidden: Activation, affines: Bool) throws {
    let given = try Case(hidden, affines: affines, seed: 5)
    let grown = try given.network.grown(
      by: given.addition, amplitudes: Amplitudes(update: 0.4, neurons: 1.5))
    let before = Explicit(given.network, given.objective, given.samples)
    let after = Explicit(grown, given.objective, given.samples)
    let function = UnitFunction(stages: given.network.layers[1].stages)
    var responses = before.inputs[1].times(given.addition.fanIn)
    function.apply(to: &responses.storage)
    for place in responses.storage.indices { responses.storage[place] -= function.valueAtZero }
    let update = try #require(given.addition.weightUpdate)
    let old = before.inputs[2].times(given.network.layers[2].weights)
    let new = after.inputs[2].times(grown.layers[2].weights)
    expectClose(
      new,
      old + 0.4 * before.inputs[2].times(update)
        + 1.5 * responses.times(given.addition.fanOut), relative: 1e-12)
  }

  @Test(
    "with amplitude 0 computes the same to the last bit, where sums are taken in order",
    arguments: hiddenActivations, [AmplitudeForm.fanOut, .bothSides])
  func amplitudeZero(hidden: Activation, form: AmplitudeForm) throws {
    for affines in [false, true] {
      let given = try Case(hidden, affines: affines, seed: 8)
      let grown = try given.network.grown(by: given.addition, amplitudes: .zero, form: form)
      #expect(
        grown.outputsSummedInOrder(given.samples)
          == given.network.outputsSummedInOrder(given.samples))
      let single = Network<Float>(given.network)
      #expect(
        try single.grown(by: given.addition, amplitudes: .zero, form: form).outputsSummedInOrder(
          given.samples)
          == single.outputsSummedInOrder(given.samples))
      // BLAS sums a row of another width in another order.
      expectClose(
        grown.outputs(given.objective, given.samples),
        given.network.outputs(given.objective, given.samples), relative: 1e-14)
    }
  }

  @Test("needs a bias in the next layer only for units that are not zero at zero")
  func withoutBias() throws {
    let odd = try Case(.tanh, hasBias: false, seed: 2)
    let expected = odd.network.appendingUnits(
      toLayer: 1, fanIn: odd.addition.fanIn, fanOut: odd.addition.fanOut,
      weightUpdate: odd.addition.weightUpdate)
    #expect(try odd.network.grown(by: odd.addition) == expected)

    let sigmoid = try Case(.sigmoid, hasBias: false, seed: 2)
    #expect(
      throws: GrowthError.noBiasToCompensate(
        layer: "dense_2", next: "dense_3", activation: "sigmoid", valueAtZero: 0.5)
    ) { try sigmoid.network.grown(by: sigmoid.addition) }
    let silent = Addition.random(layer: 1, count: 2, of: sigmoid.network, seed: 1)
    let grown = try sigmoid.network.grown(by: silent)
    expectClose(
      grown.outputs(sigmoid.objective, sigmoid.samples),
      sigmoid.network.outputs(sigmoid.objective, sigmoid.samples), relative: 1e-14)
  }

  @Test("without new units gets the weight update alone")
  func weightUpdateAlone() throws {
    let given = try Case(.sigmoid, affines: true, seed: 4)
    let update = try #require(given.addition.weightUpdate)
    let grown = try given.network.grown(
      by: Addition(
        layer: 1, fanIn: Matrix(rows: 5, columns: 0), fanOut: Matrix(rows: 0, columns: 4),
        weightUpdate: update))
    #expect(
      grown
        == given.network.replacingWeights(ofLayer: 2, by: given.network.layers[2].weights + update))
  }

  @Test(
    "takes a diagnosis's neurons from the moments' inputs to the layer's own",
    arguments: [false, true])
  func neurons(hasBias: Bool) async throws {
    let given = try Case(.tanh, hasBias: hasBias, seed: 6)
    let moments = try await given.network.moments(given.objective, given.samples)
    let whitening = try moments.layers.map { try bottleneck(of: $0) }
    let neurons = try #require(
      try jointNeurons(
        of: moments.layers[1], layer: whitening[1].whitening, next: whitening[2], limit: 2))
    let addition = Addition(neurons, layer: 1, moments: moments)
    let explicit = Explicit(given.network, given.objective, given.samples)
    func centred(_ layer: Int) -> Matrix<Double> {
      let (inputs, reference) = (explicit.inputs[layer], moments.layers[layer].reference)
      return Matrix(rows: inputs.rows, columns: inputs.columns) {
        inputs[$0, $1] - ($1 < reference.count ? reference[$1] : 0)
      }
    }
    expectClose(
      explicit.inputs[1].times(addition.fanIn), centred(1).times(neurons.fanIn), relative: 1e-12)
    let update = try #require(addition.weightUpdate)
    expectClose(
      explicit.inputs[2].times(update), centred(2).times(neurons.weightUpdate), relative: 1e-12)
    #expect(addition.fanOut == neurons.fanOut && addition.count == 2)
  }
}
