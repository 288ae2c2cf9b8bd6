internal import HDF5
internal import Networks

/// The facts about targets that tell their loss.
struct TargetFacts {
  /// Beyond this number of classes, whole numbers are more likely amounts.
  private static let mostClasses = 1000

  /// How many numbers there are for each sample.
  let width: Int
  /// Whether there is one number for each sample.
  var isOneColumn: Bool { width == 1 }
  /// Whether all are stored as whole numbers.
  let isIntegral: Bool
  private(set) var largest = -Double.infinity
  private(set) var smallest = Double.infinity
  /// Whether all are 0 or 1.
  private(set) var isBinary = true
  /// Whether each row is zeros and one 1.
  private(set) var isOneHot = true
  /// Whether all are whole numbers of 0 or more, however they are stored.
  private(set) var areCounts = true

  /// Reads all of them once.
  init(of targets: JoinedDataset) throws(ModelError) {
    guard targets.elementType.isNumeric else {
      throw targets.failure(.notNumbers(found: targets.elementType.description))
    }
    width = targets.rowWidth
    isIntegral = targets.elementType.isIntegral
    let width = max(1, targets.rowWidth)
    let block = max(1, 65536 / width)
    for first in stride(from: 0, to: targets.rowCount, by: block) {
      let rows = first..<min(first + block, targets.rowCount)
      let values = try reading { () throws(HDF5Error) in try targets.doubles(rows: rows) }
      for row in 0..<rows.count {
        let numbers = values[row * width..<(row + 1) * width]
        largest = max(largest, numbers.max() ?? -.infinity)
        smallest = min(smallest, numbers.min() ?? .infinity)
        areCounts = areCounts && numbers.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
        let areBinary = numbers.allSatisfy { $0 == 0 || $0 == 1 }
        isBinary = isBinary && areBinary
        isOneHot = isOneHot && areBinary && numbers.reduce(0, +) == 1
      }
    }
  }

  /// The loss of a network that is yet to be made.
  func loss(of targets: JoinedDataset) throws(ModelError) -> Loss {
    if isOneColumn {
      guard isIntegral else { return .meanSquaredError }
      guard largest < Double(Self.mostClasses) else {
        throw targets.failure(.classesOrAmounts(largest: largest))
      }
      return .sparseCategoricalCrossentropy(fromLogits: false)
    }
    if isOneHot { return .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0) }
    return isBinary
      ? .binaryCrossentropy(fromLogits: false, labelSmoothing: 0) : .meanSquaredError
  }

  /// The usual loss of a model with so many outputs for such targets; `nil` where they fit none.
  func loss(fittingOutputs outputs: Int) -> Loss? {
    if isOneColumn, outputs > 1 {
      let areClasses =
        areCounts && (largest < Double(outputs) || smallest == 1 && largest == Double(outputs))
      return areClasses ? .sparseCategoricalCrossentropy(fromLogits: false) : nil
    }
    guard width == outputs else { return nil }
    if !isOneColumn, isOneHot {
      return .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0)
    }
    return isBinary
      ? .binaryCrossentropy(fromLogits: false, labelSmoothing: 0) : .meanSquaredError
  }

  /// How many outputs such a network has.
  func outputs(of targets: JoinedDataset, for loss: Loss) throws(ModelError) -> Int {
    guard case .sparseCategoricalCrossentropy = loss else { return targets.rowWidth }
    guard largest < Double(1 << 20) else {
      throw targets.failure(.classesOrAmounts(largest: largest))
    }
    // Two at least: a softmax of one output has nothing to learn. What is no label is told later.
    let last = Int(max(0, largest)) - (smallest == 1 ? 1 : 0)
    return isOneColumn ? max(2, last + 1) : targets.rowWidth
  }

  /// Why it is that loss.
  func note(on loss: Loss) -> String {
    let what =
      switch loss {
      case .sparseCategoricalCrossentropy: "whole numbers in one column are classes"
      case .categoricalCrossentropy: "one 1 in each row is a class"
      case .binaryCrossentropy: "several zeros and ones in a row are labels"
      default: "the targets are numbers"
      }
    return "The loss is \(loss.name), as \(what); another one can be named."
  }
}
