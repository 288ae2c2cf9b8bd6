import Diagnostics
import Growth
import LinearAlgebra
import Networks
import Synchronization
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
    if [.net2wider, .random, .silent].contains(source) { options.neuronLimit = 3 }
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
    let isQuick = source != .joint && source != .activationAware
    var options = options(every: 15, growths: isQuick ? 2 : 1, total: isQuick ? 60 : 30, source)
    options.progressSteps = 7
    options.evaluationInterval = .steps(11)
    if !isQuick { options.statistics = .fixed(200) }
    var whole = given.trainer(options)
    var states: [GrowingTrainer.State] = [whole.state]
    while try await whole.next() != nil { states.append(whole.state) }
    let stride = isQuick ? 1 : 3
    for index in Swift.stride(from: 0, to: states.count, by: stride) {
      var rest = try given.resumed(states[index])
      #expect(rest.state == states[index])
      while try await rest.next() != nil {}
      #expect(rest.state == states.last, "after event \(index) of \(states.count)")
    }
  }

  @Test(
    "never ends above where it began on the samples of a growth, and says what the network then has",
    arguments: [NeuronSource.sequential, .random])
  func falls(source: NeuronSource) async throws {
    let given = try Case(widths: [3, 2], hidden: .tanh)
    var options = options(source)
    options.statistics = .fixed(10_000)
    var trainer = given.trainer(options)
    for layer in [0, 1, 0, 1] {
      let before = evaluation(trainer.network, given)
      let record = try await trainer.grow(layer: layer)
      expectClose(record.lossBefore, before, relative: 1e-5)
      #expect(record.lossWithUpdate <= record.lossBefore)
      #expect(record.lossAfter <= record.lossWithUpdate)
      expectClose(record.lossAfter, evaluation(trainer.network, given), relative: 1e-4)
      #expect(record.sampleCount == 300 && record.widths == trainer.widths)
      #expect(record.parameters == trainer.network.parameterCount)
    }
  }

  private func evaluation(_ network: Network<Float>, _ given: Case) -> Double {
    Trainer(
      network, objective: given.objective, samples: given.samples,
      options: TrainingOptions(seed: 0)
    ).evaluation(on: given.samples).loss
  }

  @Test(
    "neurons without fan-out and copies change no answer",
    arguments: [NeuronSource.silent, .net2wider])
  func unchanged(source: NeuronSource) async throws {
    let given = try Case(widths: [3, 2])
    var trainer = given.trainer(options(source))
    let before = evaluation(trainer.network, given)
    let record = try await trainer.grow(layer: 0, neurons: 4)
    #expect(record.neurons == 4 && trainer.widths == [7, 2])
    expectClose(evaluation(trainer.network, given), before, relative: 1e-5)
  }

  @Test("as many random neurons as are asked for come, whether or not they lower the loss")
  func randomCount() async throws {
    var trainer = try Case().trainer(options(.random))
    try await trainer.grow(layer: 0, neurons: 9, source: .random)
    try await trainer.grow(layer: 1, neurons: 6, source: .random)
    #expect(trainer.widths == [10, 7])
  }

  @Test("additions alone reach an accuracy that the start cannot")
  func additionsAlone() async throws {
    var options = options(growths: 8, total: nil)
    options.omitsGradientDescent = true
    options.statistics = .paper(start: 100)
    var trainer = try Case().trainer(options)
    let events = try await events(&trainer)
    #expect(trainer.stepCount == 0 && events.last == .ended(.growth))
    let accuracy = try #require(trainer.curve.last?.heldOut?.accuracy)
    #expect(accuracy > 0.85, "\(accuracy)")
  }

  @Test("never has more parameters than the budget", arguments: [90, 150, 400], 0..<3)
  func budget(parameters: Int, seed: Int) async throws {
    var options = options(every: 10, growths: nil, total: 200)
    options.limits.parameters = parameters
    var trainer = try Case(seed: seed).trainer(options)
    let events = try await events(&trainer)
    #expect(trainer.growths.allSatisfy { $0.parameters <= parameters })
    #expect(trainer.network.parameterCount <= parameters)
    #expect(events.contains(.growthEnded(.parameters)), "\(trainer.network.parameterCount)")
  }

  @Test("where targets have nothing to do with inputs, no neuron is significant and growth ends")
  func noise() async throws {
    var random = SeededGenerator(seed: 3)
    let given = try Case(sampleCount: 400)
    let samples = ArraySamples(
      inputs: given.samples.inputs,
      targets: .labels((0..<400).map { _ in Int.random(in: 0..<5, using: &random) }))
    var options = options(every: 30, growths: nil, total: 3000)
    options.requiresSignificance = true
    options.statistics = .errorBars(start: 100)
    var trainer = GrowingTrainer(
      given.network, objective: given.objective, samples: samples, options: options)
    var ended: GrowthStopReason?
    while let event = try await trainer.next(), ended == nil {
      if case .growthEnded(let end) = event { ended = end }
    }
    #expect(ended == .noGain)
    #expect(trainer.growths.map(\.neurons).reduce(0, +) <= 2)
  }

  @Test("ends when a target is reached, and then no later limit opens it again")
  func target() async throws {
    let given = try Case()
    var options = options(total: 4000)
    options.limits.accuracy = 0.8
    options.evaluationInterval = .steps(10)
    var trainer = given.trainer(options)
    let events = try await events(&trainer)
    #expect(events.last == .ended(.accuracy) && trainer.stepCount < 4000)
    #expect(try #require(trainer.curve.last?.judged.accuracy) >= 0.8)
    #expect(trainer.curve.dropLast().allSatisfy { ($0.judged.accuracy ?? 1) < 0.8 })
    var state = trainer.state
    state.options.limits.steps = 8000
    #expect(try given.resumed(state).end == .accuracy)
  }

  @Test("a limit that is moved lets an ended run go on, as one that had it from the start")
  func movedLimit() async throws {
    let given = try Case()
    var short = given.trainer(options(total: 90))
    while try await short.next() != nil {}
    var state = short.state
    state.options.limits.steps = 200
    var moved = try given.resumed(state)
    while try await moved.next() != nil {}
    var long = given.trainer(options(total: 200))
    while try await long.next() != nil {}
    #expect(moved.network == long.network && moved.growths == long.growths)
  }

  @Test(
    "finds neurons on √width times as many samples after each growth, and on no more than there are"
  )
  func statistics() async throws {
    var options = options()
    options.statistics = .paper(start: 40)
    var trainer = try Case().trainer(options)
    while try await trainer.next() != nil {}
    var expected = [40.0, 40.0]
    for growth in 1...3 {
      let records = trainer.growths.filter { $0.growth == growth }
      #expect(records.map(\.sampleCount) == expected.map { Int($0) })
      let widths = try #require(records.last?.widths)
      let above = [max(8, widths[1]), max(widths[0], 5)]
      expected = zip(expected, above).map { min(300, ($0 * Double($1).squareRoot()).rounded()) }
    }
  }

  @Test("is told what a clock says, and counts no evaluation")
  func clock() async throws {
    let ticks = Ticks()
    var options = options(total: nil)
    options.growthInterval = .seconds(10)
    options.evaluationInterval = .seconds(3)
    options.limits.seconds = 60
    var trainer = try Case().trainer(options)
    // Each look at the clock is a second after the last: a step takes one, a growth of a layer too.
    while try await trainer.next(clock: { ticks.next() }) != nil {}
    #expect(trainer.growths.map(\.step) == [10, 10, 20, 20, 30, 30])
    #expect(trainer.growths.map(\.seconds) == [11, 12, 23, 24, 35, 36])
    #expect(trainer.growths.allSatisfy { $0.ownSeconds == 1 })
    #expect(trainer.curve.last?.seconds == 60 && trainer.curve.last?.growthSeconds == 6)
    #expect(trainer.curve.prefix(4).map(\.step) == [0, 3, 6, 9])
  }

  @Test("a state of other samples or another network is refused")
  func foreignState() async throws {
    let given = try Case()
    var trainer = given.trainer(options())
    for _ in 0..<9 { _ = try await trainer.next() }
    let state = trainer.state
    func resumes(_ change: (inout GrowingTrainer.State) -> Void) -> Bool {
      var changed = state
      change(&changed)
      return GrowingTrainer(
        resuming: changed, objective: given.objective, samples: given.samples,
        heldOut: given.heldOut) != nil
    }
    #expect(resumes { _ in })
    #expect(!resumes { $0.training.order.removeLast() })
    #expect(!resumes { $0.training.order[0] = $0.training.order[1] })
    #expect(!resumes { $0.training.order[0] = -1 })
    #expect(!resumes { $0.training.position = 301 })
    #expect(!resumes { $0.training.means.removeLast() })
    #expect(!resumes { $0.training.means[0] = Matrix(rows: 1, columns: 1) })
    #expect(!resumes { $0.options.training.optimizer = .sgd() })
  }
}

/// A clock that is a second later at each look.
private final class Ticks: Sendable {
  private let time = Mutex(0.0)

  func next() -> Double {
    time.withLock { time in
      time += 1
      return time
    }
  }
}
