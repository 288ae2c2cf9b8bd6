import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics
@testable import Growth

/// A student that was trained a little on many samples of a random teacher.
private struct ManySamples: Sendable {
  let network: Network<Float>
  let objective: Objective<Float>
  let samples: ArraySamples

  init(_ widths: [Int], teacher: [Int], count: Int = 60_000, noise: Double, steps: Int, seed: Int)
    throws
  {
    var random = SeededGenerator(seed: seed)
    let source = random.network(teacher, hidden: .tanh)
    var pass = Pass(
      network: source,
      objective: try Objective<Double>(
        loss: .meanSquaredError, outputStages: [], outputs: teacher[teacher.count - 1]))
    let inputs = Matrix<Float>(random.normalMatrix(count, widths[0]))
    pass.forward(inputs, differentiating: false)
    var targets = Matrix<Float>(pass.outputPreactivations)
    for place in targets.storage.indices {
      targets.storage[place] += Float(noise * random.normal())
    }
    samples = ArraySamples(inputs: inputs, targets: .values(targets))
    objective = try Objective(
      loss: .meanSquaredError, outputStages: [], outputs: widths[widths.count - 1])
    var trainer = Trainer(
      Network<Float>(random.network(widths, hidden: .tanh)), objective: objective,
      samples: samples, options: TrainingOptions(seed: UInt64(seed)))
    try trainer.train(steps: steps)
    network = trainer.network
  }

  func split(_ source: any SampleSource, seed: UInt64) -> SampleSplit {
    SampleSplit(samples: source, holdout: 0.2, seed: seed)
  }
}

@Suite("As many samples as make the verdict clear")
struct UntilClearTests {
  private let options = DiagnosisOptions(neuronLimit: 8, workers: 2)

  @Test("are enough for the kind and the layer that all samples give, in 19 of 20 networks")
  func sameVerdict() async throws {
    var (agreeing, early) = (0, 0)
    for seed in 0..<20 {
      let subject = try [
        { try ManySamples([6, 3, 1], teacher: [6, 16, 1], noise: 0.1, steps: 1500, seed: seed) },
        { try ManySamples([6, 16, 3, 2], teacher: [6, 16, 2], noise: 0, steps: 600, seed: seed) },
        { try ManySamples([5, 12, 1], teacher: [5, 4, 1], noise: 0.5, steps: 1500, seed: seed) },
        { try ManySamples([5, 4, 4, 1], teacher: [5, 20, 1], noise: 0.2, steps: 20, seed: seed) },
      ][seed % 4]()
      let split = subject.split(subject.samples, seed: UInt64(seed))
      let (some, count) = try await diagnoseUntilClear(
        .model(subject.network, subject.objective), split: split, options: options)
      guard let count else {
        #expect(some.trainingCount + some.heldOutCount == 60_000)
        agreeing += 1
        continue
      }
      early += 1
      #expect(some.trainingCount + some.heldOutCount == count)
      let all = try await diagnose(
        .model(subject.network, subject.objective), split: split, options: options)
      if some.verdict.kind == all.verdict.kind, some.verdict.layer == all.verdict.layer {
        agreeing += 1
      }
    }
    #expect(agreeing >= 19, "\(agreeing) of 20")
    #expect(early >= 8, "\(early) of 20")
  }

  @Test("are those that so many spread samples are, so that their neurons can be found again")
  func sameSamples() async throws {
    let subject = try ManySamples(
      [6, 3, 1], teacher: [6, 16, 1], noise: 0, steps: 1500, seed: 1)
    let (some, count) = try await diagnoseUntilClear(
      .model(subject.network, subject.objective), split: subject.split(subject.samples, seed: 2),
      options: options)
    let used = try #require(count)
    let again = try await diagnose(
      .model(subject.network, subject.objective),
      split: subject.split(EvenlySpreadSamples(used, of: subject.samples), seed: 2),
      options: options)
    #expect(again.growth.map(\.neurons.fanIn) == some.growth.map(\.neurons.fanIn))
    #expect(again.growth.map(\.lossGain) == some.growth.map(\.lossGain))
    #expect(again.evaluation == some.evaluation)
  }

  @Test("confirm a verdict of the same kind and layer, and none where samples are copies")
  func confirmation() async throws {
    func diagnosis(
      _ subject: ManySamples, of samples: ArraySamples? = nil
    ) async throws -> Diagnosis {
      try await diagnose(
        .model(subject.network, subject.objective),
        split: subject.split(samples ?? subject.samples, seed: 2), options: options)
    }
    let narrow = try ManySamples(
      [6, 3, 1], teacher: [6, 16, 1], count: 3000, noise: 0, steps: 1500, seed: 1)
    let wide = try ManySamples(
      [5, 12, 1], teacher: [5, 4, 1], count: 3000, noise: 0.5, steps: 1500, seed: 1)
    let (first, other) = try await (diagnosis(narrow), diagnosis(wide))
    #expect(first.verdict.kind == .bottleneck && other.verdict.kind != .bottleneck)
    #expect(first.confirms(first) && !first.confirms(other) && !other.confirms(first))
    let places = (0..<3000).map { $0 / 3 }
    let copies = try await diagnosis(
      narrow,
      of: ArraySamples(
        inputs: narrow.samples.inputs.selectingRows(places),
        targets: narrow.samples.targets.selecting(places)))
    #expect(!copies.confirms(copies))
  }

  @Test("are all of them where samples are copies of others")
  func copies() async throws {
    let subject = try ManySamples(
      [6, 3, 1], teacher: [6, 16, 1], count: 20_000, noise: 0, steps: 1500, seed: 1)
    let places = (0..<60_000).map { $0 / 3 }
    let copied = ArraySamples(
      inputs: subject.samples.inputs.selectingRows(places),
      targets: subject.samples.targets.selecting(places))
    let (diagnosis, count) = try await diagnoseUntilClear(
      .model(subject.network, subject.objective), split: subject.split(copied, seed: 2),
      options: options)
    #expect(count == nil)
    #expect(diagnosis.repetition?.repeatedCount == 40_000)
  }
}
