internal import HDF5
internal import LinearAlgebra
internal import Networks

/// Reads targets in the form a loss wants, and checks every one of them.
struct TargetReader: Sendable {
  let dataset: JoinedDataset
  let loss: Loss
  /// The number of the network's outputs.
  let outputs: Int
  /// The number of the first class: 1 where classes are counted from 1 to as many as there are
  /// outputs.
  private(set) var firstClass = 0
  /// Whether 0 and 1 stand for −1 and 1, as Keras takes them in its hinge losses.
  private(set) var isSigned = false
  /// The classes no sample belongs to, where the targets are classes.
  private(set) var absentClasses: [Int] = []

  /// Targets whose shape and numbers fit the loss: all are read once, block by block.
  ///
  /// - Parameters:
  ///   - dataset: the targets, as numbers.
  ///   - loss: what they are for.
  ///   - outputs: the number of the network's outputs.
  ///   - wereWords: whether the numbers stand for words, in their order.
  ///   - firstClass: that of the targets that go with these; `nil` where these tell it.
  /// - Throws: `ModelError` if they cannot be read or do not fit the loss.
  init(
    _ dataset: JoinedDataset, loss: Loss, outputs: Int, wereWords: Bool, firstClass: Int? = nil
  ) throws(ModelError) {
    self.dataset = dataset
    self.loss = loss
    self.outputs = outputs
    if wereWords, !loss.takesClasses { throw failure(.wordsForAmounts(loss: loss.name)) }
    guard dataset.elementType.isNumeric else {
      throw failure(.notNumbers(found: dataset.elementType.description))
    }
    try checkShape()
    if isSparse { self.firstClass = if let firstClass { firstClass } else { try ownFirstClass() } }
    try scan()
  }

  private var isSparse: Bool {
    if case .sparseCategoricalCrossentropy = loss { true } else { false }
  }

  /// The targets of some rows.
  func targets(_ rows: Range<Int>) throws(ModelError) -> Targets<Float> {
    if isSparse { return .labels(try labels(rows)) }
    var storage = try reading { () throws(HDF5Error) in try dataset.floats(rows: rows) }
    if isSigned { for i in storage.indices { storage[i] = 2 * storage[i] - 1 } }
    return .values(Matrix(rows: rows.count, columns: outputs, storage: storage))
  }

  private func checkShape() throws(ModelError) {
    let shape = dataset.shape
    let isOneColumn = shape.count == 1 || (shape.count == 2 && shape[1] == 1)
    if isSparse {
      if isOneColumn { return }
      guard shape.count == 2, shape[1] == outputs else {
        throw failure(
          .targetShape(
            found: shape, expected: "(n,)", loss: loss.name, fitting: fittingLoss))
      }
      throw failure(.oneHotForLabels(found: shape))
    }
    if shape.count == 2 && shape[1] == outputs || isOneColumn && outputs == 1 { return }
    let expected = outputs == 1 ? "(n,) or (n, 1)" : "(n, \(outputs))"
    if case .categoricalCrossentropy = loss, isOneColumn {
      throw failure(.labelsForOneHot(found: shape, expected: expected))
    }
    throw failure(
      .targetShape(found: shape, expected: expected, loss: loss.name, fitting: fittingLoss))
  }

  /// 1 if the labels are 1, …, as many as there are outputs: the last of them can be no class from 0.
  private func ownFirstClass() throws(ModelError) -> Int {
    var (smallest, largest) = (Double.infinity, -Double.infinity)
    let block = 65536
    for first in stride(from: 0, to: dataset.rowCount, by: block) {
      let rows = first..<min(first + block, dataset.rowCount)
      for label in try reading({ () throws(HDF5Error) in try dataset.doubles(rows: rows) }) {
        smallest = min(smallest, label)
        largest = max(largest, label)
      }
    }
    return smallest == 1 && largest == Double(outputs) ? 1 : 0
  }

