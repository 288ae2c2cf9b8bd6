import LinearAlgebra
import TestSupport
import Testing

@Suite("Whitening by samples")
struct SampleWhiteningTests {
  @Test(
    "is that of their second moment, whatever is constant, repeated or zero",
    arguments: [(3, 9), (7, 8), (20, 25), (1, 4), (12, 12)], 0..<3)
  func secondMoment(shape: (rows: Int, columns: Int), seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    var samples = random.normalMatrix(shape.rows, shape.columns)
    for row in 0..<shape.rows {
      samples[row, 0] = 0
      samples[row, 1] = 1
      samples[row, 2] = 100 * samples[row, shape.columns - 1]
    }
    let moment = (1 / Double(shape.rows)) * samples.transposedTimes(samples)
    let direct = try Whitening(of: moment, rankTolerance: 1e-10)
    let bySamples = try Whitening(ofSamples: samples, rankTolerance: 1e-10)
    #expect(bySamples.rank == direct.rank && bySamples.order == shape.columns)
    expectClose(
      bySamples.solve(.identity(bySamples.order)), direct.solve(.identity(direct.order)),
      relative: 1e-7)
    let factor = bySamples.factor
    expectClose(
      factor.times(moment).timesTransposed(factor), .identity(direct.rank), relative: 1e-9)
  }

  @Test("a number that is not finite is refused")
  func notFinite() {
    #expect(throws: LinearAlgebraError.self) {
      try Whitening(
        ofSamples: Matrix(rows: 1, columns: 2, storage: [1, .infinity]), rankTolerance: 1e-10)
    }
  }
}
