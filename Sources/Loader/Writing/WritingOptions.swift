import Networks

/// How a grown model is written.
public struct WritingOptions: Sendable {
  /// Whether a file that is there already is replaced.
  public var overwrite: Bool
  /// Whether the samples a file of the native layout carries, `/data` and `/validation`, go along.
  /// Files of other layouts keep everything that is no part of the model.
  public var withData: Bool
  /// Files that must not be replaced, beside the model's own: those the samples came from.
  public var inputs: [String]
  /// The record that is added to the history in the file.
  public var history: [GrowthRecord]

  /// Options; unless told otherwise, nothing is replaced, and no history is added.
  public init(
    overwrite: Bool = false, withData: Bool = false, inputs: [String] = [],
    history: [GrowthRecord] = []
  ) {
    self.overwrite = overwrite
    self.withData = withData
    self.inputs = inputs
    self.history = history
  }
}
