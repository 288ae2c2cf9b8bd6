public import LinearAlgebra

/// Samples in memory.
public struct ArraySamples: SampleSource, Equatable {
  /// samples × features.
  public var inputs: Matrix<Float>
  /// One row or label per sample.
  public var targets: Targets<Float>
  /// The weight of each sample; `nil` if all weights are 1.
  public var weights: [Double]?
  /// The group each sample belongs to; `nil` if there are none.
  public var groups: [UInt64]?
  /// The number of leading features that identify samples with the same inputs.
  public var identifyingCount: Int

  /// Samples with their targets.
  ///
  /// - Parameters:
  ///   - inputs: samples × features.
  ///   - targets: one row or label per sample.
  ///   - weights: finite numbers of 0 or more, one for each sample.
  ///   - groups: one for each sample.
  ///   - identifyingCount: the features that tell equal samples, the first so many; `nil` for all.
  public init(
    inputs: Matrix<Float>, targets: Targets<Float>, weights: [Double]? = nil,
    groups: [UInt64]? = nil, identifyingCount: Int? = nil
  ) {
    precondition(
      inputs.rows == targets.sampleCount, "\(inputs.rows) samples, \(targets.sampleCount) targets")
    precondition(
      weights.map { $0.count == inputs.rows && $0.allSatisfy { $0 >= 0 && $0.isFinite } } ?? true,
      "weights are finite numbers of 0 or more, one for each sample")
    precondition(
      groups.map { $0.count == inputs.rows } ?? true, "groups of \(groups?.count ?? 0) samples")
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
    self.groups = groups
    self.identifyingCount = identifyingCount ?? inputs.columns
  }

  /// The number of samples.
  public var sampleCount: Int { inputs.rows }
  /// The number of features.
  public var inputCount: Int { inputs.columns }

  /// Copies some samples.
  public func read(_ range: Range<Int>, into block: inout Matrix<Float>) -> Targets<Float> {
    let rows = Array(range)
    block = inputs.selectingRows(rows)
    return targets.selecting(rows)
  }

  /// The weights of some samples.
  public func readWeights(_ range: Range<Int>) -> [Double]? { weights.map { Array($0[range]) } }

  /// The groups of some samples.
  public func readGroups(_ range: Range<Int>) -> [UInt64]? { groups.map { Array($0[range]) } }
}
