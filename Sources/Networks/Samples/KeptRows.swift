/// A few neighbouring samples that have been kept of many.
package struct KeptRows: Equatable, Sendable {
  /// Where the first of them stands.
  package let first: Int
  /// Whether they are of the validation source.
  package let fromValidation: Bool
  package let samples: ArraySamples

  /// Samples from a row on.
  package init(first: Int, fromValidation: Bool, samples: ArraySamples) {
    (self.first, self.fromValidation, self.samples) = (first, fromValidation, samples)
  }
}
