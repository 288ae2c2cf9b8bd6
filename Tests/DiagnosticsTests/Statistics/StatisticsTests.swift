import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Statistics of shares")
struct StatisticsTests {
  enum Kind: CaseIterable {
    case plain, weighted, grouped, validated, last, double, regression, all
  }

  /// A random network with samples, and how they are diagnosed.
  struct Case {
    let network: Network<Float>
    let objective: Objective<Float>
    let split: SampleSplit
    var options: DiagnosisOptions

    init(_ kind: Kind, seed: Int, fanIn: Int = RangeTree.fanIn) throws {
      var random = SeededGenerator(seed: seed)
      let widths = [3 + seed % 4, 5, 4, kind == .regression ? 2 : 3]
      let isRegression = kind == .regression
      network = Network<Float>(
        random.network(widths, hidden: .relu, output: isRegression ? .linear : .softmax))
      let loss: Loss =
        isRegression ? .huber(delta: 0.5) : .sparseCategoricalCrossentropy(fromLogits: false)
      objective = try Objective(
        loss: loss, outputStages: network.layers[2].stages, outputs: widths[3])
      func samples(_ count: Int) -> ArraySamples {
        let plain = random.samples(count, inputs: widths[0], outputs: widths[3], for: loss)
        return ArraySamples(
          inputs: plain.inputs, targets: plain.targets,
          weights: kind == .weighted ? (0..<count).map { Double($0 % 3) } : nil,
          groups: kind == .grouped ? (0..<count).map { UInt64($0 / 7) } : nil)
      }
      let own = samples(2000 + 773 * seed)
      var split = SampleSplit(
        samples: own, validation: kind == .validated ? samples(1407) : nil,
        holdout: kind == .validated || kind == .all ? 0 : 0.2, seed: UInt64(seed),
        lastHeldOut: kind == .last)
      split.fanIn = fanIn
      self.split = split
      options = DiagnosisOptions(workers: 1 + seed % 3)
      options.seeksNeurons = false
      options.networkLack = false
      if kind == .double { options.collectsInDouble = true }
    }

    func part(_ share: StatisticsShare) async throws -> StatisticsPart {
      try await statistics(
        of: .model(network, objective), split: split, options: options, share: share)
    }

    func parts(of count: Int) async throws -> [StatisticsPart] {
      var parts: [StatisticsPart] = []
      for number in 1...count { parts.append(try await part(try share(number, count))) }
      return parts
    }

    func diagnosis(_ parts: [StatisticsPart]) async throws -> String {
      String(
        reflecting: try await diagnose(.model(network, objective), parts: parts, options: options))
    }
  }

  private static func share(_ number: Int, _ count: Int) throws -> StatisticsShare {
    try #require(StatisticsShare(number, of: count))
  }

  @Test("say in any order what one process says, to the last bit", arguments: Kind.allCases)
  func diagnosis(kind: Kind) async throws {
    for (seed, fanIn) in [(1, 8), (2, 2), (3, 3)] {
      let scenario = try Case(kind, seed: seed, fanIn: fanIn)
      let one = String(
        reflecting: try await diagnose(
          .model(scenario.network, scenario.objective), split: scenario.split,
          options: scenario.options))
      var random = SeededGenerator(seed: seed)
      for count in [1, 2, 3] {
        let parts = try await scenario.parts(of: count)
        #expect(try await scenario.diagnosis(parts.shuffled(using: &random)) == one)
      }
    }
  }

  @Test("of shares of different numbers go together if they have every row once")
  func mixedShares() async throws {
    let scenario = try Case(.plain, seed: 4)
    let whole = try await scenario.diagnosis(scenario.parts(of: 1))
    let parts = [
      try await scenario.part(Self.share(2, 2)), try await scenario.part(Self.share(1, 4)),
      try await scenario.part(Self.share(2, 4)),
    ]
    #expect(try await scenario.diagnosis(parts) == whole)
  }

