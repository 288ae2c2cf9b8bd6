import LinearAlgebra
import Networks

/// All samples of a diagnosis, of which only a few can be read: those that its parts have kept.
struct KeptSamples: SampleSource {
  let sampleCount: Int
  let inputCount: Int
  let identifyingCount: Int
  /// By the first row.
  private let blocks: [Int: ArraySamples]

  /// The rows of a block: what is read once more is read in such.
  static var blockRows: Int { SampleSplit.rangeUnit }

  init(of origin: StatisticsOrigin, _ rows: [KeptRows], fromValidation: Bool = false) {
    sampleCount = fromValidation ? origin.validationCount ?? 0 : origin.sampleCount
    (inputCount, identifyingCount) = (origin.inputCount, origin.identifyingCount)
    blocks = Dictionary(
      rows.filter { $0.fromValidation == fromValidation }.map { ($0.first, $0.samples) },
      uniquingKeysWith: { first, _ in first })
  }

  func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float> {
    let (samples, rows) = try block(with: range)
    return samples.read(rows, into: &inputs)
  }

  func readWeights(_ range: Range<Int>) throws -> [Double]? {
    let (samples, rows) = try block(with: range)
    return samples.readWeights(rows)
  }

  func readGroups(_ range: Range<Int>) throws -> [UInt64]? {
    let (samples, rows) = try block(with: range)
    return samples.readGroups(rows)
  }

  private func block(with range: Range<Int>) throws -> (ArraySamples, Range<Int>) {
    let first = range.lowerBound / Self.blockRows * Self.blockRows
    guard let block = blocks[first], range.upperBound - first <= block.sampleCount else {
      throw StatisticsProblem.rowNotKept(range.lowerBound)
    }
    return (block, range.lowerBound - first..<range.upperBound - first)
  }
}
