import Networks

/// A model that was written, as it was read back before it took its place.
public struct WrittenModel: Sendable {
  /// What the file holds; its `path` is the file's final one.
  public let model: LoadedModel
  /// What was changed or left out beside the weights, in whole sentences.
  public let notes: [String]
}
