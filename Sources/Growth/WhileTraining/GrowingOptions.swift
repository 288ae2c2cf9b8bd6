/// The options of training and growing a network at the same time.
///
/// The defaults are the experiment of the paper (Verbockhaven et al. 2024, arXiv:2405.19816,
/// section 4 and appendix C), except for the intervals, which depend on the machine there.
public struct GrowingOptions: Equatable, Sendable, Codable {
  /// Optimizer, batch and seed of the training between growths.
  public var training: TrainingOptions
  /// The interval between growths; `nil` for no growth by itself.
  package var growthInterval: Interval?
  /// How new neurons are made.
  package var neurons = NeuronSource.sequential
  /// The hidden layers that grow, counted from 0, in their order; `nil` for all, from the first on.
  public var layers: [Int]?
  /// The largest number of neurons for a layer in one growth; `nil` for no limit.
  public var neuronLimit: Int?
  /// τ: of a growth by `sequential`, only the neurons of λ² > τ.
  public var threshold: Double?
  /// How many samples the neurons of a layer are found on.
  package var statistics = StatisticsSize.paper()
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
  /// The interval between points of the curve; `nil` for points at the start, around growths and at
  /// the end alone.
  package var evaluationInterval: Interval?
  /// Whether the curve has a point right before and right after each growth.
  public var evaluatesGrowths = true
  /// The training loss of the curve is taken over at most this many samples, spread evenly; `nil` for all.
  public var evaluatedTrainingSamples: Int?
  /// The number of steps between two events `trained`.
  public var progressSteps = 50

  /// The paper's options: Adam with a learning rate of 1e-4 on batches of 100.
  package init(
    training: TrainingOptions,
    growthInterval: Interval? = nil
  ) {
    self.training = training
    self.growthInterval = growthInterval
  }

  /// Adam(1e-4) on batches of 100, as in the paper.
  package init(seed: UInt64, growthInterval: Interval? = nil) {
    self.init(
      training: TrainingOptions(
        optimizer: .adam(learningRate: 1e-4), batchSize: 100, seed: seed),
      growthInterval: growthInterval)
  }
}
