import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The search for neurons while training")
struct SearchWhileTrainingTests {
  /// Two classes by how far out a point is in two of six dimensions: no linear correlation shows them.
  private struct Shells {
    let samples: ArraySamples
    let heldOut: ArraySamples
    let objective: Objective<Float>

    /// - Parameter areHalves: whether the classes are the two sides of a plane instead.
    /// - Throws: `NetworkError` if the loss did not fit the outputs.
    init(areHalves: Bool = false) throws {
      var random = SeededGenerator(seed: 5)
      func samples(_ count: Int) -> ArraySamples {
        let points = random.normalMatrix(count, 6)
        return ArraySamples(
          inputs: Matrix(rows: count, columns: 6) { Float(points[$0, $1]) },
          targets: .labels(
            (0..<count).map { row in
              let squares = points[row, 0] * points[row, 0] + points[row, 1] * points[row, 1]
              return (areHalves ? points[row, 0] > 0 : squares > 1.4) ? 1 : 0
            }))
      }
      self.samples = samples(1500)
      heldOut = samples(500)
      objective = try Objective(
        loss: .sparseCategoricalCrossentropy(fromLogits: false),
        outputStages: [.activation(.softmax)], outputs: 2)
    }

    func network(_ hidden: Activation, widths: [Int] = [1, 1], seed: UInt64) -> Network<Float> {
      .initialized(widths: [6] + widths + [2], hidden: hidden, output: .softmax, seed: seed)
    }

    func trainer(_ network: Network<Float>, steps: Int, growths: Int?) -> GrowingTrainer {
      var options = GrowingOptions(
        training: TrainingOptions(
          optimizer: .adam(learningRate: 3e-3), batchSize: 50, seed: 2),
        growthInterval: .steps(100))
      options.neurons = .activationAware
      options.statistics = .errorBars(limit: 1200)
      options.limits.growths = growths
      options.limits.steps = steps
      return GrowingTrainer(
        network, objective: objective, samples: samples, heldOut: heldOut, options: options)
    }
  }

  @Test(
    "grows where few samples and linear correlations show nothing, from any start",
    arguments: zip([Activation.relu, .relu, .selu], [1, 2, 0] as [UInt64]))
  func anyStart(hidden: Activation, seed: UInt64) async throws {
    let given = try Shells()
    var trainer = given.trainer(given.network(hidden, seed: seed), steps: 800, growths: 5)
    while try await trainer.next() != nil {}
    let accuracy = try #require(trainer.curve.last?.heldOut?.accuracy)
    #expect(accuracy > 0.9, "\(trainer.widths): \(accuracy)")
  }

  @Test("a layer whose units are all dead gets units that are alive, and no answer changes")
  func dead() async throws {
    let given = try Shells()
    let network = given.network(.relu, widths: [3, 4], seed: 1)
    // −100 on every unit of the second layer.
    let second = network.layers[1]
    var weights = second.weights
    for unit in 0..<second.outputs { weights[weights.rows - 1, unit] = -100 }
    let dead = Network(
      inputCount: 6,
      layers: [
        network.layers[0],
        Layer(name: second.name, weights: weights, hasBias: true, stages: second.stages),
        network.layers[2],
      ])
    var trainer = given.trainer(dead, steps: 400, growths: 4)
    // Without a gradient behind it, the first layer cannot be judged.
    #expect(try await trainer.grow(layer: 0).neurons == 0)
    let record = try await trainer.grow(layer: 1)
    #expect(record.neurons > 0)
    while try await trainer.next() != nil {}
    let accuracy = try #require(trainer.curve.last?.heldOut?.accuracy)
    #expect(accuracy > 0.85, "\(trainer.widths): \(accuracy)")
  }

  @Test("what a search says of the second layer is so in the whole network", arguments: [1, 3])
  func secondLayer(seed: UInt64) async throws {
    let given = try Shells(areHalves: true)
    var trainer = given.trainer(
      given.network(.tanh, widths: [8, 1], seed: seed), steps: 1, growths: 0)
    func loss() -> Double {
      Trainer(
        trainer.network, objective: given.objective, samples: given.samples,
        options: TrainingOptions(seed: 0)
      ).evaluation(on: given.samples).loss
    }
    let before = loss()
    let record = try await trainer.grow(layer: 1)
    #expect(record.neurons > 0 && trainer.widths == [8, 1 + record.neurons])
    // On four fifths of some of the samples, and on all.
    expectClose(record.lossBefore, before, relative: 0.05)
    expectClose(record.lossAfter, loss(), relative: 0.1)
  }

  @Test("a layer whose searches find nothing is left out of more and more growths")
  func rests() {
    var progress = GrowingTrainer.Progress(statisticsCounts: [100, 100], seed: 0)
    // The first layer never gains anything, the second always.
    var searches: [[Int]] = []
    for _ in 0..<12 {
      let layers = progress.takeLayers(of: [0, 1])
      searches.append(layers)
      for layer in layers {
        progress.noteSearch(ofLayer: layer, neurons: layer, isExhaustive: true)
      }
    }
    let first = searches.map { $0.contains(0) }
    #expect(
      first == [true, true, false, true, false, false, false, true, false, false, false, false])
    #expect(searches.allSatisfy { $0.contains(1) })
  }

  @Test("where all layers would rest none does, and a search on few samples counts for nothing")
  func awake() {
    var progress = GrowingTrainer.Progress(statisticsCounts: [100, 100], seed: 0)
    for _ in 0..<4 {
      #expect(progress.takeLayers(of: [0, 1]) == [0, 1])
      for layer in [0, 1] { progress.noteSearch(ofLayer: layer, neurons: 0, isExhaustive: true) }
    }
    progress = GrowingTrainer.Progress(statisticsCounts: [100, 100], seed: 0)
    for _ in 0..<4 {
      #expect(progress.takeLayers(of: [0, 1]) == [0, 1])
      progress.noteSearch(ofLayer: 0, neurons: 0, isExhaustive: false)
      progress.noteSearch(ofLayer: 1, neurons: 1, isExhaustive: true)
    }
  }
}
