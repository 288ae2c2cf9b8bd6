import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Growing training")
struct GrowingTrainerTests {
  /// Samples of classes around points, and the paper's start for them.
  private struct Case {
    let network: Network<Float>
    let objective: Objective<Float>
    let samples: ArraySamples
    let heldOut: ArraySamples

    init(
      seed: Int = 1, widths: [Int] = [1, 1], hidden: Activation = .selu, sampleCount: Int = 300
    ) throws {
      var random = SeededGenerator(seed: seed)
      let centres = random.normalMatrix(5, 8)
      func samples(_ count: Int) -> ArraySamples {
        let noise = random.normalMatrix(count, 8)
        let labels = (0..<count).map { $0 % 5 }
        return ArraySamples(
          inputs: Matrix(rows: count, columns: 8) {
            Float(1.5 * centres[labels[$0], $1] + 0.6 * noise[$0, $1])
          }, targets: .labels(labels))
      }
      self.samples = samples(sampleCount)
      heldOut = samples(100)
      network = .initialized(
        widths: [8] + widths + [5], hidden: hidden, output: .softmax, seed: UInt64(seed))
      objective = try Objective(
        loss: .sparseCategoricalCrossentropy(fromLogits: false),
        outputStages: [.activation(.softmax)], outputs: 5)
    }

    func trainer(_ options: GrowingOptions) -> GrowingTrainer {
      GrowingTrainer(
        network, objective: objective, samples: samples, heldOut: heldOut, options: options)
    }

    func resumed(_ state: GrowingTrainer.State) throws -> GrowingTrainer {
      try #require(
        GrowingTrainer(
          resuming: state, objective: objective, samples: samples, heldOut: heldOut))
    }
  }

  private func options(
    every steps: Int = 40, growths: Int? = 3, total: Int? = 200,
    _ source: NeuronSource = .sequential
  ) -> GrowingOptions {
    var options = GrowingOptions(
      training: TrainingOptions(
        optimizer: .adam(learningRate: 3e-3), batchSize: 20, seed: 7),
      growthInterval: .steps(steps))
    options.neurons = source
    options.limits.growths = growths
    options.limits.steps = total
    if source.needsLimit { options.neuronLimit = 3 }
    return options
  }

  private func events(_ trainer: inout GrowingTrainer) async throws -> [GrowingEvent] {
    var events: [GrowingEvent] = []
    while let event = try await trainer.next() { events.append(event) }
    return events
  }

  @Test("begins at [1, 1], grows every so many steps and learns what [1, 1] cannot")
  func paper() async throws {
    var trainer = try Case().trainer(options())
    let events = try await events(&trainer)
    #expect(trainer.growthCount == 3 && trainer.stepCount == 200)
    #expect(trainer.growths.map(\.layer) == [0, 1, 0, 1, 0, 1])
    #expect(trainer.growths.map(\.growth) == [1, 1, 2, 2, 3, 3])
    #expect(trainer.growths.map(\.step) == [40, 40, 80, 80, 120, 120])
    #expect(trainer.growths.allSatisfy { $0.neurons > 0 })
    #expect(trainer.growths.last?.widths == trainer.widths)
    #expect(
      events.filter { $0 == .growthEnded(.growths) }.count == 1
        && events.last == .ended(.steps))
    let first = try #require(trainer.curve.first?.heldOut?.accuracy)
    let last = try #require(trainer.curve.last?.heldOut?.accuracy)
    #expect(first < 0.5 && last > 0.9, "\(first) to \(last)")
    // At the start, around three growths, and at the end.
    #expect(trainer.curve.map(\.step) == [0, 40, 40, 80, 80, 120, 120, 200])
    #expect(trainer.curve.map(\.growth) == [0, 0, 1, 1, 2, 2, 3, 3])
  }

  @Test(
    "goes on where it was saved, at any event, to the last bit",
    arguments: NeuronSource.allCases)
  func resumed(source: NeuronSource) async throws {
    let given = try Case(widths: [2, 2])
    var options = options(every: 15, growths: 2, total: 60, source)
    options.progressSteps = 7
    options.evaluationInterval = .steps(11)
    var whole = given.trainer(options)
    var states: [GrowingTrainer.State] = [whole.state]
    while try await whole.next() != nil { states.append(whole.state) }
    let stride = source == .joint || source == .activationAware ? 5 : 1
    for index in Swift.stride(from: 0, to: states.count, by: stride) {
      var rest = try given.resumed(states[index])
      #expect(rest.state == states[index])
      while try await rest.next() != nil {}
      #expect(rest.state == states.last, "after event \(index) of \(states.count)")
    }
  }
}
