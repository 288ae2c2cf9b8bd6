public import LinearAlgebra

/// What a network should have answered, one row or one label per sample.
public enum Targets<Scalar: BLASScalar>: Equatable, Sendable {
  /// A class per sample, counted from 0.
  case labels([Int])
  /// Numbers, `samples × outputs`: regression targets, one-hot rows, binary labels.
  case values(Matrix<Scalar>)

  /// The number of samples.
  public var sampleCount: Int {
    switch self {
    case .labels(let labels): labels.count
    case .values(let values): values.rows
    }
  }
}

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
}

extension SampleSource {
  /// All samples count alike.
  public func readWeights(_ range: Range<Int>) throws -> [Double]? { nil }
}

extension Targets {
  /// The same targets in another precision.
  public init<Other>(_ other: Targets<Other>) {
    switch other {
    case .labels(let labels): self = .labels(labels)
    // A cast, not a copy, where the precision is already this one.
    case .values(let values): self = .values(values as? Matrix<Scalar> ?? Matrix(values))
    }
  }

  /// The targets of some samples, in the given order.
  public func selecting(_ samples: [Int]) -> Targets {
    switch self {
    case .labels(let labels): .labels(samples.map { labels[$0] })
    case .values(let values): .values(values.selectingRows(samples))
    }
  }
}

extension Targets where Scalar == Float {
  /// The targets of one part after the other; all parts are of one kind and width.
  public init(joining parts: [Targets]) {
    var labels: [Int] = []
    var numbers: [Float] = []
    var columns: Int?
    var rows = 0
    for part in parts {
      switch part {
      case .labels(let more): labels += more
      case .values(let more):
        numbers += more.storage
        columns = more.columns
        rows += more.rows
      }
    }
    if let columns {
      self = .values(Matrix(rows: rows, columns: columns, storage: numbers))
    } else {
      self = .labels(labels)
    }
  }
}
