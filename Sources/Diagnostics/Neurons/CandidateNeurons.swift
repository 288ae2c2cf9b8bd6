import LinearAlgebra
import Networks

/// Fan-ins to try for new neurons of one layer, in families that differ by how they were found.
struct CandidateNeurons: Sendable {
  /// α, one candidate per column, for the moments' inputs.
  let fanIn: Matrix<Double>
  /// The columns of each family.
  let families: [(family: CandidateFamily, columns: Range<Int>)]

  /// The ridges that are tried: from the paper's to GradMax's.
  static let ridges: [Double] = [0, 0.1, 1, 10, 100, 1000, .infinity]

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
  ///   - limit: the largest number of directions in a family.
  ///   - seed: of the random directions.
  /// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
  init(
    of moments: LayerMoments, covariance: InputCovariance, paper: NewNeurons,
    residualCrossMoment: Matrix<Double>, function: UnitFunction, limit: Int, seed: UInt64
  ) throws(LinearAlgebraError) {
    func bothSigns(_ directions: Matrix<Double>) -> [[Double]] {
      covariance.fanInsOfUnitDeviation(directions).compactMap { $0 }.flatMap { fanIn in
        function.isOdd ? [fanIn] : [fanIn, fanIn.map { -$0 }]
      }
    }
    let centred = covariance.centred(residualCrossMoment)
    var families: [(family: CandidateFamily, fanIns: [[Double]])] = []
    for ridge in Self.ridges {
      // Without a ridge the unit of an input must not matter, so the cut is on S scaled to unit
      // diagonal, as in the paper's solve.
      let directions =
        ridge == 0
        ? paper.fanIn.selectingRows(Array(0..<covariance.inputCount))
        : try covariance.leadingDirections(of: centred, ridge: ridge, limit: limit)
      let kept = 0..<min(limit, directions.columns)
      families.append((.linear(ridge: ridge), bothSigns(directions.selectingColumns(kept))))
    }
    var random = SeededGenerator(seed: seed)
    let directions = Matrix<Double>(rows: limit, columns: covariance.inputCount) { _, _ in
      Double.random(in: -1...1, using: &random)
    }
    families.append((.random, bothSigns(directions.transposed())))
    self.init(families, rows: moments.secondMoment.order)
  }
}
