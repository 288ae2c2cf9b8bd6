/// The distribution of a kernel before training, by Keras's names.
package enum KernelInitializer: Equatable, Sendable {
  /// A variance that depends on the numbers of inputs and units.
  case variance(scale: Double, mode: Mode, shape: Shape)
  /// Numbers of one standard deviation around a mean.
  case normal(mean: Double, deviation: Double)
  /// Numbers between two bounds.
  case uniform(from: Double, to: Double)

  /// The divisor of the variance.
  package enum Mode: Equatable, Sendable {
    /// The number of inputs.
    case fanIn
    /// The number of units.
    case fanOut
    /// The mean of both.
    case fanAverage
  }

  /// The distribution of a given variance.
  package enum Shape: Equatable, Sendable {
    /// Between −√(3 variance) and √(3 variance).
    case uniform
    /// Normal, cut off at two standard deviations.
    case truncatedNormal
    /// Normal.
    case normal
  }

  /// Keras's default for Dense layers: `uniform(±√(6 / (inputs + units)))`.
  package static let glorotUniform = KernelInitializer.variance(
    scale: 1, mode: .fanAverage, shape: .uniform)
  /// Variance 2 / inputs. He et al. 2015 (arXiv:1502.01852), equation 10.
  package static let heNormal = KernelInitializer.variance(
    scale: 2, mode: .fanIn, shape: .truncatedNormal)
}
