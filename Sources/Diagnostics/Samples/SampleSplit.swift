import LinearAlgebra
public import Networks

/// The samples of a diagnosis, and which of them only judge.
///
/// Everything is fitted on the training part; the held-out part, a seeded share of the samples or a
/// source of its own, says what a gain is worth on samples the fit has not seen. Samples of one group,
/// and samples of equal inputs, are on one side.
public struct SampleSplit: Sendable {
  let samples: any SampleSource
  let validation: (any SampleSource)?
  /// Whether errors of held-out means are over what stays together, and not over samples.
  var errorsAreOverUnits: Bool
  /// Who else works on the samples.
  package var processes: any Processes = OneProcess()
  /// So many sums of ranges are added to each other at once.
  var fanIn = RangeTree.fanIn
  /// The first pass, where it has been made elsewhere.
  var collected: CollectedStatistics?
  private(set) var rule: HoldOut
  private var isPrepared = false

  /// - Parameters:
  ///   - samples: the data; all of it trains if there is a `validation` source.
  ///   - validation: held-out samples.
  ///   - holdout: without a `validation` source, the share of `samples` that only judges, 0..<1.
  ///   - seed: decides which samples those are; together with the group of a sample or its inputs
  ///     alone, so that it depends neither on the block size nor on the number of workers.
  ///   - lastHeldOut: whether the last samples are held out, as of a time series.
  public init(
    samples: any SampleSource, validation: (any SampleSource)? = nil, holdout: Double,
    seed: UInt64, lastHeldOut: Bool = false
  ) {
    self.samples = samples
    self.validation = validation
    rule = HoldOut(
      share: validation == nil ? holdout : 0, seed: seed,
      last: lastHeldOut && validation == nil ? samples.sampleCount : nil)
    errorsAreOverUnits = false
  }

  private init(
    samples: any SampleSource, validation: (any SampleSource)?, rule: HoldOut
  ) {
    self.samples = samples
    self.validation = validation
    self.rule = rule
    errorsAreOverUnits = false
  }

  /// A split whose rule fits the samples already.
  init(prepared samples: any SampleSource, validation: (any SampleSource)?, rule: HoldOut) {
    self.init(samples: samples, validation: validation, rule: rule)
    isPrepared = true
  }

  /// The number of features of a sample.
  public var inputCount: Int { samples.inputCount }

  /// The number of samples, without those of a validation source.
  public var sampleCount: Int { samples.sampleCount }

  /// The share of `samples` that only judges.
  var heldOutShare: Double { rule.share }

  /// Whether there are so few different inputs that all of them are in both parts.
  var sharesFewInputs: Bool { rule.rule == .place }

  /// The same samples, each time with another part of them held out that is as large; none where a source
  /// of its own judges.
  var otherParts: [SampleSplit] {
    guard validation == nil else { return [] }
    return (0..<rule.partCount).dropFirst().map { part in
      var other = self
      other.rule = rule.holdingOut(part: part)
      return other
    }
  }

  /// At most so many of the samples, spread evenly over them, of each source.
  func spread(_ count: Int) -> SampleSplit {
    spread(count, validation: validation.map { EvenlySpreadSamples(count, of: $0) })
  }

  /// At most so many of the samples, spread evenly over them, beside all of a validation source.
  func spreadTraining(_ count: Int) -> SampleSplit { spread(count, validation: validation) }

  private func spread(_ count: Int, validation: (any SampleSource)?) -> SampleSplit {
    guard count < samples.sampleCount else { return self }
    let fewer = EvenlySpreadSamples(count, of: samples)
    var isLast = false
    if case .last = rule.rule { isLast = true }
    var split = SampleSplit(
      samples: fewer, validation: validation,
      rule: HoldOut(share: rule.share, seed: rule.seed, last: isLast ? count : nil))
    split.processes = processes
    return split
  }
}

// MARK: - What is known before a pass

extension SampleSplit {
  /// The same split, fitted to the samples there are, and with them in memory where they are few: what
  /// follows then reads no file.
  ///
  /// - Throws: what the sources throw.
  public func prepared() throws -> SampleSplit {
    guard !isPrepared else { return self }
    var hashes: [UInt64]?
    var split = self
    let largest = 1 << 22  // numbers, 16 MB
    let count = samples.sampleCount + (validation?.sampleCount ?? 0)
    if count <= largest / max(inputCount, 1) {
      let array = try Self.array(of: samples)
      hashes = array.inputs.rowHashes(rows: array.sampleCount, columns: array.identifyingCount)
      split = SampleSplit(
        samples: array, validation: try validation.map(Self.array), rule: rule)
      (split.processes, split.fanIn) = (processes, fanIn)
    }
    let groups = try Self.groups(of: split.samples)
    split.rule = rule.fitted(groups: groups, hashes: hashes)
    split.isPrepared = true
    return split
  }

  /// Whether what stays together is more than single samples, as far as the sources say.
  ///
  /// - Throws: what the sources throw.
  func knowsUnits() throws -> Bool {
    if case .last = rule.rule { return true }
    return try Self.hasGroups(validation ?? samples)
  }

  /// Whether the samples that are held out come in groups.
  ///
  /// - Throws: what the sources throw.
  func hasGroups() throws -> Bool { try validation == nil && Self.hasGroups(samples) }

  private static func hasGroups(_ source: any SampleSource) throws -> Bool {
    try source.readGroups(0..<min(1, source.sampleCount)) != nil
  }

