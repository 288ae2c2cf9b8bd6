/// What an HDF5 file holds that is no model to be diagnosed as it stands.
package struct Survey: Sendable {
  /// The file.
  package let path: String
  /// What it is, in words.
  package let kind: String
  /// Its datasets, some of them.
  package let datasets: [Dataset]
  /// Whether there are more.
  package let isShortened: Bool
  /// What a diagnosis lacks, in whole sentences.
  package let missing: [String]

  /// What a file holds.
  package init(
    path: String, kind: String, datasets: [Dataset], isShortened: Bool, missing: [String]
  ) {
    self.path = path
    self.kind = kind
    self.datasets = datasets
    self.isShortened = isShortened
    self.missing = missing
  }

  /// One dataset of the file.
  package struct Dataset: Equatable, Sendable {
    /// Where it is.
    package let path: String
    /// Its dimensions.
    package let shape: [Int]
    /// What its elements are, or why it cannot be read.
    package let content: String
    /// What it was taken for, if for anything.
    package let role: String?

    /// What is said of a dataset.
    package init(path: String, shape: [Int], content: String, role: String?) {
      self.path = path
      self.shape = shape
      self.content = content
      self.role = role
    }
  }
}
