import LinearAlgebra
import Networks

extension GrowingTrainer {
  /// All that growing training to come depends on, beside its samples, and all there is to tell of
  /// what was.
  public struct State: Equatable, Sendable {
    /// The options of the training.
    public var options: GrowingOptions
    /// The network, the optimizer's memory and the place in the samples.
    public var training: Trainer.State
    /// Everything else; small, and made to be encoded.
    public var progress: Progress

    /// A state put together from its parts; `GrowingTrainer.init(resuming:…)` checks it.
    public init(options: GrowingOptions, training: Trainer.State, progress: Progress) {
      self.options = options
      self.training = training
      self.progress = progress
    }
  }

  /// The progress of growing training.
  public struct Progress: Equatable, Sendable, Codable {
    /// n_l, the number of samples for the next neurons of each hidden layer.
    public internal(set) var statisticsCounts: [Int]
    /// The records of every growth of every layer.
    public internal(set) var records: [LayerGrowth] = []
    /// The curve.
    public internal(set) var points: [GrowingPoint] = []
    /// The number of growths of all layers.
    public internal(set) var growths = 0

    /// Where the generator stands that draws the samples and seeds of growths.
    var generator: UInt64
    /// The tasks to be done before the next step.
    var pending: [Task] = [.evaluate]
    /// Neurons added in the growth that is going on.
    var neuronsInGrowth = 0
    /// For each hidden layer, the searches one after the other, on as many samples as there may be, that found
    /// no neuron.
    var fruitlessSearches: [Int]
    /// For each hidden layer, the growths to come that leave it out.
    var rests: [Int]
    /// Growths without a neuron since the last that gained one, on as many samples as there may be.
    var growthsWithoutGain = 0
    var sinceGrowth = Elapsed()
    var sinceEvaluation = Elapsed()
    var trainingSeconds = 0.0
    var growthSeconds = 0.0
    /// The losses of the batches since the last event `trained`.
    var recentLoss = Mean()
    /// Whether the last point of the curve is of the network as it is.
    var isEvaluated = false
    var growthEnd: GrowthStopReason?
    var end: TrainingStopReason?

    package init(statisticsCounts: [Int], seed: UInt64) {
      self.statisticsCounts = statisticsCounts
      fruitlessSearches = statisticsCounts.map { _ in 0 }
      rests = fruitlessSearches
      // Another sequence than that of the batches, which begins at the seed itself.
      var mixed = SeededGenerator(seed: ~seed)
      generator = mixed.next()
    }

    /// Whether it ended because it is as good as it should be.
    var reachedTarget: Bool { end == .accuracy || end == .loss }

    /// The layers of a growth that begins: all but those that rest, or all where all would.
    ///
    /// A layer whose searches find nothing again and again is left out of the next growth, then of the
    /// next three, then of seven: a search without result costs most.
    package mutating func takeLayers(of layers: [Int]) -> [Int] {
      let awake = layers.filter { rests[$0] == 0 }
      for layer in layers where rests[layer] > 0 { rests[layer] -= 1 }
      return awake.isEmpty ? layers : awake
    }

    /// Notes whether a layer's search found neurons.
    package mutating func noteSearch(ofLayer layer: Int, neurons: Int, isExhaustive: Bool) {
      if neurons > 0 {
        fruitlessSearches[layer] = 0
      } else if isExhaustive {
        fruitlessSearches[layer] = min(fruitlessSearches[layer] + 1, Self.mostFruitless)
        rests[layer] = 1 << (fruitlessSearches[layer] - 1) - 1
      }
    }

    private static let mostFruitless = 4

    enum Task: Equatable, Sendable, Codable {
      case evaluate
      case grow(layer: Int)
      case closeGrowth
      case end(TrainingStopReason)
    }

    struct Elapsed: Equatable, Sendable, Codable {
      var steps = 0
      var seconds = 0.0

      mutating func add(steps: Int, seconds: Double) {
        self.steps += steps
        self.seconds += seconds
      }
    }

    struct Mean: Equatable, Sendable, Codable {
      var sum = 0.0
      var count = 0
    }
  }
}
