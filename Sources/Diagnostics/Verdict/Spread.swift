import LinearAlgebra

/// The range and the variance of some columns of numbers.
struct Spread: Sendable {
  private var weight = 0.0
  private var lowest = Double.infinity
  private var highest = -Double.infinity
  private var means: [Double]
  /// Σ w (x − mean)², column by column.
  private var squares: [Double]

  /// That of no rows.
  init(columns: Int) {
    means = [Double](repeating: 0, count: columns)
    squares = means
  }

  mutating func add<Scalar: BLASScalar>(
    _ numbers: Matrix<Scalar>, rows: Range<Int>, weights: [Double]?
  ) {
    precondition(numbers.columns == means.count, "\(numbers.columns) columns")
    for row in rows {
      let rowWeight = weights?[row] ?? 1
      guard rowWeight > 0 else { continue }
      weight += rowWeight
      for column in means.indices {
        let number = Double(numbers[row, column])
        lowest = min(lowest, number)
        highest = max(highest, number)
        let difference = number - means[column]
        means[column] += rowWeight / weight * difference
        squares[column] += rowWeight * difference * (number - means[column])
      }
    }
  }

  mutating func merge(_ other: Spread) {
    guard other.weight > 0 else { return }
    let total = weight + other.weight
    for column in means.indices {
      let difference = other.means[column] - means[column]
      means[column] += difference * (other.weight / total)
      squares[column] +=
        other.squares[column] + difference * difference * (weight * other.weight / total)
    }
    weight = total
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// From the smallest to the largest number; `nil` of none, or of one that is not a number.
  var range: ClosedRange<Double>? { lowest <= highest ? lowest...highest : nil }

  /// The root of the columns' mean variance.
  var deviation: Double {
    guard weight > 0, !squares.isEmpty else { return 0 }
    return (squares.reduce(0, +) / weight / Double(squares.count)).squareRoot()
  }
}

extension Spread: Portable {
  mutating func carry(in stream: inout NumberStream) {
    stream.carry(&weight)
    stream.carry(&lowest)
    stream.carry(&highest)
    stream.carry(&means, counting: [means.count])
    stream.carry(&squares, counting: [means.count])
  }
}
