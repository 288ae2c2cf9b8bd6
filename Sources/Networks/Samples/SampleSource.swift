public import LinearAlgebra

/// Samples that can be read block by block, as often as a diagnosis needs.
///
/// Readers of files implement it; so can arrays in memory. Blocks may be asked for from several
/// tasks at once.
public protocol SampleSource: Sendable {
  /// The number of samples.
  var sampleCount: Int { get }
  /// The number of features of a sample, flattened.
  var inputCount: Int { get }

  /// Reads some samples.
  ///
  /// - Parameters:
  ///   - range: rows, within `0..<sampleCount`.
  ///   - inputs: set to `range.count × inputCount`.
  /// - Returns: the targets of the same rows.
  /// - Throws: the reader's own error, when the file cannot be read or holds a number that is not
  ///   finite.
  func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float>

  /// Reads how much some samples count in every mean.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: a finite number ≥ 0 for each row, of which only the ratios matter: a sample of weight
  ///   2 counts as if it were there twice, one of weight 0 as if it were not there. `nil` if all
  ///   samples of the source count alike.
  /// - Throws: as `read`.
  func readWeights(_ range: Range<Int>) throws -> [Double]?

  /// Reads which samples belong together.
  ///
  /// - Parameter range: rows, within `0..<sampleCount`.
  /// - Returns: a number for each row, the same for rows of one group, which must not be held out in
  ///   part; `nil` if the source knows no groups.
  /// - Throws: as `read`.
  func readGroups(_ range: Range<Int>) throws -> [UInt64]?

  /// The number of leading features that identify samples with the same inputs.
  var identifyingCount: Int { get }
}

extension SampleSource {
  /// All samples count alike.
  public func readWeights(_ range: Range<Int>) throws -> [Double]? { nil }

  /// No samples belong together.
  public func readGroups(_ range: Range<Int>) throws -> [UInt64]? { nil }

  /// All features.
  public var identifyingCount: Int { inputCount }
}
