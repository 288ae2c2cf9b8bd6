import Networks

/// What a person may choose about a diagnosis.
public struct DiagnosisOptions: Sendable {
  /// How the suggested neurons are found.
  public var solver: Solver
  /// At most so many neurons for a layer.
  public var neuronLimit: Int
  /// The hidden layers to look at, counted from 0; `nil` for all.
  public var layers: [Int]?
  /// The number of blocks of samples worked on at once.
  public var workers: Int
  /// Layers that get so many neurons, counted from 0, whether or not that gains anything.
  public var counts: [Int: Int] = [:]
  /// Layers that get so many neurons, counted from 0, but those that are suggested where these are as
  /// many: a search for a given number refines other candidates.
  package var countsUnlessSuggested: [Int: Int] = [:]
  /// At most so many neurons for some layers, counted from 0, where that is fewer than `neuronLimit`.
  public var limits: [Int: Int] = [:]
  /// τ: every layer gets the paper's neurons of λ² > τ and no others, whether or not they gain
  /// anything on held-out samples; for the paper's solver.
  public var threshold: Double?
  /// Whether to look for neurons; without, one pass over the samples finds Ψ and λ of every layer.
  public var seeksNeurons = true
  /// Whether the activation-aware solver refines its candidates by ascent on the exact gain.
  public var refines = true
  /// Whether a gain that the held-out samples leave in doubt is judged again by all samples, in parts:
  /// each part by neurons that were found without it. Where samples are few, that is.
  public var judgesInParts = true
  /// How much the search for neurons tries.
  package var effort = SearchEffort.report
  /// Of the random candidates.
  public var seed: UInt64
  /// Whether to find the lack of expressivity of the whole network; `nil` for where it costs no more
  /// than the rest.
  public var networkLack: Bool?
  /// Whether to find the lack of each hidden layer over all weights up to it; costs as much again
  /// for each.
  public var upstreamLack = false
  /// The error of these lacks that is good enough, as a share of D. A tenth of it costs three to
  /// four times as many iterations.
  public var lackTolerance = 0.005
  /// Whether the first pass, of which Ψ and λ are algebra, is in double precision; `nil` for where that
  /// costs next to nothing.
  public var collectsInDouble: Bool?
  /// What the verdict asks of a gain, and what it may take the held-out samples for.
  package var criteria = VerdictCriteria()
  /// At most so many iterations for these lacks, each a pass over the samples; `nil` for as many as
  /// `NetworkLackBudget` allows.
  public var lackIterationLimit: Int?

  /// The defaults, but for the number of workers: one per core is best.
  public init(
    solver: Solver = .activationAware, neuronLimit: Int = 32, layers: [Int]? = nil,
    workers: Int, seed: UInt64 = 0
  ) {
    self.solver = solver
    self.neuronLimit = neuronLimit
    self.layers = layers
    self.workers = workers
    self.seed = seed
  }
}
