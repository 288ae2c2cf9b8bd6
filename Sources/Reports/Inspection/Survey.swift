/// What an HDF5 file holds that is no model to be diagnosed as it stands.
public struct Survey: Sendable {
  /// The file.
  public let path: String
  /// What it is, in words.
  public let kind: String
  /// Its datasets, some of them.
  public let datasets: [Dataset]
  /// Whether there are more.
  public let isShortened: Bool
  /// What a diagnosis lacks, in whole sentences.
  public let missing: [String]

  /// What a file holds.
  public init(
    path: String, kind: String, datasets: [Dataset], isShortened: Bool, missing: [String]
  ) {
    self.path = path
    self.kind = kind
    self.datasets = datasets
    self.isShortened = isShortened
    self.missing = missing
  }

  /// One dataset of the file.
  public struct Dataset: Equatable, Sendable {
    /// Where it is.
    public let path: String
    /// Its dimensions.
    public let shape: [Int]
    /// What its elements are, or why it cannot be read.
    public let content: String
    /// What it was taken for, if for anything.
    public let role: String?

    /// What is said of a dataset.
    public init(path: String, shape: [Int], content: String, role: String?) {
      self.path = path
      self.shape = shape
      self.content = content
      self.role = role
    }
  }
}
