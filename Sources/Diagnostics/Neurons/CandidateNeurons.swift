import LinearAlgebra
import Networks

/// Fan-ins to try for new neurons of one layer, in families that differ by how they were found.
struct CandidateNeurons: Sendable {
  /// α, one candidate per column, for the moments' inputs.
  let fanIn: Matrix<Double>
  /// The columns of each family.
  let families: [(family: CandidateFamily, columns: Range<Int>)]

  /// Candidates of the given fan-in.
  ///
  /// - Parameters:
  ///   - families: the fan-ins of each family.
  ///   - rows: inputs of the layer, and one more with a bias.
  init(_ families: [(family: CandidateFamily, fanIns: [[Double]])], rows: Int) {
    var columns: [[Double]] = []
    self.families = families.compactMap { family, fanIns in
      guard !fanIns.isEmpty else { return nil }
      columns += fanIns
      return (family, (columns.count - fanIns.count)..<columns.count)
    }
    fanIn = Matrix(rows: rows, columns: columns.count) { columns[$1][$0] }
  }

  /// The leading directions of every ridge, and random ones, each with a preactivation of mean 0 and
  /// standard deviation 1, and with both signs where the unit's function is not odd.
  ///
  /// - Parameters:
  ///   - moments: the averages around layer l.
  ///   - covariance: of layer l's inputs.
  ///   - paper: the neurons of the paper's solve, whose directions are those without a ridge.
  ///   - residualCrossMoment: N, (inputs + 1) × outputs of layer l + 1.
  ///   - function: of a unit of layer l.
  ///   - ridges: those that are tried.
  ///   - limit: the largest number of directions in a family.
  ///   - seed: of the random directions.
  /// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
  init(
    of moments: LayerMoments, covariance: InputCovariance, paper: NewNeurons,
    residualCrossMoment: Matrix<Double>, function: UnitFunction, ridges: [Double], limit: Int,
    seed: UInt64
  ) async throws {
    @Sendable func bothSigns(_ directions: Matrix<Double>) -> [[Double]] {
      covariance.fanInsOfUnitDeviation(directions).compactMap { $0 }.flatMap { fanIn in
        function.isOdd ? [fanIn] : [fanIn, fanIn.map { -$0 }]
      }
    }
    let centred = covariance.centred(residualCrossMoment)
    var families: [(family: CandidateFamily, fanIns: [[Double]])] = []
    // Each ridge is a factorization.
    families += try await concurrentMap(ridges) { ridge in
      // Without a ridge the unit of an input must not matter, so the cut is on S scaled to unit
      // diagonal, as in the paper's solve.
      let directions =
        ridge == 0
        ? paper.fanIn.selectingRows(Array(0..<covariance.inputCount))
        : try covariance.leadingDirections(of: centred, ridge: ridge, limit: limit)
      let kept = 0..<min(limit, directions.columns)
      return (.linear(ridge: ridge), bothSigns(directions.selectingColumns(kept)))
    }
    var random = SeededGenerator(seed: seed)
    let directions = Matrix<Double>(rows: limit, columns: covariance.inputCount) { _, _ in
      Double.random(in: -1...1, using: &random)
    }
    families.append((.random, bothSigns(directions.transposed())))
    self.init(families, rows: moments.secondMoment.order)
  }
}

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
