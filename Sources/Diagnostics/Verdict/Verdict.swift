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
  /// The share of the held-out loss that the neurons take away beyond the next layer's own update; of
  /// the loss above its lowest possible value, where that is not 0. `nil` of all but a bottleneck.
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
  /// About how many held-out samples would tell a gain that may be chance from one; `nil` elsewhere.
  public var samplesToTell: Int?

  init(_ kind: VerdictKind?, _ cause: VerdictCause) {
    self.kind = kind
    self.cause = cause
  }
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
