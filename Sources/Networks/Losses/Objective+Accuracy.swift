public import LinearAlgebra

extension Objective {
  /// How many samples the network answers rightly, for a loss of classes.
  ///
  /// Categorical: the largest output is the class, the first where several are. Binary: each output
  /// above 1/2 (a logit above 0) is a one; a sample counts by the share of its outputs that are
  /// right, as Keras's `binary_accuracy`.
  ///
  /// - Parameters:
  ///   - preactivations: a_L, samples × outputs.
  ///   - targets: of the same samples.
  ///   - weights: how much each sample counts; `nil` for 1.
  /// - Returns: a number in `0...samples`, or up to the sum of the weights; `nil` where the loss does
  ///   not speak of classes.
  public func correctCount(
    preactivations: Matrix<Scalar>, targets: Targets<Scalar>, weights: [Double]? = nil
  ) -> Double? {
    guard let link = loss.link else { return nil }
    precondition(
      targets.sampleCount == preactivations.rows,
      "\(targets.sampleCount) targets for \(preactivations.rows) samples")
    let predictions = predictions(preactivations: preactivations)
    if link == .softmax {
      let classes = predictions.largestColumns()
      let truths =
        switch targets {
        case .labels(let labels): labels
        case .values(let values): values.largestColumns()
        }
      guard let weights else { return Double(zip(classes, truths).count { $0 == $1 }) }
      return weights.indices.reduce(0) { $0 + (classes[$1] == truths[$1] ? weights[$1] : 0) }
    }
    guard case .values(let truths) = targets, truths.columns == outputs else {
      preconditionFailure("targets that are not samples × \(outputs)")
    }
    let threshold = binaryThreshold
    func rightCount(_ places: Range<Int>) -> Double {
      Double(
        matchCount(predictions.storage, truths.storage, in: places, threshold: threshold))
    }
    guard let weights else { return rightCount(predictions.storage.indices) / Double(outputs) }
    return weights.indices.reduce(0) { sum, row in
      sum + weights[row] * rightCount((row * outputs)..<((row + 1) * outputs)) / Double(outputs)
    }
  }

  /// Above it a binary output says one: 0 for a logit, 1/2 for a probability.
  var binaryThreshold: Scalar {
    loss == loss.ofLogits && innerStages.count == stages.count ? 0 : 0.5
  }
}

/// How many binary labels at some places agree with an output being above the threshold.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func matchCount<Scalar: BLASScalar>(
  _ outputs: [Scalar], _ labels: [Scalar], in places: Range<Int>, threshold: Scalar
) -> Int {
  var count = 0
  for index in places where labels[index] == (outputs[index] > threshold ? 1 : 0) {
    count += 1
  }
  return count
}

extension Matrix {
  /// The column of the largest number of each row, the first of equals.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func largestColumns() -> [Int] {
    var largestColumns = [Int](repeating: 0, count: rows)
    for row in 0..<rows {
      var largest = 0
      for column in 1..<columns where self[row, column] > self[row, largest] { largest = column }
      largestColumns[row] = largest
    }
    return largestColumns
  }
}
