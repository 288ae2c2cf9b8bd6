public import Networks

/// Where samples are, as far as a user says.
public struct SampleOptions: Sendable {
  /// The files that hold the samples, read as one in the order of their names, and patterns for such,
  /// as in `shards/*.h5`; none for the model's own file.
  public var data: [String]
  /// The dataset of the inputs, `PATH` or, in a file of its own, `FILE:PATH`; `nil` for the only one
  /// of a known name.
  public var inputs: String?
  /// The dataset of the targets, as for the inputs.
  public var targets: String?
  /// How much the samples count.
  public var sampleWeights: SampleWeightChoice
  /// The dataset that says which samples belong together, as `inputs`; `nil` for none.
  public var groups: String?
  /// A file of samples that are held out, or a pattern for several; `nil` for `/validation` beside the samples, if it is there.
  public var validation: String?
  /// The dataset of the inputs held out, as `inputs`; `nil` for the one of a known name.
  public var validationInputs: String?
  /// The dataset of the held-out targets, as `inputs`; `nil` for the one of a known name.
  public var validationTargets: String?
  /// The loss; `nil` for the model's own.
  public var loss: Loss?

  /// Options that leave everything to be found.
  public init(
    data: [String] = [], inputs: String? = nil, targets: String? = nil,
    sampleWeights: SampleWeightChoice = .found, groups: String? = nil, validation: String? = nil,
    validationInputs: String? = nil, validationTargets: String? = nil, loss: Loss? = nil
  ) {
    self.data = data
    self.inputs = inputs
    self.targets = targets
    self.sampleWeights = sampleWeights
    self.groups = groups
    self.validation = validation
    self.validationInputs = validationInputs
    self.validationTargets = validationTargets
    self.loss = loss
  }
}
