@testable import Diagnostics
import LinearAlgebra
import Networks
import Synchronization
import TestSupport
import Testing

@Suite("As many samples as are needed")
struct PrecisionTests {
  /// A network too narrow for what its targets ask.
  private func subject(_ count: Int) throws -> (Network<Float>, Objective<Float>, ArraySamples) {
    var random = SeededGenerator(seed: 8)
    let network = Network<Float>(random.network([5, 2, 2], hidden: .tanh))
    let teacher = random.network([5, 8, 2], hidden: .tanh)
    var samples = random.samples(count, inputs: 5, outputs: 2, for: .meanSquaredError)
    var pass = Pass(
      network: teacher,
      objective: try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2))
    pass.forward(samples.inputs, differentiating: false)
    samples.targets = .values(Matrix<Float>(pass.outputPreactivations))
    return (
      network, try Objective(loss: .meanSquaredError, outputStages: [], outputs: 2), samples
    )
  }

  private func errors(_ diagnosis: Diagnosis) -> [Double] {
    diagnosis.layers.map { ($0.lackStandardError ?? .infinity) / $0.lackOfExpressivity }
      + diagnosis.growth.compactMap { growth in
        growth.lossGain?.heldOut.map { $0.standardError / $0.mean }
      }
      + diagnosis.growth.map {
        ($0.paper.singularValueStandardErrors.first ?? .infinity) / $0.paper.singularValues[0]
      }
  }

  @Test("are read for every reported error to be as small as asked for", arguments: [0.1, 0.04])
  func enough(precision: Double) async throws {
    let (network, objective, samples) = try subject(60_000)
    let (diagnosis, isPrecise) = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.2, seed: 1),
      options: DiagnosisOptions(neuronLimit: 4, workers: 2), precision: precision)
    #expect(isPrecise)
    #expect(errors(diagnosis).allSatisfy { $0 <= precision })
    let used = diagnosis.trainingCount + diagnosis.heldOutCount
    #expect(used < 60_000, "\(used) samples")
    let whole = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.2, seed: 1),
      options: DiagnosisOptions(neuronLimit: 4, workers: 2))
    for (some, all) in zip(diagnosis.layers, whole.layers) {
      // Four standard errors: what the errors say is true.
      #expect(
        (some.lackOfExpressivity - all.lackOfExpressivity).magnitude
          <= 4 * precision * all.lackOfExpressivity)
    }
  }

  @Test("are all of them where no number of them is enough")
  func all() async throws {
    let (network, objective, samples) = try subject(3000)
    let (diagnosis, isPrecise) = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0.2, seed: 1),
      options: DiagnosisOptions(neuronLimit: 2, workers: 2), precision: 1e-5)
    #expect(!isPrecise)
    #expect(diagnosis.trainingCount + diagnosis.heldOutCount == 3000)
  }

  @Test("are read once for the lack and λ alone, which are those of the whole diagnosis")
  func onePass() async throws {
    let (network, objective, samples) = try subject(20_000)
    let counted = CountedSamples(source: samples)
    let split = SampleSplit(samples: counted, holdout: 0.2, seed: 1)
    var options = DiagnosisOptions(neuronLimit: 4, workers: 2)
    options.seeksNeurons = false
    let once = try await diagnose(.model(network, objective), split: split, options: options)
    // Beside the pass, the rows of a subset and those of a reference point.
    #expect(counted.rowCount <= 20_000 + 3 * 4096)
    options.seeksNeurons = true
    let whole = try await diagnose(.model(network, objective), split: split, options: options)
    #expect(once.layers.map(\.lackOfExpressivity) == whole.layers.map(\.lackOfExpressivity))
    #expect(
      once.growth.map(\.paper.singularValues) == whole.growth.map(\.paper.singularValues))
    #expect(once.growth.allSatisfy { $0.suggestedNeurons == 0 && $0.lossGain == nil })
    #expect(once.verdict.cause == .neuronsNotSought && once.verdict.kind == nil)
  }
}

/// Counts the rows that are read.
private final class CountedSamples: SampleSource {
  private let source: ArraySamples
  private let rows = Mutex(0)

  init(source: ArraySamples) { self.source = source }

  var sampleCount: Int { source.sampleCount }
  var inputCount: Int { source.inputCount }
  var rowCount: Int { rows.withLock { $0 } }

  func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float> {
    rows.withLock { $0 += range.count }
    return source.read(range, into: &inputs)
  }
}