  @Test("that do not go together are refused")
  func refusals() async throws {
    let scenario = try Case(.plain, seed: 1)
    let parts = try await scenario.parts(of: 3)
    func expect(_ problem: StatisticsProblem, _ parts: [StatisticsPart]) async {
      await #expect(throws: problem) { try await scenario.diagnosis(parts) }
    }
    await expect(.noParts, [])
    await expect(.givenTwice(part: 3, other: 1), parts + [parts[1]])
    await expect(.missing(rows: "768 to 1535"), [parts[2], parts[0]])
    await expect(.missing(rows: "1536 to 2772"), [parts[1], parts[0]])
    await expect(.missing(rows: "0 to 767"), [parts[1], parts[2]])

    let otherModel = try Case(.plain, seed: 5)
    await expect(.otherModel(part: 0), try await otherModel.parts(of: 1))
    let shifted = Case(scenario, samples: 2774)
    await expect(.otherSamples(part: 1), [parts[0], try await shifted.parts(of: 3)[1], parts[2]])
    let held = Case(scenario, samples: 2773, holdout: 0.3)
    await expect(.otherOptions(part: 2), [parts[0], parts[1], try await held.parts(of: 3)[2]])
    var double = scenario
    double.options.collectsInDouble = true
    await expect(.otherOptions(part: 1), [parts[0], try await double.parts(of: 3)[1], parts[2]])

    let tooMany = try Self.share(1, 100)
    await #expect(throws: StatisticsProblem.emptyShare(tooMany, most: 3)) {
      _ = try await scenario.part(tooMany)
    }
  }

  @Test("whose numbers are damaged are refused, and nothing worse", arguments: 1..<5)
  func damage(seed: Int) async throws {
    let scenario = try Case(seed == 1 ? .regression : .plain, seed: seed)
    let whole = try await scenario.part(.all)
    let sums = try whole.sums(0)
    var random = SeededGenerator(seed: seed)
    for trial in 0..<60 {
      var damaged = sums
      let place = Int(random.next() % UInt64(damaged.count))
      switch trial % 4 {
      case 0: damaged.removeLast(Int(random.next() % UInt64(damaged.count)) + 1)
      case 1: damaged.append(1)
      case 2: damaged[place % 60] = Double(bitPattern: random.next())
      default: damaged[place % 60] = Double(bitPattern: random.next() >> 40)
      }
      let numbers = damaged
      let part = StatisticsPart(
        origin: whole.origin, ranges: whole.ranges,
        sums: { $0 == 0 ? numbers : try whole.sums($0) },
        trainingHashes: whole.trainingHashes, heldOutHashes: whole.heldOutHashes, rows: whole.rows)
      do {
        // A changed number that could be right gives another diagnosis.
        _ = try await scenario.diagnosis([part])
        #expect(trial % 4 > 1)
      } catch let problem as StatisticsProblem {
        if case .rowNotKept = problem { continue }
        #expect(problem == .damaged(part: 0))
      } catch {
        #expect(error is LinearAlgebraError || error is DiagnosticsError, "\(error)")
      }
    }
  }

  /// Samples that cannot be read but for the first 512 and those of a share.
  private struct OfShare: SampleSource {
    struct Absent: Error {}

    let samples: ArraySamples
    let rows: Range<Int>
    var sampleCount: Int { samples.sampleCount }
    var inputCount: Int { samples.inputCount }

    func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float> {
      guard range.upperBound <= 512 || range.clamped(to: rows) == range else { throw Absent() }
      return samples.read(range, into: &inputs)
    }
  }

  @Test("need no inputs but their own and the first, where samples are too many for memory")
  func rowsRead() async throws {
    var random = SeededGenerator(seed: 6)
    let (count, inputs) = (5000, 1024)
    let network = Network<Float>(random.network([inputs, 3, 2], hidden: .tanh))
    let samples = random.samples(count, inputs: inputs, outputs: 2, for: .meanSquaredError)
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    var options = DiagnosisOptions(workers: 2)
    (options.seeksNeurons, options.networkLack) = (false, false)
    let ranges = SampleSplit(samples: samples, holdout: 0.2, seed: 1).wholeRanges
    #expect(ranges.count == 8)
    var parts: [StatisticsPart] = []
    for place in 0..<3 {
      let own = try Self.share(place + 1, 3).ranges(of: RangeTree(ranges.count))
      let rows = ranges[own.lowerBound].rows.lowerBound..<ranges[own.upperBound - 1].rows.upperBound
      let split = SampleSplit(
        samples: OfShare(samples: samples, rows: rows), holdout: 0.2, seed: 1)
      parts.append(
        try await statistics(
          of: .model(network, objective), split: split, options: options,
          share: Self.share(place + 1, 3)))
    }
    let one = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.2, seed: 1),
      options: options)
    let merged = try await diagnose(.model(network, objective), parts: parts, options: options)
    #expect(String(reflecting: merged) == String(reflecting: one))
  }

  @Test("have an origin that is told from other numbers")
  func origins() async throws {
    for kind in Kind.allCases {
      let origin = try await Case(kind, seed: 1).part(.all).origin
      #expect(StatisticsOrigin(numbers: origin.numbers) == origin)
      for place in origin.numbers.indices {
        for word in [UInt64.max, 1 << 50, 1 << 63, Double.nan.bitPattern] {
          var numbers = origin.numbers
          numbers[place] = word
          if let other = StatisticsOrigin(numbers: numbers) { #expect(other.tree.rangeCount > 0) }
        }
      }
      #expect(StatisticsOrigin(numbers: Array(origin.numbers.dropLast())) == nil)
    }
  }
}

extension StatisticsTests.Case {
  /// The same network with other samples, or another part of them held out.
  fileprivate init(_ other: Self, samples count: Int, holdout: Double = 0.2) {
    var random = SeededGenerator(seed: 1)
    _ = random.network([4, 5, 4, 3], hidden: .relu, output: .softmax)
    let samples = random.samples(
      count, inputs: 4, outputs: 3, for: .sparseCategoricalCrossentropy(fromLogits: false))
    self.init(
      network: other.network, objective: other.objective,
      split: SampleSplit(samples: samples, holdout: holdout, seed: 1), options: other.options)
  }

  private init(
    network: Network<Float>, objective: Objective<Float>, split: SampleSplit,
    options: DiagnosisOptions
  ) {
    (self.network, self.objective, self.split, self.options) = (network, objective, split, options)
  }
}