  private static func array(of source: any SampleSource) throws -> ArraySamples {
    var inputs = Matrix<Float>(rows: 0, columns: source.inputCount)
    let rows = 0..<source.sampleCount
    let targets = try source.read(rows, into: &inputs)
    return ArraySamples(
      inputs: inputs, targets: targets, weights: try source.readWeights(rows),
      groups: try source.readGroups(rows), identifyingCount: source.identifyingCount)
  }

  private static func groups(of source: any SampleSource) throws -> [UInt64]? {
    var groups: [UInt64] = []
    for start in stride(from: 0, to: source.sampleCount, by: 1 << 16) {
      let rows = start..<min(start + 1 << 16, source.sampleCount)
      guard let some = try source.readGroups(rows) else { return nil }
      groups += some
    }
    return groups
  }
}

// MARK: - Blocks

extension SampleSplit {
  /// Both parts in memory, each in the order of its source: those that a diagnosis of this split
  /// fits on, and those that only judge, if there are any.
  ///
  /// - Throws: what the source of the samples throws.
  public func arrays() throws -> (training: ArraySamples, heldOut: ArraySamples?) {
    let split = try prepared()
    let training = try split.array { $0.training }
    let hasHeldOut = validation != nil || rule.share > 0
    let heldOut = hasHeldOut ? try split.array { $0.heldOut } : nil
    return (training, heldOut.flatMap { $0.sampleCount > 0 ? $0 : nil })
  }

  private func array(_ part: (SampleBlock<Float>) -> Range<Int>) throws -> ArraySamples {
    var storage: [Float] = []
    var targets: [Targets<Float>] = []
    var block = SampleBlock<Float>(emptyFor: self)
    var count = 0
    for plan in blocks(of: 2048) {
      try read(plan, into: &block, leavingOutWeightless: false)
      let chosen = Array(part(block))
      guard !chosen.isEmpty || targets.isEmpty else { continue }
      let order = block.order
      storage += block.inputs.selectingRows(chosen.map { order?[$0] ?? $0 }).storage
      targets.append(block.targets.selecting(chosen))
      count += chosen.count
    }
    return ArraySamples(
      inputs: Matrix(rows: count, columns: inputCount, storage: storage),
      targets: Targets(joining: targets))
  }

  /// All rows of both sources in blocks of at most `rows` rows.
  func blocks(of rows: Int) -> [BlockPlan] {
    [false, true].flatMap { fromValidation in
      (0..<blockCount(of: rows, fromValidation: fromValidation)).map {
        block($0, of: rows, fromValidation: fromValidation)
      }
    }
  }

  /// How many blocks of at most `rows` rows a source has, and one of them; of `samples` unless said
  /// otherwise.
  func blockCount(of rows: Int, fromValidation: Bool = false) -> Int {
    (rowCount(fromValidation: fromValidation) + rows - 1) / rows
  }

  func block(_ place: Int, of rows: Int, fromValidation: Bool = false) -> BlockPlan {
    let count = rowCount(fromValidation: fromValidation)
    return BlockPlan(
      rows: place * rows..<min((place + 1) * rows, count), fromValidation: fromValidation)
  }

  private func rowCount(fromValidation: Bool) -> Int {
    fromValidation ? validation?.sampleCount ?? 0 : samples.sampleCount
  }

  /// Reads a block into `block`, training rows first, without the rows of weight 0.
  func read<Scalar: BLASScalar>(
    _ plan: BlockPlan, into block: inout SampleBlock<Scalar>, leavingOutWeightless: Bool = true
  ) throws {
    let source = plan.fromValidation ? validation ?? samples : samples
    let targets = try source.read(plan.rows, into: &block.inputs)
    let weights = leavingOutWeightless ? try source.readWeights(plan.rows) : nil
    let count = plan.rows.count
    block.sourceRows = Array(plan.rows)
    block.order = nil
    block.weights = weights
    block.errorsAreOverUnits = errorsAreOverUnits
    (block.inputHashes, block.marks) = try marks(of: plan, in: source, block.inputs)
    let isWhole = weights.map { !$0.contains(0) } ?? true
    if isWhole && (plan.fromValidation || rule.share == 0) {
      block.targets = Targets(targets)
      block.training = plan.fromValidation ? 0..<0 : 0..<count
      block.heldOut = plan.fromValidation ? 0..<count : count..<count
      return
    }
    let first = plan.rows.lowerBound
    let places = (0..<count).filter { weights?[$0] != 0 }
    let isHeldOut = (0..<count).map {
      plan.fromValidation
        || rule.share > 0 && rule.isHeldOut(row: first + $0, mark: block.marks[$0])
    }
    let order = places.filter { !isHeldOut[$0] } + places.filter { isHeldOut[$0] }
    let trainingCount = places.count { !isHeldOut[$0] }
    block.sourceRows = order.map { first + $0 }
    block.weights = weights.map { weights in order.map { weights[$0] } }
    if !block.marks.isEmpty {
      block.inputHashes = order.map { block.inputHashes[$0] }
      block.marks = order.map { block.marks[$0] }
    }
    block.order = order
    block.targets = Targets(targets.selecting(order))
    block.training = 0..<trainingCount
    block.heldOut = trainingCount..<order.count
  }

  /// The hashes of a block's inputs, and the marks of its rows; none where nothing judges.
  private func marks(
    of plan: BlockPlan, in source: any SampleSource, _ inputs: Matrix<Float>
  ) throws -> (hashes: [UInt64], marks: [UInt64]) {
    guard validation != nil || rule.share > 0 else { return ([], []) }
    let hashes = inputs.rowHashes(rows: plan.rows.count, columns: source.identifyingCount)
    let marks = rule.marks(
      ofRows: plan.rows, groups: try source.readGroups(plan.rows),
      hashes: hashes)
    return (hashes, marks)
  }
}
