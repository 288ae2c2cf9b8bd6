import Networks

/// A model that was written, as it was read back before it took its place.
public struct WrittenModel: Sendable {
  /// The model in the file; its `path` is the file's final one.
  public let model: LoadedModel
  /// The notes on parts that were changed or left out beside the weights, in whole sentences.
  public let notes: [String]
}