  private mutating func scan() throws(ModelError) {
    // Enough for the library to be fast, little enough for any memory.
    let block = max(1, 65536 / max(1, dataset.rowWidth))
    var isPresent = [Bool](repeating: false, count: outputs)
    var isBinary = true
    for first in stride(from: 0, to: dataset.rowCount, by: block) {
      let rows = first..<min(first + block, dataset.rowCount)
      if isSparse {
        for label in try labels(rows) { isPresent[label] = true }
        continue
      }
      let values = try reading { () throws(HDF5Error) in try dataset.doubles(rows: rows) }
      for (i, value) in values.enumerated() {
        if !Float(value).isFinite {
          throw dataset.failure(row: first + i / outputs) {
            .notFinite(value: value, row: $0, column: i % outputs)
          }
        }
        if value != 0 {
          isPresent[i % outputs] = true
          if value != 1 { isBinary = false }
        }
      }
      try checkProbabilities(values, firstRow: first)
    }
    switch loss {
    case .hinge, .squaredHinge: isSigned = isBinary
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy, .categoricalHinge:
      absentClasses = isPresent.indices.filter { !isPresent[$0] }
    default: break
    }
  }

  /// A cross-entropy is one only for probabilities; for other rows Keras's gradient is not even that
  /// of its loss.
  private func checkProbabilities(_ values: [Double], firstRow: Int) throws(ModelError) {
    let sumTolerance = 1e-3  // rounding of probabilities kept in 16 bits
    switch loss {
    case .binaryCrossentropy, .categoricalCrossentropy: break
    default: return
    }
    for (i, value) in values.enumerated() where !(0...1).contains(value) {
      throw dataset.failure(row: firstRow + i / outputs) {
        .outsideUnitInterval(value: value, row: $0, column: i % outputs)
      }
    }
    guard case .categoricalCrossentropy = loss else { return }
    for row in 0..<values.count / outputs {
      let sum = values[row * outputs..<(row + 1) * outputs].reduce(0, +)
      if abs(sum - 1) > sumTolerance {
        throw dataset.failure(row: firstRow + row) { .rowSum(sum, row: $0) }
      }
    }
  }

  private func labels(_ rows: Range<Int>) throws(ModelError) -> [Int] {
    if dataset.elementType.isIntegral {
      let labels = try reading { () throws(HDF5Error) in try dataset.integers(rows: rows) }
      if let i = labels.firstIndex(where: { $0 < firstClass || $0 >= outputs + firstClass }) {
        throw badLabel(Double(labels[i]), row: rows.lowerBound + i)
      }
      return labels.map { Int($0) - firstClass }
    }
    let labels = try reading { () throws(HDF5Error) in try dataset.doubles(rows: rows) }
    return try labels.enumerated().map { (i, label) throws(ModelError) in
      guard let class_ = Int(exactly: label),
        (firstClass..<firstClass + outputs).contains(class_)
      else { throw badLabel(label, row: rows.lowerBound + i) }
      return class_ - firstClass
    }
  }

  private func badLabel(_ value: Double, row: Int) -> ModelError {
    dataset.failure(row: row) {
      .label(value: value, row: $0, classes: outputs, fitting: fittingLoss)
    }
  }

  /// The name of the loss that these targets fit, for an error of the one that was named.
  private var fittingLoss: String? {
    guard let fitting = (try? TargetFacts(of: dataset))?.loss(fittingOutputs: outputs),
      fitting.name != loss.name
    else { return nil }
    return fitting.name
  }

  private func failure(_ problem: DataProblem) -> ModelError {
    dataset.failure(problem)
  }
}

extension Loss {
  /// Whether the order of targets may mean nothing, as that of classes, so that words will do.
  fileprivate var takesClasses: Bool {
    switch self {
    case .binaryCrossentropy, .categoricalCrossentropy, .sparseCategoricalCrossentropy, .hinge,
      .squaredHinge, .categoricalHinge:
      true
    default: false
    }
  }
}
