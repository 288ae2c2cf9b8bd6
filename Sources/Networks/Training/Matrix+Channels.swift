import LinearAlgebra

// Sums over samples, column by column, in double precision. Channels repeat along a row: as the rows
// lie one behind the other, a matrix of several repeats is one of more and shorter rows.

extension Matrix {
  /// The mean of each channel, and its variance around it, divided by the count.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func statistics(channels: Int) -> (means: [Double], variances: [Double]) {
    let count = Double(max(1, storage.count / channels))
    let means = channelSums(channels: channels).map { $0 / count }
    var squares = [Double](repeating: 0, count: channels)
    for start in stride(from: 0, to: storage.count, by: channels) {
      for channel in 0..<channels {
        let deviation = Double(storage[start + channel]) - means[channel]
        squares[channel] += deviation * deviation
      }
    }
    return (means, squares.map { $0 / count })
  }

  /// The sum of each channel, of the elements or of their products with those of another matrix.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func channelSums(channels: Int, times other: Matrix? = nil) -> [Double] {
    precondition(
      other.map { $0.storage.count == storage.count } ?? true, "matrices of unlike shape")
    var sums = [Double](repeating: 0, count: channels)
    for start in stride(from: 0, to: storage.count, by: channels) {
      if let other {
        for channel in 0..<channels {
          sums[channel] +=
            Double(storage[start + channel]) * Double(other.storage[start + channel])
        }
      } else {
        for channel in 0..<channels { sums[channel] += Double(storage[start + channel]) }
      }
    }
    return sums
  }

  /// Replaces this row by the sums of another matrix's columns, of its elements or of their products
  /// with those of a third.
  mutating func setColumnSums(of matrix: Matrix, times other: Matrix? = nil) {
    storage = matrix.channelSums(channels: columns, times: other).map { Scalar($0) }
  }
}
