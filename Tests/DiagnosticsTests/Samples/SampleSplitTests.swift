import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

extension SampleSplit {
  /// The rows of the samples that only judge, in order.
  func heldOutRows() throws -> [Int] {
    try rows { $0.heldOut }
  }

  fileprivate func rows(_ part: (SampleBlock<Float>) -> Range<Int>) throws -> [Int] {
    let split = try prepared()
    var block = SampleBlock<Float>(emptyFor: split)
    return try split.blocks(of: 100).filter { !$0.fromValidation }.flatMap { plan in
      try split.read(plan, into: &block, leavingOutWeightless: false)
      return block.sourceRows[part(block)]
    }.sorted()
  }
}

/// Normal inputs in a given order of rows, some there more than once; the target is the first input.
private func samples(
  _ rows: [Int], different: Int, groups: [UInt64]? = nil, inputs: Int = 3
) -> ArraySamples {
  var random = SeededGenerator(seed: 9)
  let originals = Matrix<Float>(random.normalMatrix(different, inputs))
  let chosen = originals.selectingRows(rows)
  return ArraySamples(
    inputs: chosen,
    targets: .values(Matrix(rows: rows.count, columns: 1) { row, _ in chosen[row, 0] }),
    groups: groups)
}

@Suite("A hold-out that holds")
struct SampleSplitTests {
  @Test("Copies of a row are on one side, wherever they stand", arguments: 0..<5)
  func copies(seed: UInt64) throws {
    let order = (0..<400).map { ($0 * 7 + $0 / 3) % 150 }
    let split = SampleSplit(
      samples: samples(order, different: 150), holdout: 0.3, seed: seed)
    let heldOut = Set(try split.heldOutRows())
    #expect((40...220).contains(heldOut.count))
    for original in 0..<150 {
      let copies = order.indices.filter { order[$0] == original }
      #expect(Set(copies.map(heldOut.contains)).count <= 1)
    }
  }

  @Test("A zero and a negative zero are the same number")
  func negativeZero() {
    let rows = Matrix<Float>(rows: 2, columns: 11) { $0 == 0 ? 0 : $1 % 2 == 0 ? -0.0 : 0 }
    let hashes = rows.rowHashes(rows: 2, columns: 11)
    #expect(hashes[0] == hashes[1])
  }

  @Test("Rows that differ in one number have other hashes", arguments: [1, 7, 8, 9, 64])
  func hashes(width: Int) {
    var random = SeededGenerator(seed: 4)
    let rows = 500
    var numbers = Matrix<Float>(rows: rows, columns: width + 2) { _, _ in 0.5 }
    for row in 1..<rows { numbers[row, row % width] = Float(random.normal()) }
    // What comes after the first columns does not matter.
    numbers[0, width] = 3
    let hashes = numbers.rowHashes(rows: rows, columns: width)
    #expect(Set(hashes).count == rows)
    numbers[0, width] = 4
    #expect(numbers.rowHashes(rows: 1, columns: width)[0] == hashes[0])
  }

  @Test("A share of the rows is held out that is close to the one asked for")
  func share() throws {
    let rows = Array(0..<5000)
    let split = SampleSplit(samples: samples(rows, different: 5000), holdout: 0.2, seed: 1)
    #expect((900...1100).contains(try split.heldOutRows().count))
  }

