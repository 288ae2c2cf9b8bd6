import LinearAlgebra
import Testing

@testable import Charts

struct BandTests {
  @Test("Between points the value is on the line; at a jump it is the one after; outside none")
  func interpolation() {
    let curve = Curve(x: [0, 1, 1, 3], y: [0, 2, 10, 14])
    #expect(curve.interpolated(at: 0) == 0)
    #expect(curve.interpolated(at: 0.25) == 0.5)
    #expect(curve.interpolated(at: 1) == 10)
    #expect(curve.interpolated(at: 2) == 12)
    #expect(curve.interpolated(at: 3) == 14)
    #expect(curve.interpolated(at: -0.001) == nil)
    #expect(curve.interpolated(at: 3.001) == nil)
    #expect(Curve(x: [], y: []).interpolated(at: 0) == nil)
  }

  @Test("A straight line is interpolated exactly wherever it is measured", arguments: 1...20)
  func straightLines(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let places = ([0, 1] + (0..<10).map { _ in Double.random(in: 0..<1, using: &random) }).sorted()
    let curve = Curve(x: places, y: places.map { 3 * $0 - 1 })
    for _ in 0..<20 {
      let place = Double.random(in: 0...1, using: &random)
      let value = curve.interpolated(at: place) ?? .nan
      #expect(abs(value - (3 * place - 1)) < 1e-12)
    }
  }

  @Test("Mean and deviation of 2, 4, 4, 4, 5, 5, 7, 9, with n − 1 in the denominator")
  func spread() throws {
    let spread = try #require(Spread([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(spread.mean == 5)
    #expect(abs(spread.deviation - (32.0 / 7).squareRoot()) < 1e-15)
    #expect(abs(spread.standardError - spread.deviation / 8.0.squareRoot()) < 1e-15)
    #expect(Spread([3])?.deviation == 0)
    #expect(Spread([]) == nil)
  }

  @Test("Runs measured at different times meet at equal ones, up to where the shortest ends")
  func equalIntervals() {
    let band = Band(
      of: [Curve(x: [0, 0.35, 1], y: [0, 0.35, 1]), Curve(x: [0, 2], y: [1, 3])], every: 0.25)
    #expect(band.x == [0, 0.25, 0.5, 0.75, 1])
    for (place, spread) in zip(band.x, band.spreads) {
      #expect(abs(spread.mean - (place + 0.5)) < 1e-12)
      #expect(spread.count == 2)
      #expect(abs(spread.deviation - 1 / 2.0.squareRoot()) < 1e-12)
    }
    #expect(Band(of: [], every: 0.25).x.isEmpty)
  }

  @Test("Points of the same number stand at the mean of their times")
  func pointwise() {
    let band = Band(
      pointwise: [Curve(x: [0, 1, 5], y: [1, 2, 3]), Curve(x: [0, 3], y: [3, 6])])
    #expect(band.x == [0, 2])
    #expect(band.spreads.map(\.mean) == [2, 4])
  }

  @Test("A place counts if half of the runs have it")
  func collected() {
    let band = Band(
      collecting: [
        Curve(x: [1, 2, 3], y: [1, 10, 100]), Curve(x: [1, 2], y: [3, 20]),
        Curve(x: [1], y: [5]), Curve(x: [1], y: [7]),
      ])
    #expect(band.x == [1, 2])
    #expect(band.spreads.map(\.mean) == [4, 15])
    #expect(band.spreads.map(\.count) == [4, 2])
  }
}
