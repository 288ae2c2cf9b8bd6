import LinearAlgebra
import Networks

/// What a part is of: a model, samples and choices. Parts of one diagnosis have the same.
package struct StatisticsOrigin: Equatable, Sendable {
  /// A hash of the weights, the functions and the loss.
  let model: UInt64
  /// A hash of the first samples.
  let samples: UInt64
  /// The number of samples, and of those of a validation source; `nil` without one.
  let sampleCount: Int
  let validationCount: Int?
  let inputCount: Int
  let identifyingCount: Int
  /// Whether the pass is in double precision, if somebody has chosen.
  let collectsInDouble: Bool?
  /// So many sums of ranges are added to each other at once.
  let fanIn: Int
  /// Which samples are held out.
  let rule: HoldOut

  private static let headCount = 8

  init<Scalar: BLASScalar>(
    of diagnosed: DiagnosedNetwork<Scalar>, _ split: SampleSplit, references: [[Scalar]],
    collectsInDouble: Bool?
  ) {
    model = diagnosed.fingerprint
    samples = combinedHash(of: references.joined().map { Double($0).bitPattern })
    sampleCount = split.sampleCount
    validationCount = split.validation?.sampleCount
    inputCount = split.inputCount
    identifyingCount = split.samples.identifyingCount
    self.collectsInDouble = collectsInDouble
    fanIn = split.fanIn
    rule = split.rule
  }

  /// From a file; `nil` for numbers that cannot be these.
  package init?(numbers: [UInt64]) {
    guard numbers.count > Self.headCount,
      let rule = HoldOut(numbers: Array(numbers[Self.headCount...]))
    else { return nil }
    // Fewer than anybody has, and so few that their products are no trouble.
    let counts = numbers[2...5].map { $0 < 1 << 45 ? Int($0) : -1 }
    guard counts[0] > 0, counts.allSatisfy({ $0 >= 0 }), counts[2] > 0, counts[3] <= counts[2],
      numbers[6] <= 2, 2...64 ~= numbers[7]
    else { return nil }
    (model, samples) = (numbers[0], numbers[1])
    sampleCount = counts[0]
    validationCount = counts[1] == 0 ? nil : counts[1] - 1
    (inputCount, identifyingCount) = (counts[2], counts[3])
    collectsInDouble = numbers[6] == 0 ? nil : numbers[6] == 2
    fanIn = Int(numbers[7])
    self.rule = rule
  }

  /// For a file.
  package var numbers: [UInt64] {
    let precision: UInt64 = collectsInDouble.map { $0 ? 2 : 1 } ?? 0
    return [
      model, samples, UInt64(sampleCount), UInt64(validationCount.map { $0 + 1 } ?? 0),
      UInt64(inputCount), UInt64(identifyingCount), precision,
      UInt64(fanIn),
    ] + rule.numbers
  }

  /// The order in which the ranges of all samples are added.
  var tree: RangeTree { RangeTree(ranges.count, fanIn: fanIn) }

  /// The ranges of all samples.
  var ranges: [BlockPlan] { split([]).wholeRanges }

  /// A split like that of all samples, of which some can be read.
  func split(_ rows: [KeptRows]) -> SampleSplit {
    var split = SampleSplit(
      prepared: KeptSamples(of: self, rows),
      validation: validationCount.map { _ in KeptSamples(of: self, rows, fromValidation: true) },
      rule: rule)
    split.fanIn = fanIn
    return split
  }

  /// Some ranges as rows, for a person.
  func rowsText(of places: Range<Int>) -> String {
    let ranges = ranges
    let (first, last) = (ranges[places.lowerBound], ranges[places.upperBound - 1])
    func text(_ row: Int, _ plan: BlockPlan) -> String {
      plan.fromValidation ? "\(row) of the validation samples" : "\(row)"
    }
    return "\(text(first.rows.lowerBound, first)) to \(text(last.rows.upperBound - 1, last))"
  }
}

extension DiagnosedNetwork {
  /// A hash of everything that decides what the network computes and what it is judged by.
  var fingerprint: UInt64 {
    var words: [UInt64] = []
    func add(_ text: String) { words += [UInt64(text.utf8.count)] + text.utf8.map { UInt64($0) } }
    add("\(network.inputCount) \(network.preprocessing)")
    for layer in network.layers {
      add("\(layer.name) \(layer.inputs) \(layer.outputs) \(layer.hasBias) \(layer.stages)")
      words += layer.weights.storage.map { Double($0).bitPattern }
    }
    add(objective.map { "\($0.loss)" } ?? "none")
    return combinedHash(of: words)
  }
}
