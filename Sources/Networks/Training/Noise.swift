/// A change of each number x of a sample by a layer that acts in training alone.
package enum Noise: Equatable, Sendable {
  /// Dropout: 0 with probability `rate`, else `x / (1 − rate)`.
  case dropout(rate: Double)
  /// GaussianDropout: `x (1 + s z)` with z standard normal and s² = rate / (1 − rate).
  case gaussianDropout(rate: Double)
  /// GaussianNoise: `x + deviation · z`.
  case gaussian(deviation: Double)
}
