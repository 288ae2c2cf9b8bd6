internal import RealModule
public import LinearAlgebra

extension Activation {
  /// Whether each output depends on the whole row; such a function may only end a network.
  public var actsOnRows: Bool {
    switch self {
    case .softmax, .logSoftmax, .sparsemax: true
    default: false
    }
  }

  /// Whether what it gives are numbers from 0 to 1, which a loss of probabilities can take.
  public var givesProbabilities: Bool { range.lowerBound >= 0 && range.upperBound <= 1 }

  /// Replaces each row by the function of that row.
  ///
  /// sparsemax is Keras's, which differs from Martins & Astudillo's (arXiv:1602.02068): its
  /// threshold sums the cumulative sums of the whole support, so its rows need not sum to 1. A
  /// network trained with it computes this function.
  ///
  /// - Parameter rows: samples × outputs.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func applyRows<Scalar: BLASScalar>(to rows: inout Matrix<Scalar>) {
    let width = rows.columns
    for start in stride(from: 0, to: rows.rows * width, by: width) {
      let row = start..<start + width
      switch self {
      case .softmax:
        var largest = rows.storage[start]
        for index in row { largest = max(largest, rows.storage[index]) }
        var sum: Scalar = 0
        for index in row {
          let power = Scalar.exp(rows.storage[index] - largest)
          rows.storage[index] = power
          sum += power
        }
        for index in row { rows.storage[index] /= sum }
      case .logSoftmax:
        var largest = rows.storage[start]
        for index in row { largest = max(largest, rows.storage[index]) }
        var sum: Scalar = 0
        for index in row { sum += Scalar.exp(rows.storage[index] - largest) }
        let shift = Scalar.log(sum)
        // In this order: the shift may be far below the rounding of the largest.
        for index in row { rows.storage[index] = (rows.storage[index] - largest) - shift }
      case .sparsemax:
        let threshold = sparsemaxSupport(of: rows.storage[row]).threshold
        for index in row { rows.storage[index] = max(rows.storage[index] - threshold, 0) }
      default: preconditionFailure("\(name) acts on each unit alone")
      }
    }
  }

  /// Replaces each row g of `gradients`, the derivatives of a loss by this function's outputs, by
  /// the derivatives by its inputs.
  ///
  ///     softmax: p ∘ (g − ⟨g, p⟩)      log_softmax: g − p Σg
  ///
  /// - Parameters:
  ///   - gradients: samples × outputs.
  ///   - inputs: what `applyRows(to:)` was given, of the same shape.
  ///   - outputs: what `applyRows(to:)` made of it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func pullBackRows<Scalar: BLASScalar>(
    _ gradients: inout Matrix<Scalar>, inputs: Matrix<Scalar>, outputs: Matrix<Scalar>
  ) {
    precondition(
      gradients.storage.count == inputs.storage.count
        && gradients.storage.count == outputs.storage.count,
      "\(gradients.rows)×\(gradients.columns) gradients of \(outputs.rows)×\(outputs.columns)")
    let width = gradients.columns
    for start in stride(from: 0, to: gradients.rows * width, by: width) {
      let row = start..<start + width
      switch self {
      case .softmax:
        var mean: Scalar = 0
        for index in row { mean += gradients.storage[index] * outputs.storage[index] }
        for index in row {
          gradients.storage[index] = outputs.storage[index] * (gradients.storage[index] - mean)
        }
      case .logSoftmax:
        var sum: Scalar = 0
        for index in row { sum += gradients.storage[index] }
        for index in row {
          gradients.storage[index] -= Scalar.exp(outputs.storage[index]) * sum
        }
      case .sparsemax:
        var sum: Scalar = 0
        for index in row {
          if outputs.storage[index] > 0 {
            sum += gradients.storage[index]
          } else {
            gradients.storage[index] = 0
          }
        }
        let support = sparsemaxSupport(of: inputs.storage[row]).support
        // The r-th largest of k inputs stands in k − r + 1 of the cumulative sums.
        for (rank, column) in support.enumerated() {
          gradients.storage[start + column] -=
            sum * Scalar(support.count - rank) / Scalar(support.count)
        }
      default: preconditionFailure("\(name) acts on each unit alone")
      }
    }
  }
}

/// The columns of the support in descending order of their inputs, and Keras's threshold.
private func sparsemaxSupport<Scalar: BLASScalar>(
  of row: ArraySlice<Scalar>
) -> (support: [Int], threshold: Scalar) {
  let descending = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
  var support: [Int] = []
  var cumulative: Scalar = 0
  var sum: Scalar = 0
  for (rank, index) in descending.enumerated() {
    cumulative += row[index]
    guard row[index] - (cumulative - 1) / Scalar(rank + 1) > 0 else { break }
    support.append(index - row.startIndex)
    sum += cumulative
  }
  return (support, (sum - 1) / Scalar(support.count))
}
