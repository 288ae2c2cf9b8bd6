import LinearAlgebra
import Networks
import Testing

@testable import Diagnostics

/// A source whose feature and label are the row's own number.
private struct NumberedRows: SampleSource {
  let sampleCount: Int
  let inputCount = 2

  func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) -> Targets<Float> {
    inputs = Matrix(rows: range.count, columns: 2) { row, column in
      Float(range.lowerBound + row) * (column == 0 ? 1 : -1)
    }
    return .labels(Array(range))
  }
}

@Suite("Samples spread over a source") struct SpreadSamplesTests {
  @Test(
    "Every row comes once, in order, and none beyond the source",
    arguments: [(1, 1), (1, 9), (3, 3), (5, 6), (256, 257), (300, 1000), (999, 1000), (1000, 7)])
  func rowsAreDistinct(count: Int, total: Int) throws {
    let samples = EvenlySpreadSamples(count, of: NumberedRows(sampleCount: total))
    #expect(samples.sampleCount == min(count, total))
    let rows = samples.sourceRows(of: 0..<samples.sampleCount).flatMap { Array($0) }
    #expect(rows.count == samples.sampleCount)
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
    #expect((rows.first ?? 0) >= 0 && (rows.last ?? 0) < total)
  }

  @Test("A tenth of a file of ten sorted classes has a tenth of each class")
  func everyClassIsMet() {
    let samples = EvenlySpreadSamples(1000, of: NumberedRows(sampleCount: 10_000))
    let rows = samples.sourceRows(of: 0..<1000).flatMap { Array($0) }
    let classCounts = (0..<10).map { label in rows.count { $0 / 1000 == label } }
    #expect(classCounts.allSatisfy { (95...105).contains($0) }, "\(classCounts)")
  }

  @Test("Blocks read one after the other are the same rows as one block", arguments: [1, 7, 64])
  func blocksDoNotMatter(blockRows: Int) throws {
    let samples = EvenlySpreadSamples(300, of: NumberedRows(sampleCount: 1000))
    var whole = Matrix<Float>(rows: 0, columns: 2)
    let targets = try samples.read(0..<300, into: &whole)
    var labels: [Int] = []
    var numbers: [Float] = []
    for start in stride(from: 0, to: 300, by: blockRows) {
      var block = Matrix<Float>(rows: 0, columns: 2)
      let part = try samples.read(start..<min(300, start + blockRows), into: &block)
      guard case .labels(let more) = part else { continue }
      labels += more
      numbers += block.storage
    }
    #expect(targets == .labels(labels))
    #expect(whole.storage == numbers)
    #expect(zip(labels, 0..<300).allSatisfy { label, row in numbers[2 * row] == Float(label) })
  }
}
