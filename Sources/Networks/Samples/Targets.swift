public import LinearAlgebra

/// The targets of a network, one row or one label for each sample.
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

extension Targets {
  /// The targets `other`, converted to another precision.
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
