import LinearAlgebra
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Gains on held-out samples")
struct JudgedGainsTests {
  @Test(
    "Without the extremes they are the mean of the others, in whatever order they came",
    arguments: [1, 3, 20], [50, 333])
  func trimmed(extremes: Int, count: Int) throws {
    var random = SeededGenerator(seed: extremes + count)
    let samples = (0..<count).map { row in
      (gain: random.normal(), weight: Double.random(in: 0.5...2, using: &random), row: row)
    }
    func gains(_ samples: some Sequence<(gain: Double, weight: Double, row: Int)>) -> JudgedGains {
      samples.reduce(into: JudgedGains(extremeCount: extremes)) {
        $0.add($1.gain, beyond: $1.gain, weight: $1.weight, unit: nil, of: 0, row: $1.row)
      }
    }
    let kept = samples.sorted { abs($0.gain * $0.weight) > abs($1.gain * $1.weight) }
      .dropFirst(extremes)
    let expected =
      kept.reduce(0) { $0 + $1.gain * $1.weight } / kept.reduce(0) { $0 + $1.weight }
    expectClose(try #require(gains(samples).trimmedBeyondFirst), expected, relative: 1e-10)
    var (first, second) = (
      gains(samples.filter { $0.row % 3 == 0 }),
      gains(samples.filter { $0.row % 3 != 0 }.reversed())
    )
    second.merge(first)
    expectClose(try #require(second.trimmedBeyondFirst), expected, relative: 1e-10)
    first = gains(samples)
    expectClose(
      try #require(second.beyondFirst.paired).mean, try #require(first.beyondFirst.paired).mean,
      relative: 1e-12)
  }

  @Test("A gain that a few samples have alone is none")
  func fewSamples() {
    func gain(_ trimmed: Double?) -> LossGain {
      let gain = PairedGain(mean: 1, standardError: 0.1)
      return LossGain(
        predicted: nil, measured: 1, heldOut: gain, measuredWithoutNeurons: 0,
        heldOutBeyondUpdate: gain, amplitudes: .whole, trimmedBeyondUpdate: trimmed)
    }
    #expect(gain(0.5).isWorthwhile(least: 0) && gain(nil).isWorthwhile(least: 0))
    #expect(!gain(-0.1).isWorthwhile(least: 0) && !gain(0).isWorthwhile(least: 0))
  }
}

@Suite("The predicted gain")
struct GainPredictionTests {
  @Test(
    "of a parabola is exact, whatever the slope of the subset it bends on",
    arguments: [0.3, 1, 1.7], [0.4, 1])
  func parabola(slope: Double, curvature: Double) throws {
    let gains = GainPrediction.shares.map { slope * $0 - curvature * $0 * $0 / 2 }
    for exact in [0.5, 1, 2] {
      let predicted = try #require(GainPrediction.gain(slope: exact, gains: gains))
      // Not relative to the gain, which may be 0.
      #expect(abs(predicted - (exact - curvature / 2)) <= 1e-8 * exact)
    }
  }

  @Test("is never more than there is to gain, and none where it is far from it")
  func bound() throws {
    let gains = GainPrediction.shares.map { 1.0 * $0 }
    #expect(GainPrediction.gain(slope: 1, gains: gains) == 1)
    #expect(GainPrediction.gain(slope: 1, gains: gains, atMost: 2) == 1)
    #expect(GainPrediction.gain(slope: 1, gains: gains, atMost: 0.95) == 0.95)
    #expect(GainPrediction.gain(slope: 28, gains: gains, atMost: 1.74) == nil)
  }
}
