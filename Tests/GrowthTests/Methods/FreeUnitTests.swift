@testable import Growth
import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Places that dead and duplicate units give away")
struct FreeUnitTests {
  /// A network whose second unit is always 0, whose fourth always 0.75, and whose fifth is the first again.
  private func network() -> Network<Double> {
    var random = SeededGenerator(seed: 2)
    let plain = random.network([3, 5, 2], hidden: .relu, output: nil, hasBias: true)
    var weights = plain.layers[0].weights
    for row in 0..<3 {
      weights[row, 1] = 0
      weights[row, 3] = 0
      weights[row, 4] = weights[row, 0]
    }
    weights[3, 1] = -1
    weights[3, 3] = 0.75
    weights[3, 4] = weights[3, 0]
    return Network(
      inputCount: 3,
      layers: [
        Layer(
          name: plain.layers[0].name, weights: weights, hasBias: true,
          stages: plain.layers[0].stages), plain.layers[1],
      ])
  }

  private func samples() -> ArraySamples {
    var random = SeededGenerator(seed: 9)
    return random.samples(60, inputs: 3, outputs: 2, for: .meanSquaredError)
  }

  @Test("They are found with what they answer")
  func found() async throws {
    let network = network()
    let moments = try await network.moments(network.objective(), samples())
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    #expect(free.map(\.place) == [1, 3, 4])
    #expect(free.map(\.value) == [0, 0.75, nil])
    #expect(free.map(\.twin) == [nil, nil, 0])
  }

