import LinearAlgebra
public import Networks

/// The samples of a diagnosis, and which of them only judge.
///
/// Everything is fitted on the training part; the held-out part, a seeded share of the rows or a
/// source of its own, says what a gain is worth on samples the fit has not seen.
public struct SampleSplit: Sendable {
  let samples: any SampleSource
  let validation: (any SampleSource)?
  private let holdout: Double
  private let seed: UInt64

  /// - Parameters:
  ///   - samples: the data; all of it trains if there is a `validation` source.
  ///   - validation: held-out samples.
  ///   - holdout: without a `validation` source, the share of `samples` that only judges, 0..<1.
  ///   - seed: decides which rows those are; together with the row's number alone, so that it
  ///     depends neither on the block size nor on the number of workers.
  public init(
    samples: any SampleSource, validation: (any SampleSource)? = nil, holdout: Double,
    seed: UInt64
  ) {
    precondition(holdout >= 0 && holdout < 1, "holdout \(holdout)")
    self.samples = samples
    self.validation = validation
    self.holdout = validation == nil ? holdout : 0
    self.seed = seed
  }

  /// The number of features of a sample.
  public var inputCount: Int { samples.inputCount }

  /// The number of samples, without those of a validation source.
  public var sampleCount: Int { samples.sampleCount }

  /// At most so many of the samples, spread evenly over them, of each source.
  func spread(_ count: Int) -> SampleSplit {
    guard count < samples.sampleCount else { return self }
    return SampleSplit(
      samples: EvenlySpreadSamples(count, of: samples),
      validation: validation.map { EvenlySpreadSamples(count, of: $0) }, holdout: holdout,
      seed: seed)
  }

  /// The same split with its samples in memory, where they are few: what follows then reads no file.
  ///
  /// - Throws: what the sources throw.
  func inMemoryIfSmall() throws -> SampleSplit {
    let largest = 1 << 22  // numbers, 16 MB
    let count = samples.sampleCount + (validation?.sampleCount ?? 0)
    guard count <= largest / max(inputCount, 1) else { return self }
    func read(_ source: any SampleSource) throws -> ArraySamples {
      var inputs = Matrix<Float>(rows: 0, columns: inputCount)
      let rows = 0..<source.sampleCount
      let targets = try source.read(rows, into: &inputs)
      return ArraySamples(
        inputs: inputs, targets: targets, weights: try source.readWeights(rows))
    }
    return SampleSplit(
      samples: try read(samples), validation: try validation.map(read), holdout: holdout,
      seed: seed)
  }

  /// The share of `samples` that only judges.
  var heldOutShare: Double { holdout }

  /// Whether a row of `samples` only judges.
  func isHeldOut(_ row: Int) -> Bool {
    guard holdout > 0 else { return false }
    var rowBits = SeededGenerator(seed: UInt64(row))
    var generator = SeededGenerator(seed: seed &+ rowBits.next())
    return Double(generator.next() >> 11) * 0x1p-53 < holdout
  }
}

extension SampleSplit {
  /// Both parts in memory, each in the order of its source: those that a diagnosis of this split
  /// fits on, and those that only judge, if there are any.
  ///
  /// - Throws: what the source of the samples throws.
  public func arrays() throws -> (training: ArraySamples, heldOut: ArraySamples?) {
    func array(_ isWanted: Bool) throws -> ArraySamples? {
      if let validation, isWanted { return try Self.array(of: validation) { _ in true } }
      if validation == nil, holdout == 0, isWanted { return nil }
      return try Self.array(of: samples) { isHeldOut($0) == isWanted }
    }
    guard let training = try array(false) else { preconditionFailure("a split has samples") }
    return (training, try array(true).flatMap { $0.sampleCount > 0 ? $0 : nil })
  }

  private static func array(
    of source: any SampleSource, where isWanted: (Int) -> Bool
  ) throws -> ArraySamples {
    var storage: [Float] = []
    var targets: [Targets<Float>] = []
    var block = Matrix<Float>(rows: 0, columns: source.inputCount)
    var count = 0
    let rows = 2048
    for start in stride(from: 0, to: source.sampleCount, by: rows) {
      let range = start..<min(start + rows, source.sampleCount)
      let found = try source.read(range, into: &block)
      let chosen = range.filter(isWanted).map { $0 - start }
      storage += block.selectingRows(chosen).storage
      targets.append(found.selecting(chosen))
      count += chosen.count
    }
    return ArraySamples(
      inputs: Matrix(rows: count, columns: source.inputCount, storage: storage),
      targets: Targets(joining: targets))
  }
}

extension SampleSplit {
  /// All rows of both sources in blocks of at most `rows` rows.
  func blocks(of rows: Int) -> [BlockPlan] {
    func cut(_ count: Int, fromValidation: Bool) -> [BlockPlan] {
      stride(from: 0, to: count, by: rows).map {
        BlockPlan(rows: $0..<min($0 + rows, count), fromValidation: fromValidation)
      }
    }
    return cut(samples.sampleCount, fromValidation: false)
      + cut(validation?.sampleCount ?? 0, fromValidation: true)
  }

  /// Reads a block into `block`, training rows first, without the rows of weight 0.
  func read<Scalar: BLASScalar>(_ plan: BlockPlan, into block: inout SampleBlock<Scalar>) throws {
    let source = plan.fromValidation ? validation ?? samples : samples
    let targets = try source.read(plan.rows, into: &block.inputs)
    let weights = try source.readWeights(plan.rows)
    let count = plan.rows.count
    block.sourceRows = Array(plan.rows)
    block.order = nil
    block.weights = weights
    let isWhole = weights.map { !$0.contains(0) } ?? true
    if isWhole && (plan.fromValidation || holdout == 0) {
      block.targets = Targets(targets)
      block.training = plan.fromValidation ? 0..<0 : 0..<count
      block.heldOut = plan.fromValidation ? 0..<count : count..<count
      return
    }
    let first = plan.rows.lowerBound
    let rows = isWhole ? Array(plan.rows) : plan.rows.filter { weights?[$0 - first] != 0 }
    let training = rows.filter { !plan.fromValidation && !isHeldOut($0) }
    block.sourceRows = training + rows.filter { plan.fromValidation || isHeldOut($0) }
    let order = block.sourceRows.map { $0 - first }
    block.weights = weights.map { weights in order.map { weights[$0] } }
    block.order = order
    block.targets = Targets(targets.selecting(order))
    block.training = 0..<training.count
    block.heldOut = training.count..<order.count
  }
}
