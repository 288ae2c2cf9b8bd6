package import LinearAlgebra

/// How many samples of each class there are, and how many of them a network answers rightly.
package struct ClassTally: Equatable, Sendable {
  /// The weight of the samples of each class; for binary outputs, of the zeros and of the ones of
  /// each in turn.
  private var totals: [Double]
  /// The weight of those that are answered rightly.
  private var rights: [Double]
  /// How many classes exclude each other: all of a categorical loss, two of a binary output.
  private var alternatives: Int

  /// - Parameters:
  ///   - classes: how many classes exclude each other.
  ///   - questions: how many such choices a sample answers.
  fileprivate init(classes: Int, questions: Int) {
    alternatives = classes
    totals = [Double](repeating: 0, count: classes * questions)
    rights = totals
  }

  fileprivate mutating func add(_ place: Int, _ weight: Double, isRight: Bool) {
    totals[place] += weight
    if isRight { rights[place] += weight }
  }

  /// Adds the counts of other samples.
  package mutating func merge(_ other: ClassTally) {
    precondition(other.totals.count == totals.count, "\(other.totals.count) classes")
    for place in totals.indices {
      totals[place] += other.totals[place]
      rights[place] += other.rights[place]
    }
  }

  /// The mean over the classes of the share of each that is answered rightly, 0...1; of several
  /// binary outputs the mean over them. Classes without a sample are left out; `nil` without any.
  package var balancedAccuracy: Double? {
    let shares = questions.compactMap { places -> Double? in
      let present = places.filter { totals[$0] > 0 }
      guard !present.isEmpty else { return nil }
      return present.reduce(0) { $0 + rights[$1] / totals[$1] } / Double(present.count)
    }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  /// The share of the samples that are of the most frequent class, 0...1; of several binary outputs
  /// the mean over them.
  package var largestClassShare: Double? {
    let shares = questions.compactMap { places -> Double? in
      let all = places.reduce(0) { $0 + totals[$1] }
      return all > 0 ? (places.map { totals[$0] }.max() ?? 0) / all : nil
    }
    return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }

  /// How many classes have samples, of the question that has most.
  package var presentClassCount: Int {
    questions.map { places in places.count { totals[$0] > 0 } }.max() ?? 0
  }

  private var questions: [Range<Int>] {
    stride(from: 0, to: totals.count, by: alternatives).map { $0..<$0 + alternatives }
  }
}

extension ClassTally: Portable {
  package mutating func carry(in stream: inout NumberStream) {
    let (count, classes) = (totals.count, alternatives)
    stream.carry(&totals, counting: [count])
    stream.carry(&rights, counting: [count])
    stream.carry(&alternatives)
    if alternatives != classes { stream.refuse() }
    alternatives = classes
  }
}

extension Objective {
  /// The counts of no samples; `nil` where the loss does not speak of classes.
  package var noClasses: ClassTally? {
    loss.link.map { link in
      link == .softmax
        ? ClassTally(classes: outputs, questions: 1) : ClassTally(classes: 2, questions: outputs)
    }
  }

  /// Counts the samples of each class, and the right answers among them, as `correctCount` does.
  ///
  /// - Parameters:
  ///   - predictions: the network's answers, samples × outputs.
  ///   - targets: of the same samples.
  ///   - rows: which of them.
  ///   - weights: how much each sample counts; `nil` for 1.
  /// - Returns: `nil` where the loss does not speak of classes.
  package func classTally(
    predictions: Matrix<Scalar>, targets: Targets<Scalar>, rows: Range<Int>, weights: [Double]?
  ) -> ClassTally? {
    guard let link = loss.link, var tally = noClasses else { return nil }
    guard link == .softmax else {
      return binaryTally(predictions, targets, rows, weights)
    }
    for row in rows {
      let truth =
        switch targets {
        case .labels(let labels): labels[row]
        case .values(let values): values.largestColumn(ofRow: row)
        }
      tally.add(
        truth, weights?[row] ?? 1, isRight: predictions.largestColumn(ofRow: row) == truth)
    }
    return tally
  }

  private func binaryTally(
    _ predictions: Matrix<Scalar>, _ targets: Targets<Scalar>, _ rows: Range<Int>,
    _ weights: [Double]?
  ) -> ClassTally? {
    guard case .values(let truths) = targets, truths.columns == outputs else { return nil }
    var tally = ClassTally(classes: 2, questions: outputs)
    for row in rows {
      for column in 0..<outputs {
        let truth = truths[row, column]
        // Soft labels are of no class.
        guard truth == 0 || truth == 1 else { continue }
        let answer: Scalar = predictions[row, column] > binaryThreshold ? 1 : 0
        tally.add(2 * column + (truth == 1 ? 1 : 0), weights?[row] ?? 1, isRight: answer == truth)
      }
    }
    return tally
  }
}

extension Matrix {
  /// The column of the largest number of a row, the first of equals.
  fileprivate func largestColumn(ofRow row: Int) -> Int {
    var largest = 0
    for column in 1..<columns where self[row, column] > self[row, largest] { largest = column }
    return largest
  }
}