  @Test("New units take their places, and the function is that of the wider network")
  func moved() async throws {
    let (network, samples) = (network(), samples())
    let moments = try await network.moments(network.objective(), samples)
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    var random = SeededGenerator(seed: 4)
    let addition = Addition(
      layer: 0, fanIn: Matrix(rows: 4, columns: 4) { _, _ in random.normal() },
      fanOut: Matrix(rows: 4, columns: 2) { _, _ in random.normal() })
    let wide = try network.grown(by: addition)
    let moved = wide.movingLastUnits(into: free, ofLayer: 0)
    #expect(moved.layers[0].outputs == 6 && moved.layers[1].inputs == 6)
    #expect(moved.parameterCount == network.parameterCount + 6)
    expectClose(
      moved.outputsSummedInOrder(samples), wide.outputsSummedInOrder(samples), relative: 1e-14)
    // The new units, from the last on, in the places of the free ones; the first of them is behind.
    for (place, unit) in [(1, 1), (3, 2), (4, 3), (5, 0)] {
      for row in 0..<4 { #expect(moved.layers[0].weights[row, place] == addition.fanIn[row, unit]) }
    }
  }

  @Test("Without a bias in the next layer a constant has nowhere to go")
  func noBias() async throws {
    let plain = network()
    var kernel = plain.layers[1].weights
    kernel.setRowCount(5)
    let network = Network(
      inputCount: 3,
      layers: [
        plain.layers[0], Layer(name: "last", weights: kernel, hasBias: false, stages: []),
      ])
    let moments = try await network.moments(network.objective(), samples())
    let free = FreeUnit.all(ofLayer: 0, in: network, moments: moments)
    #expect(free.map(\.place) == [1, 4])
  }

  /// A layer of five inputs and four units, of which the last two answer the same to every sample now.
  private func withTwoDeadUnits(_ layer: Layer<Float>) -> Layer<Float> {
    var weights = layer.weights
    for unit in 2..<4 {
      for row in 0..<5 { weights[row, unit] = 0 }
    }
    return Layer(name: "hidden", weights: weights, hasBias: layer.hasBias, stages: layer.stages)
  }

  @Test("The report says what new neurons gain in these places, and growth finds it so")
  func reuse() async throws {
    var random = SeededGenerator(seed: 6)
    let plain = Network<Float>(random.network([5, 4, 2], hidden: .tanh, output: nil))
    let network = Network<Float>(
      inputCount: 5, layers: [withTwoDeadUnits(plain.layers[0]), plain.layers[1]])
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let teacher = Network<Float>(random.network([5, 12, 2], hidden: .tanh, output: nil))
    var samples = random.samples(600, inputs: 5, outputs: 2, for: .meanSquaredError)
    samples.targets = .values(teacher.outputs(objective, samples))
    let split = SampleSplit(samples: samples, holdout: 0.3, seed: 1)
    let options = DiagnosisOptions(workers: 1, seed: 2)
    let diagnosis = try await diagnose(
      .model(network, objective), split: split, options: options)
    let reuse = try #require(diagnosis.unitReuses.first)
    #expect(reuse.layer == 0 && reuse.units == 2 && reuse.neurons == 2)
    // What new weights of the next layer do alone is none of the neurons' doing.
    let heldOut = try #require(reuse.gain.heldOut)
    #expect(reuse.neuronGain > 0 && reuse.neuronGain < heldOut.mean)
    #expect(reuse.trainingWithoutNeurons > 0)

    // Just so many neurons, in the places of the dead ones.
    var limited = options
    limited.limits = [0: 2]
    var plan = GrowthPlan(aim: .verdict)
    plan.reusesFreeUnits = true
    let run = try await grow(
      .model(network, objective), split: split, plan: plan, options: limited)
    #expect(run.steps.map(\.reusedUnits) == [2] && run.network.layers[0].outputs == 4)
    let measured = try #require(run.steps.first?.measuredGain)
    #expect(abs(measured - reuse.gain.training) < 0.25 * measured)
  }

  @Test("What new weights of the next layer gain alone is no use of dead units")
  func updateAlone() async throws {
    var random = SeededGenerator(seed: 6)
    let plain = Network<Float>(random.network([5, 4, 2], hidden: .tanh, output: nil))
    let hidden = withTwoDeadUnits(plain.layers[0])
    // The targets are those of other last weights: these alone bring the loss down to noise.
    let teacher = Network<Float>(inputCount: 5, layers: [hidden, plain.layers[1]])
    var other = plain.layers[1].weights
    for row in 0..<other.rows { for column in 0..<2 { other[row, column] *= -0.5 } }
    let network = Network<Float>(
      inputCount: 5,
      layers: [hidden, Layer(name: "last", weights: other, hasBias: true, stages: [])])
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    var samples = random.samples(600, inputs: 5, outputs: 2, for: .meanSquaredError)
    var targets = teacher.outputs(objective, samples)
    for row in 0..<targets.rows {
      for column in 0..<2 { targets[row, column] += Float(random.normal() * 0.1) }
    }
    samples.targets = .values(targets)
    let diagnosis = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.3, seed: 1),
      options: DiagnosisOptions(workers: 1, seed: 2))
    #expect(diagnosis.layers[0].freeUnits == 2)
    #expect(diagnosis.unitReuses.isEmpty)
  }

  @Test("Where no unit is dead, or none is of use, the report says nothing")
  func noReuse() async throws {
    var random = SeededGenerator(seed: 6)
    let network = Network<Float>(random.network([5, 4, 2], hidden: .tanh, output: nil))
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(200, inputs: 5, outputs: 2, for: .meanSquaredError)
    let diagnosis = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.3, seed: 1),
      options: DiagnosisOptions(workers: 1, seed: 2))
    #expect(diagnosis.unitReuses.isEmpty)
  }

  @Test("A constant unit gets no weights that only the bias takes away again")
  func constantUnit() async throws {
    var random = SeededGenerator(seed: 8)
    let plain = Network<Float>(random.network([5, 4, 2], hidden: .tanh, output: nil))
    var weights = plain.layers[0].weights
    for row in 0..<5 { weights[row, 1] = 0 }
    weights[5, 1] = 0.37
    let network = Network<Float>(
      inputCount: 5,
      layers: [
        Layer(
          name: "hidden", weights: weights, hasBias: true, stages: plain.layers[0].stages),
        plain.layers[1],
      ])
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(700, inputs: 5, outputs: 2, for: .meanSquaredError)
    let diagnosis = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0, seed: 1),
      options: DiagnosisOptions(workers: 1, seed: 2))
    let around = diagnosis.moments.layers[1]
    #expect(around.constantInputs == [1])
    #expect(abs(around.reference[1] - 0.353_991) < 1e-5)
    let update = try #require(diagnosis.growth.first?.neurons.weightUpdate)
    #expect(update.storage.allSatisfy { abs($0) < 100 })
    #expect((0..<2).allSatisfy { update[1, $0] == 0 })
  }
}