  @Test("The blocks, the order and other rows do not matter")
  func contentDecides() throws {
    let split = SampleSplit(
      samples: samples(Array(0..<900), different: 900), holdout: 0.25, seed: 3)
    let turned = SampleSplit(
      samples: samples((0..<900).reversed(), different: 900), holdout: 0.25, seed: 3)
    #expect(
      try split.heldOutRows() == turned.heldOutRows().map { 899 - $0 }.reversed())
    let fewer = SampleSplit(
      samples: samples(Array(0..<300), different: 900), holdout: 0.25, seed: 3)
    #expect(try fewer.heldOutRows() == split.heldOutRows().filter { $0 < 300 })
  }

  @Test("Groups are never split, and few of them give the share asked for", arguments: 0..<6)
  func groups(seed: UInt64) throws {
    let groups = (0..<600).map { UInt64($0 * 31 % 10) }
    let split = SampleSplit(
      samples: samples(Array(0..<600), different: 600, groups: groups), holdout: 0.2, seed: seed)
    let heldOut = Set(try split.heldOutRows())
    #expect(heldOut.count == 120)
    #expect(Set(heldOut.map { groups[$0] }).count == 2)
  }

  @Test("Of two groups one is held out, whatever the share")
  func twoGroups() throws {
    let groups = (0..<100).map { UInt64($0 / 50) }
    let split = SampleSplit(
      samples: samples(Array(0..<100), different: 100, groups: groups), holdout: 0.01, seed: 0)
    #expect(try split.heldOutRows().count == 50)
  }

  @Test("The last samples are held out of a time series")
  func last() throws {
    let split = SampleSplit(
      samples: samples(Array(0..<250), different: 250), holdout: 0.2, seed: 5, lastHeldOut: true)
    #expect(try split.heldOutRows() == Array(200..<250))
  }

  @Test("Of few different inputs all are on both sides")
  func fewInputs() throws {
    let order = (0..<800).map { $0 % 4 }
    let split = SampleSplit(samples: samples(order, different: 4), holdout: 0.25, seed: 2)
    let heldOut = try split.heldOutRows()
    #expect((150...250).contains(heldOut.count))
    #expect(Set(heldOut.map { order[$0] }).count == 4)
    #expect(try split.prepared().sharesFewInputs)
  }

  @Test("Preparing twice, and the parts as arrays, are the same split")
  func prepared() throws {
    let rows = (0..<300).map { $0 % 200 }
    let split = SampleSplit(samples: samples(rows, different: 200), holdout: 0.3, seed: 8)
    let heldOut = try split.heldOutRows()
    #expect(try split.prepared().prepared().heldOutRows() == heldOut)
    let arrays = try split.arrays()
    #expect(arrays.heldOut?.sampleCount == heldOut.count)
    #expect(arrays.heldOut?.inputs == samples(rows, different: 200).inputs.selectingRows(heldOut))
    #expect(arrays.training.sampleCount == 300 - heldOut.count)
  }

  @Test("Repeated and shared samples are counted", arguments: [3, 64])
  func repetition(block: Int) {
    var random = SeededGenerator(seed: UInt64(block))
    let training = (0..<200).map { _ in UInt64.random(in: 0..<90, using: &random) }
    let heldOut = (0..<80).map { _ in UInt64.random(in: 0..<150, using: &random) }
    let found = SampleRepetition(training: training, heldOut: heldOut)
    #expect(found.sampleCount == 280)
    #expect(found.differentCount == Set(training + heldOut).count)
    #expect(found.repeatedCount == 280 - Set(training).count - Set(heldOut).count)
    #expect(found.sharedCount == heldOut.count { training.contains($0) })
    #expect(found.repeatedHeldOutCount == 80 - Set(heldOut).count)
  }

  @Test("The error over units is that of a mean of unit means, if all units are alike")
  func unitErrors() {
    var random = SeededGenerator(seed: 3)
    let means = (0..<40).map { _ in random.normal() }
    var single = WeightedMean()
    var (first, second) = (WeightedMean(), WeightedMean())
    for (unit, mean) in means.enumerated() {
      single.add(mean)
      for copy in 0..<5 {
        let number = mean + 0.1 * Double(copy - 2)
        if copy < 2 {
          first.add(number, unit: unit, of: 64)
        } else {
          second.add(number, unit: unit, of: 64)
        }
      }
    }
    first.merge(second)
    expectClose(first.mean, single.mean, relative: 1e-12)
    expectClose(
      first.paired?.standardError ?? 0, single.paired?.standardError ?? 1, relative: 1e-12)
  }
}

@Suite("What a diagnosis says of its samples")
struct RepetitionWarningTests {
  private func diagnosis(
    _ samples: ArraySamples, validation: ArraySamples? = nil
  ) async throws -> Diagnosis {
    var random = SeededGenerator(seed: 2)
    let network = random.network([3, 2, 1], hidden: .tanh)
    return try await diagnose(
      .model(network, try Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: SampleSplit(samples: samples, validation: validation, holdout: 0.25, seed: 1),
      options: DiagnosisOptions(neuronLimit: 2, workers: 1))
  }

  @Test("copies are counted, and named in a warning")
  func copies() async throws {
    let diagnosis = try await diagnosis(
      samples((0..<600).map { $0 % 400 }, different: 400))
    #expect(diagnosis.repetition?.repeatedCount == 200)
    #expect(diagnosis.repetition?.sharedCount == 0)
    #expect(diagnosis.warnings.contains(.repeatedSamples(200, of: 600)))
  }

  @Test("different samples need no warning")
  func different() async throws {
    let diagnosis = try await diagnosis(samples(Array(0..<300), different: 300))
    #expect(diagnosis.repetition?.repeatedCount == 0 && diagnosis.repetition?.sharedCount == 0)
    #expect(diagnosis.warnings.isEmpty)
  }

  @Test("validation samples that were trained on are noticed")
  func shared() async throws {
    let training = samples(Array(0..<300), different: 400)
    let all = try await diagnosis(training, validation: training)
    #expect(all.warnings.contains(.sharedSamples(300)))
    let some = try await diagnosis(
      training, validation: samples(Array(280..<400), different: 400))
    #expect(some.warnings.contains(.sharedSamples(20)))
  }

  @Test("samples far from the rest are named by their rows, and no others are")
  func far() async throws {
    var near = samples(Array(0..<400), different: 400)
    #expect(try await diagnosis(near).warnings.isEmpty)
    var heldOut = samples(Array(0..<300), different: 300)
    for column in 0..<3 {
      near.inputs[7, column] *= 1000
      heldOut.inputs[120, column] = Float(column) * 500
    }
    let warnings = try await diagnosis(near, validation: heldOut).warnings
    #expect(warnings.contains(.farSamples([7], areHeldOut: false)))
    #expect(!warnings.contains(.farSamples([120], areHeldOut: false)))
    let bulk = try await diagnosis(samples(Array(0..<400), different: 400), validation: heldOut)
    #expect(bulk.warnings.contains(.farSamples([120], areHeldOut: true)))
  }
}
