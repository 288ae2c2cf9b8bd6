/// How a network is trained and grown on the fly.
///
/// What is not changed is the experiment of the paper (Verbockhaven et al. 2024, arXiv:2405.19816,
/// section 4 and appendix C), but for the intervals, which depend on the machine there.
public struct GrowingOptions: Equatable, Sendable, Codable {
  /// Optimizer, batch and seed of the training between growths.
  public var training: TrainingOptions
  /// From one growth to the next; `nil` for no growth by itself.
  public var growthInterval: Interval?
  /// How new neurons are made.
  public var neurons = NeuronSource.sequential
  /// The hidden layers that grow, counted from 0, in their order; `nil` for all, from the first on.
  public var layers: [Int]?
  /// At most so many neurons for a layer in one growth; `nil` for as many as there are.
  public var neuronLimit: Int?
  /// τ: of a growth by `sequential`, only the neurons of λ² > τ.
  public var threshold: Double?
  /// How many samples the neurons of a layer are found on.
  public var statistics = StatisticsSize.paper()
  /// Whether neurons found by `sequential` or at random are only added if they lower the loss of
  /// samples they were not found on, beyond `GrowingTrainer.significance` standard errors, as those of
  /// a diagnosis always are.
  public var requiresSignificance = false
  /// Whether the weights are changed by growths alone, one after the other: by new neurons and the
  /// best updates δW* beside them.
  public var omitsGradientDescent = false
  /// How many blocks of samples a diagnosis works on at once; its last bits depend on it.
  public var workers = 1
  /// When it ends.
  public var limits = GrowingLimits()
  /// From one point of the curve to the next; `nil` for points at the start, around growths and at the
  /// end alone.
  public var evaluationInterval: Interval?
  /// Whether the curve has a point right before and right after each growth.
  public var evaluatesGrowths = true
  /// The training loss of the curve is that of at most so many samples, spread evenly; `nil` for all.
  public var evaluatedTrainingSamples: Int?
  /// An event `trained` comes every so many steps.
  public var progressSteps = 50

  /// The paper's options: Adam with a learning rate of 1e-4 on batches of 100.
  public init(
    training: TrainingOptions,
    growthInterval: Interval? = nil
  ) {
    self.training = training
    self.growthInterval = growthInterval
  }

  /// Adam(1e-4) on batches of 100, as in the paper.
  public init(seed: UInt64, growthInterval: Interval? = nil) {
    self.init(
      training: TrainingOptions(
        optimizer: .adam(learningRate: 1e-4), batchSize: 100, seed: seed),
      growthInterval: growthInterval)
  }
}

/// Between two things that are done again and again.
public enum Interval: Equatable, Sendable, Codable {
  /// So many steps of the optimizer, at least one.
  case steps(Int)
  /// So many seconds of training by the caller's clock, in which neither growths nor evaluations
  /// count. What is done by a clock is not the same in another run.
  case seconds(Double)
}

/// How the neurons of a growth are made.
public enum NeuronSource: String, CaseIterable, Sendable, Codable {
  /// The paper's: δW*, then the best linear neurons for what it leaves over, each with its own line
  /// search (sections 3.1 to 3.3).
  case sequential
  /// Linear neurons and weight update together, by a diagnosis of the batch.
  case joint
  /// Judged by what they exactly gain through their activation on a fifth of the batch, by a diagnosis
  /// of the batch. Costs many times as much as `sequential`.
  case activationAware = "activation-aware"
  /// GradMax: zero now, with the largest gradient.
  case gradmax
  /// Copies that share their original's fan-out.
  case net2wider
  /// Of random fan-in and fan-out, with a line search for the amplitude (appendix C.4); where none
  /// lowers the loss, without fan-out.
  case random
  /// Of random fan-in, and without fan-out.
  case silent

  /// Whether a diagnosis of the batch makes them.
  var isOfDiagnosis: Bool { self == .joint || self == .activationAware }

  /// Whether it needs to be told how many neurons to make.
  public var needsLimit: Bool { [.net2wider, .random, .silent].contains(self) }
}

/// On how many samples the neurons of a layer are found.
public enum StatisticsSize: Equatable, Sendable, Codable {
  /// As many as `start` at first; after each growth of all layers, √max(width below, width above)
  /// times as many (appendix C), with the widths after it. At most `limit`, or all there are.
  case paper(start: Int = 100, limit: Int? = nil)
  /// As many as `start` at first, and twice as many as long as the standard error of what the step
  /// gains on as many other samples is more than `relativeError` of that gain; at most `limit`, or
  /// half of all there are. A layer goes on with what it needed. The other samples also shorten a step
  /// that is too long for them, or refuse it.
  case errorBars(start: Int = 100, relativeError: Double = 0.2, limit: Int? = nil)
  /// Always as many.
  case fixed(Int)

  /// The first number of samples.
  var start: Int {
    switch self {
    case .paper(let start, _), .errorBars(let start, _, _), .fixed(let start): max(1, start)
    }
  }

  /// The largest number, of so many samples, for neurons of a source.
  func limit(of sampleCount: Int, for source: NeuronSource) -> Int {
    switch self {
    case .paper(_, let limit): max(1, min(limit ?? sampleCount, sampleCount))
    case .errorBars(_, _, let limit):
      // A diagnosis keeps samples to judge by itself; the others need as many again.
      max(
        1,
        min(
          limit ?? sampleCount,
          source.isOfDiagnosis ? sampleCount : sampleCount - sampleCount / 2))
    case .fixed(let count): max(1, min(count, sampleCount))
    }
  }
}

/// When growing training ends, whichever comes first.
///
/// Without a limit of steps, epochs or seconds it ends one growth interval after the growth has.
public struct GrowingLimits: Equatable, Sendable, Codable {
  /// Steps of the optimizer.
  public var steps: Int?
  /// Times all samples were used.
  public var epochs: Double?
  /// Seconds of training and growing by the caller's clock.
  public var seconds: Double?
  /// Ends when a point of the curve reaches this accuracy, on the held-out samples if there are any.
  public var accuracy: Double?
  /// Ends when a point of the curve reaches this loss, likewise.
  public var loss: Double?
  /// No growth makes the network have more weights and biases.
  public var parameters: Int?
  /// After so many growths of all layers no more follow.
  public var growths: Int?
  /// Whether growth ends when no layer gains a neuron in `patience` growths one after the other, sought
  /// on as many samples as there may be.
  public var endsWithoutGain = true
  /// So many: each looks at other samples, or at the same ones split another way.
  public var patience = 2

  /// No limits, unless told otherwise.
  public init(
    steps: Int? = nil, epochs: Double? = nil, seconds: Double? = nil, accuracy: Double? = nil,
    loss: Double? = nil, parameters: Int? = nil, growths: Int? = nil
  ) {
    self.steps = steps
    self.epochs = epochs
    self.seconds = seconds
    self.accuracy = accuracy
    self.loss = loss
    self.parameters = parameters
    self.growths = growths
  }
}
