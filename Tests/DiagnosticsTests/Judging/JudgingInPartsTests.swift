import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Judging in parts")
struct JudgingInPartsTests {
  /// A narrow network whose answers are small, on few samples of a weak signal whose noise has heavy tails.
  private static func scene(
    rows: Int, signal: Float = 0.5, seed: Int = 5
  ) throws -> (Network<Float>, Objective<Float>, ArraySamples) {
    var random = SeededGenerator(seed: seed)
    let inputs = Matrix<Float>(random.normalMatrix(rows, 4))
    let targets = Matrix<Float>(rows: rows, columns: 1) { row, _ in
      let noise = Float(random.normal())
      return signal * inputs[row, 0] + noise * noise * noise / 4
    }
    let drawn = Network<Float>(random.network([4, 3, 1], hidden: .tanh))
    var weights = drawn.layers[1].weights
    for place in weights.storage.indices { weights.storage[place] *= 0.2 }
    let last = Layer<Float>(name: "last", weights: weights, hasBias: true, stages: [])
    let network = Network(inputCount: 4, layers: [drawn.layers[0], last])
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 1)
    return (network, objective, ArraySamples(inputs: inputs, targets: .values(targets)))
  }

  @Test("Every sample is held out once, whatever decides", arguments: [false, true])
  func partition(isSeries: Bool) throws {
    let (_, _, samples) = try Self.scene(rows: 301)
    let split = try SampleSplit(
      samples: samples, holdout: 0.2, seed: 4, lastHeldOut: isSeries
    ).prepared()
    let parts = [split] + split.otherParts
    #expect(parts.count == 5)
    let held = try parts.map { Set(try $0.heldOutRows()) }
    #expect(held.reduce(0) { $0 + $1.count } == held.reduce(Set()) { $0.union($1) }.count)
    #expect(held.reduce(0) { $0 + $1.count } >= (isSeries ? 300 : 301))
    #expect(held.allSatisfy { (30...90).contains($0.count) })
    if isSeries { #expect(held.allSatisfy { ($0.max() ?? 0) - ($0.min() ?? 0) + 1 == $0.count }) }
  }

  @Test("A group is in one part alone")
  func groups() throws {
    var (_, _, samples) = try Self.scene(rows: 300)
    samples.groups = (0..<300).map { UInt64($0 / 10) }
    let split = try SampleSplit(samples: samples, holdout: 0.2, seed: 1).prepared()
    let held = try ([split] + split.otherParts).map { Set(try $0.heldOutRows()) }
    for group in 0..<30 {
      let rows = Set(group * 10..<(group + 1) * 10)
      #expect(held.allSatisfy { $0.intersection(rows).isEmpty || $0.isSuperset(of: rows) })
    }
  }

  @Test(
    "The gain in doubt is the mean over all samples of what each part gains by the others' neurons")
  func pooled() async throws {
    var (inDoubt, options) = (0, DiagnosisOptions(workers: 1, seed: 2))
    options.networkLack = false
    for (seed, signal) in zip(0..., [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6] as [Float])
    where inDoubt == 0 {
      let (network, objective, samples) = try Self.scene(rows: 300, signal: signal, seed: seed)
      func growth(_ split: SampleSplit) async throws -> (gain: LossGain?, count: Int) {
        let found = try await diagnose(.model(network, objective), split: split, options: options)
        return (found.growth[0].lossGain ?? found.growth[0].rejectedLossGain, found.heldOutCount)
      }
      let split = try SampleSplit(samples: samples, holdout: 0.2, seed: 2).prepared()
      options.judgesInParts = true
      guard let judged = try await growth(split).gain, judged.crossValidated?.parts == 5 else {
        continue
      }
      inDoubt += 1
      options.judgesInParts = false
      var (sum, beyond, count) = (0.0, 0.0, 0)
      for part in [split] + split.otherParts {
        let found = try await growth(part)
        #expect(found.gain?.crossValidated == nil)
        sum += Double(found.count) * (found.gain?.heldOut?.mean ?? 0)
        beyond += Double(found.count) * (found.gain?.heldOutBeyondUpdate?.mean ?? 0)
        count += found.count
      }
      #expect(count == 300)
      let joined = try #require(judged.crossValidated)
      expectClose(joined.whole.mean, sum / 300, relative: 1e-6)
      expectClose(joined.beyondUpdate.mean, beyond / 300, relative: 1e-6)
      // The neurons that are written are those of the first part, and so is their held-out gain.
      options.judgesInParts = false
      #expect(judged.heldOut == (try await growth(split).gain)?.heldOut)
    }
    #expect(inDoubt > 0)
  }

  @Test("Only what is in doubt is judged again")
  func doubt() {
    func gain(_ mean: Double, _ error: Double, fitted: Double = 1) -> LossGain {
      let gain = PairedGain(mean: mean, standardError: error)
      return LossGain(
        predicted: nil, measured: fitted, heldOut: gain, measuredWithoutNeurons: 0,
        heldOutBeyondUpdate: gain, amplitudes: .whole)
    }
    #expect(JudgingInParts.isNeeded(for: [gain(1, 0.4)], least: 0.01))
    #expect(JudgingInParts.isNeeded(for: [gain(-0.1, 0.4)], least: 0.01))
    // Beyond doubt, hopeless, and too little even where it was fitted.
    #expect(!JudgingInParts.isNeeded(for: [gain(1, 0.1)], least: 0.01))
    #expect(!JudgingInParts.isNeeded(for: [gain(-1, 0.1)], least: 0.01))
    #expect(!JudgingInParts.isNeeded(for: [gain(1, 0.4, fitted: 0.001)], least: 0.01))
    // Two layers that are both beyond doubt, and nearly alike or not.
    #expect(JudgingInParts.isNeeded(for: [gain(1, 0.1), gain(0.7, 0.1)], least: 0.01))
    #expect(!JudgingInParts.isNeeded(for: [gain(1, 0.05), gain(0.3, 0.05)], least: 0.01))
    #expect(!JudgingInParts.isNeeded(for: [], least: 0.01))
    // The first look at many samples reads more of them instead.
    #expect(!JudgingInParts.isCheap(samples: 16384, weights: 10))
    #expect(JudgingInParts.isCheap(samples: 16383, weights: 10))
  }
}
