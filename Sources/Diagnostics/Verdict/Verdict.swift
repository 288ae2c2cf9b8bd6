/// What a diagnosis comes to, and why.
public struct Verdict: Equatable, Sendable {
  /// The kind; `nil` where what decides was not looked for.
  public let kind: VerdictKind?
  /// Why.
  public let cause: VerdictCause
  /// The hidden layer to widen, counted from 0, of a bottleneck.
  public var layerIndex: Int?
  /// Its name.
  public var layer: String?
  /// How many neurons to add to it; 0 where it is no bottleneck.
  public var neurons = 0
  /// The share of the loss, on the samples that judge, that the neurons take away beyond the next layer's
  /// own update; of the loss above its lowest possible value, where that is not 0. `nil` of all but a
  /// bottleneck.
  public var share: Double?
  /// Whether every hidden layer was looked at.
  public var isOfAllLayers = true
  /// What may have kept training from going further.
  package var hints: [TrainingHint] = []
  /// What other samples or another seed might say instead; `nil` where the verdict is clear.
  public var alternative: VerdictAlternative?
  /// In how many parts all samples have judged the gains, each part neurons that were found without it; `nil`
  /// where the held-out samples alone have.
  public var partCount: Int?
  /// What growing does to the share of right answers, of a bottleneck; `nil` where the loss does not speak
  /// of classes.
  public var accuracy: AccuracyChange?
  /// About how many held-out samples would tell a gain that may be chance from one; `nil` elsewhere.
  public var samplesToTell: Int?

  init(_ kind: VerdictKind?, _ cause: VerdictCause) {
    self.kind = kind
    self.cause = cause
  }
}

/// The shares of right answers, 0...1, before and after growing.
public struct AccuracyChange: Equatable, Sendable {
  /// As the network is.
  public let before: Double
  /// With the suggested neurons, before any training.
  public let after: Double
  /// Whether of the held-out samples, or of those that the neurons were fitted on.
  public let isHeldOut: Bool
}

/// What a verdict was close to.
public struct VerdictAlternative: Equatable, Sendable {
  /// The other kind, or the same where it is between two layers.
  public let kind: VerdictKind
  /// The layer, counted from 0, of a bottleneck.
  public var layerIndex: Int?
  /// Its name.
  public var layer: String?
  /// What its neurons gain, as a share of what those of the verdict's layer do; `nil` where it is not between
  /// two layers.
  public var share: Double?
}
