import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics
@testable import Growth

@Suite("A batch's neurons")
struct BatchStatisticsTests {
  private struct Case {
    let network: Network<Double>
    let objective: Objective<Double>
    let samples: ArraySamples
    var single: Network<Float> { Network<Float>(network) }

    init(seed: Int, hidden: Activation = .tanh, widths: [Int] = [9, 4, 5, 3], count: Int) throws {
      var random = SeededGenerator(seed: seed)
      network = random.network(widths, hidden: hidden)
      objective = try network.objective()
      samples = ArraySamples(
        inputs: Matrix<Float>(random.normalMatrix(count, widths[0])),
        targets: .values(Matrix<Float>(random.normalMatrix(count, widths[widths.count - 1]))))
    }

    func statistics(_ layer: Int) throws -> BatchStatistics {
      try BatchStatistics(
        layer: layer, of: single,
        objective: Objective(loss: .meanSquaredError, outputStages: [], outputs: 3),
        samples: samples, rows: Array(0..<samples.sampleCount))
    }

    func loss(_ network: Network<Double>) -> Double { meanLoss(network, objective, samples) }
  }

  @Test(
    "are those of the moments of its samples, of many and of fewer than inputs",
    arguments: [2500, 60, 8], [0, 1])
  func moments(count: Int, layer: Int) async throws {
    let given = try Case(seed: count + layer, count: count)
    let moments = try await given.network.moments(given.objective, given.samples)
    let next = try bottleneck(of: moments.layers[layer + 1])
    let expected = try #require(
      try sequentialNeurons(
        of: moments.layers[layer], layer: bottleneck(of: moments.layers[layer]).whitening,
        next: next, limit: 9))
    let found = try given.statistics(layer).neurons()
    expectClose(found.desiredUpdate, next.desiredUpdate, relative: 1e-5)
    expectClose(found.bestUpdate, next.bestUpdate, relative: 1e-4)
    let rank = min(found.addition.fanIn.columns, expected.count)
    for place in 0..<rank {
      // What is left of P after so few samples is small, and rounded at the size of V.
      #expect(
        abs(found.singularValues[place] - expected.singularValues[place])
          < 1e-4 * next.desiredUpdate.squareRoot())
    }
    // What the neurons add to first order, which does not depend on signs.
    let addition = Addition(expected, layer: layer, moments: moments)
    var pass = Pass(network: given.network, objective: given.objective)
    pass.forward(given.samples.inputs, differentiating: false)
    func answer(_ fanIn: Matrix<Double>, _ fanOut: Matrix<Double>) -> Matrix<Double> {
      pass.inputs[layer].times(fanIn).times(fanOut)
    }
    expectClose(
      answer(found.addition.fanIn, found.addition.fanOut),
      answer(addition.fanIn, addition.fanOut), relative: 2e-3)
    func change(_ addition: Addition) throws -> Matrix<Double> {
      pass.inputs[layer + 1].times(try #require(addition.weightUpdate))
    }
    expectClose(
      try change(found.addition), try change(addition), relative: 1e-3)
  }

  @Test("a limit and a threshold leave the first ones")
  func limits() throws {
    let statistics = try Case(seed: 3, count: 200).statistics(1)
    let all = try statistics.neurons()
    #expect(all.addition.count == 3)
    let two = try statistics.neurons(limit: 2)
    #expect(two.addition.fanIn == all.addition.fanIn.selectingColumns(0..<2))
    #expect(two.singularValues == all.singularValues)
    let between = (all.singularValues[0] + all.singularValues[1]) / 2
    #expect(
      try statistics.neurons(threshold: between * between).addition.fanIn
        == all.addition.fanIn.selectingColumns(0..<1))
    #expect(try statistics.neurons(limit: 0).addition.count == 0)
  }

  @Test(
    "the loss along them is that of the grown network, its slopes are those at the start",
    arguments: [Activation.tanh, .selu, .relu, .sigmoid], [AmplitudeForm.bothSides, .fanOut])
  func line(hidden: Activation, form: AmplitudeForm) throws {
    let given = try Case(seed: 11, hidden: hidden, count: 300)
    for layer in [0, 1] {
      let statistics = try given.statistics(layer)
      let addition = try statistics.neurons().addition
      var line = BatchLossLine(along: addition, form: form, of: statistics)
      for (update, units) in [(0.0, 0.0), (0.5, 0), (0, 0.3), (0.7, 1.1)] {
        let grown = try given.network.grown(
          by: addition,
          amplitudes: Amplitudes(update: update, neurons: units), form: form)
        expectClose(
          line.meanLoss(at: Amplitudes(update: update, neurons: units)), given.loss(grown),
          relative: 1e-5)
      }
      // In single precision a difference of losses needs steps this long.
      let step = 2e-3
      func slope(_ update: Double, _ units: Double) -> Double {
        let ahead = line.meanLoss(at: Amplitudes(update: update, neurons: units))
        return (line.startLoss - ahead) / step
      }
      #expect(abs(slope(step, 0) - line.updateSlope) < 0.03 * line.updateSlope + 1e-4)
      #expect(abs(slope(0, step) - line.slope) < 0.1 * line.slope.magnitude + 1e-3)
      line.search()
      #expect(line.loss <= line.updateLoss && line.updateLoss < line.startLoss)
    }
  }

  @Test("gives GradMax the same units as the moments of a diagnosis")
  func gradmax() async throws {
    let given = try Case(seed: 5, count: 400)
    let moments = try await given.network.moments(given.objective, given.samples)
    let expected = try Addition.gradmax(
      layer: 0, count: 3, of: given.network, moments: moments)
    let found = try Addition.gradmax(
      layer: 0, count: 3, of: given.single, moments: try given.statistics(0).moments)
    // Up to signs, of which the fan-out alone has any: tanh units start at zero.
    expectClose(
      found.fanOut.transposedTimes(found.fanOut),
      expected.fanOut.transposedTimes(expected.fanOut), relative: 1e-3)
  }

  @Test("a loss that overflows is refused, with its sample")
  func overflow() throws {
    var given = try Case(seed: 1, count: 10).samples
    for column in 0..<9 { given.inputs[7, column] = column % 2 == 0 ? 3e38 : -3e38 }
    let network = Network<Float>(
      try Case(seed: 1, hidden: .exponential, count: 10).network)
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 3)
    let error = #expect(throws: DiagnosticsError.self) {
      try BatchStatistics(
        layer: 0, of: network, objective: objective, samples: given, rows: [3, 7, 9])
    }
    #expect(error == .lossNotFinite(sampleRow: 7))
  }
}
