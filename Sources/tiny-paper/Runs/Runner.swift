import Diagnostics
import Growth
import LinearAlgebra
import Loader
import Networks

/// One run: a network is trained, evaluated on the way, and grown if its recipe says so.
struct Runner {
  /// Where it is in its training, and the network.
  private(set) var trainer: GrowingTrainer
  private let recipe: Recipe
  /// How many neurons each growth adds to each layer, by the growth's number and the layer's; empty
  /// where the search decides.
  private let counts: [[Int]]
  private let objective: Objective<Float>
  private let data: PaperData

  /// A network at its start.
  ///
  /// - Parameters:
  ///   - recipe: what to do.
  ///   - widths: of the hidden layers at the start.
  ///   - counts: the neurons of each growth, where another run says them.
  ///   - seed: decides the weights, the batches and the samples of growths.
  ///   - data: what to train and judge on.
  /// - Throws: `NetworkError` if the loss does not fit the network.
  init(
    _ recipe: Recipe, widths: [Int], counts: [[Int]], seed: UInt64, data: PaperData
  ) throws {
    self.recipe = recipe
    self.counts = counts
    self.data = data
    let network = Network<Float>.initialized(
      widths: [data.training.inputCount] + widths + [data.classes], hidden: .selu,
      output: .softmax, preprocessing: data.preprocessing, seed: seed)
    objective = try Objective<Float>(
      loss: .sparseCategoricalCrossentropy(fromLogits: false),
      outputStages: network.layers[network.layers.count - 1].stages, outputs: data.classes)
    trainer = GrowingTrainer(
      network, objective: objective, samples: data.training, heldOut: data.test,
      options: recipe.options(seed: seed, counts: counts))
  }

  /// Runs to the end.
  ///
  /// - Returns: the curve on the test samples, and what each growth did.
  /// - Throws: `GrowthError` or `DiagnosticsError` if the loss overflows.
  mutating func run() async throws -> RunRecord {
    // The first event is the network at its start, judged.
    _ = try await trainer.next(clock: processSeconds)
    for number in counts.indices {
      for (layer, count) in counts[number].enumerated() where count > 0 {
        try await trainer.grow(layer: layer, neurons: count, clock: processSeconds)
      }
    }
    if case .atOnce? = recipe.growth?.interval {
      try await finish()
      try train(for: recipe.seconds)
    }
    try await finish()
    return RunRecord(
      points: trainer.curve.map(RunRecord.Point.init),
      growths: zip(trainer.growths, growthNumbers).map(RunRecord.Growth.init))
  }

  /// The library numbers only those it makes by itself.
  private var growthNumbers: [Int] {
    guard !counts.isEmpty else { return trainer.growths.map(\.growth) }
    return counts.indices.flatMap { number in
      counts[number].filter { $0 > 0 }.map { _ in number + 1 }
    }
  }

  /// The network as it is now, for Keras.
  var model: NewModel {
    NewModel(
      network: trainer.network, loss: .sparseCategoricalCrossentropy(fromLogits: false),
      optimizer: .adam(learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-7))
  }

  private mutating func finish() async throws {
    while try await trainer.next(clock: processSeconds) != nil {}
  }

  /// Lets a trainer that has grown go on without growing, for so many seconds from now.
  private mutating func train(for seconds: Double) throws {
    var state = trainer.state
    state.options.growthInterval = nil
    state.options.limits.steps = nil
    state.options.limits.seconds = trainer.seconds + seconds
    guard
      let resumed = GrowingTrainer(
        resuming: state, objective: objective, samples: data.training, heldOut: data.test)
    else { preconditionFailure("a state that is not whole") }
    trainer = resumed
  }
}

extension Recipe {
  /// What the library is to do; with `counts` it is told each growth instead of growing by itself.
  func options(seed: UInt64, counts: [[Int]]) -> GrowingOptions {
    let isCounted = !counts.isEmpty
    var options = GrowingOptions(seed: seed)
    options.evaluatedTrainingSamples = 1000
    options.evaluationInterval = .seconds(max(seconds, 1e-3) / Double(evaluations))
    options.limits.seconds = seconds > 0 ? seconds : nil
    guard let growth else { return options }
    options.neurons = growth.way.source
    options.limits.growths = growth.times
    options.limits.endsWithoutGain = false
    if isCounted { options.neuronLimit = counts.joined().max() }
    // What another run counted is found by the samples that run ended with.
    options.statistics =
      isCounted
      ? .fixed(growth.sampleLimit ?? .max)
      : growth.way == .ours
        ? .errorBars(limit: growth.sampleLimit)
        : .paper(start: 100, limit: growth.sampleLimit)
    switch growth.interval {
    case .seconds(let seconds):
      options.growthInterval = .seconds(seconds)
      // Ours adds nothing where nothing is to be gained, and is then done.
      options.limits.endsWithoutGain = growth.way == .ours
      options.limits.patience = 1
    case .atOnce:
      options.limits.seconds = nil
      // A step between growths, which at this learning rate changes next to nothing.
      options.growthInterval = .steps(1)
      if isCounted { (options.growthInterval, options.limits.steps) = (nil, 1) }
    case .alone:
      options.omitsGradientDescent = true
    }
    return options
  }
}

extension GrowthWay {
  fileprivate var source: NeuronSource {
    switch self {
    case .paper: .sequential
    case .ours: .activationAware
    case .random: .random
    }
  }
}

extension RunRecord.Point {
  fileprivate init(_ point: GrowingPoint) {
    self.init(
      seconds: point.seconds, steps: point.step, epochs: point.epoch, growths: point.growth,
      widths: point.widths, parameters: point.parameters, testLoss: point.judged.loss,
      testAccuracy: point.judged.accuracy ?? 0)
  }
}

extension RunRecord.Growth {
  fileprivate init(_ growth: LayerGrowth, number: Int) {
    self.init(
      number: number, layer: growth.layer + 1, seconds: growth.seconds - growth.ownSeconds,
      duration: growth.ownSeconds, samples: growth.sampleCount, neurons: growth.neurons,
      rank: growth.singularValues.count, sumOfSquares: growth.paperGain,
      largest: growth.largestSingularValue, smallest: growth.singularValues.last,
      updateAmplitude: growth.updateAmplitude, amplitude: growth.amplitude,
      lossBefore: growth.lossBefore, lossWithUpdate: growth.lossWithUpdate,
      lossAfter: growth.lossAfter)
  }
}
