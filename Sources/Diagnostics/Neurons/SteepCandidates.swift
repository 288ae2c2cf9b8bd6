import LinearAlgebra
import Networks

extension CandidateNeurons {
  /// The slopes that are tried, as the standard deviation of the preactivation.
  private static let steepDeviations: [Double] = [3, 8]
  private static let steepDirections = 3
  /// How many thresholds there are along each, over this many standard deviations to each side.
  private static let steepThresholds = 24
  private static let steepReach = 2.0

  /// Steep units along some directions, each where another part of the samples is.
  ///
  ///     α = s · (α₁, β₁ + t)      s of the slopes, t even in −2...2, (α₁, β₁) of unit deviation and mean 0
  ///
  /// A target that rises and falls many times while the inputs go from one end to the other correlates
  /// with no unit of unit deviation, nor with its square: such units hardly bend within one period. A sum
  /// of steps can follow it. Units without a scale of their own, as ReLU is, are left out: a slope makes
  /// nothing new of them.
  ///
  /// - Parameters:
  ///   - directions: fan-ins of unit deviation and mean 0.
  ///   - covariance: of the layer's inputs.
  ///   - function: of its units.
  /// - Returns: fan-ins within the bounds of new units; none where the layer has no bias.
  static func steepFanIns(
    along directions: [[Double]], covariance: InputCovariance, function: UnitFunction
  ) -> [[Double]] {
    let distinct = covariance.distinct(directions).prefix(steepDirections)
      .filter { $0.count > covariance.inputCount }
    guard !function.isHomogeneous, !distinct.isEmpty else { return [] }
    let norms = covariance.standardizedSquaredNorms(
      of: Matrix(rows: distinct[0].count, columns: distinct.count) { distinct[$1][$0] })
    return zip(distinct, norms).flatMap { fanIn, squaredNorm in
      let largest = covariance.bounds.norm / squaredNorm.squareRoot()
      let slopes = Set(steepDeviations.map { min($0, largest) }).sorted()
      return slopes.flatMap { slope in
        (0..<steepThresholds).map { step -> [Double] in
          let share = 2 * Double(step) / Double(steepThresholds - 1) - 1
          return fanIn.dropLast().map { slope * $0 }
            + [slope * (fanIn[fanIn.count - 1] + steepReach * share)]
        }
      }
    }
  }
}
