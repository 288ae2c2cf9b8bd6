import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Weighted samples") struct WeightedSamplesTests {
  /// Samples with whole weights, 0 among them, and the same samples written out so often.
  private struct Pair {
    let weighted: ArraySamples
    let repeated: ArraySamples

    init(_ samples: ArraySamples, using random: inout SeededGenerator) {
      let weights = (0..<samples.sampleCount).map { _ in Int.random(in: 0...3, using: &random) }
      var weighted = samples
      weighted.weights = weights.map(Double.init)
      // What counts for nothing may be anything.
      for row in weights.indices where weights[row] == 0 { weighted.inputs[row, 0] = 1e30 }
      let rows = weights.indices.flatMap { [Int](repeating: $0, count: weights[$0]) }
      self.weighted = weighted
      repeated = ArraySamples(
        inputs: samples.inputs.selectingRows(rows), targets: samples.targets.selecting(rows))
    }
  }

  private struct Setting {
    let network: Network<Double>
    let objective: Objective<Double>
    let training: Pair
    let validation: Pair

    init(_ loss: Loss, output: Activation?, hidden: Activation, seed: Int) throws {
      var random = SeededGenerator(seed: seed)
      network = random.network([4, 3, 5, 3], hidden: hidden, output: output)
      objective = try Objective(
        loss: loss, outputStages: network.layers[2].stages, outputs: 3)
      training = Pair(
        random.samples(150, inputs: 4, outputs: 3, for: loss), using: &random)
      validation = Pair(
        random.samples(120, inputs: 4, outputs: 3, for: loss), using: &random)
    }

    func diagnosis(
      _ training: ArraySamples, _ validation: ArraySamples?, solver: Solver = .activationAware
    ) async throws -> Diagnosis {
      var options = DiagnosisOptions(solver: solver, workers: 2, seed: 1)
      // The number of neurons rests on standard errors, which repetition would belie.
      options.counts = [0: 2, 1: 3]
      options.networkLack = true
      options.lackTolerance = 1e-9
      return try await diagnose(
        .model(network, objective),
        split: SampleSplit(samples: training, validation: validation, holdout: 0, seed: 1),
        options: options)
    }
  }

  // `judged`: whether held-out samples chose among steps, less a standard error, which repetition
  // belies.
  private func expectSame(_ one: Diagnosis, _ other: Diagnosis, judged: Bool = false) throws {
    expectClose(try #require(one.training).loss, try #require(other.training).loss, relative: 1e-12)
    expectClose(one.training?.accuracy ?? 1, other.training?.accuracy ?? 1, relative: 1e-12)
    expectClose(one.heldOut?.loss ?? 1, other.heldOut?.loss ?? 1, relative: 1e-12)
    expectClose(one.heldOut?.accuracy ?? 1, other.heldOut?.accuracy ?? 1, relative: 1e-12)
    for (layer, same) in zip(one.layers, other.layers) {
      expectClose(layer.desiredUpdate, same.desiredUpdate, relative: 1e-12)
      expectClose(layer.bestUpdate, same.bestUpdate, relative: 1e-9)
      expectClose(layer.lackOfExpressivity, same.lackOfExpressivity, relative: 1e-9)
    }
    expectClose(
      try #require(one.network).lackOfExpressivity, try #require(other.network).lackOfExpressivity,
      relative: 1e-6)
    #expect(one.growth.count == 2 && other.growth.count == 2)
    for (growth, same) in zip(one.growth, other.growth) {
      for (value, equal) in zip(growth.paper.singularValues, same.paper.singularValues) {
        let scale = growth.paper.singularValues[0]
        #expect((value - equal).magnitude <= 1e-9 * scale)
      }
      // Ascent and line search carry differences of rounding further than algebra does.
      for (point, equal) in zip(growth.curve, same.curve) {
        expectClose(point.expressivityGain, equal.expressivityGain, relative: 1e-6)
        expectClose(
          point.validationExpressivityGain ?? 1, equal.validationExpressivityGain ?? 1,
          relative: 1e-5)
      }
      guard !judged else { continue }
      #expect(growth.suggestedNeurons == same.suggestedNeurons)
      expectClose(growth.expressivityGain, same.expressivityGain, relative: 1e-6)
      expectClose(growth.slope, same.slope, relative: 1e-6)
      // The linear solvers' neurons need not lower the loss.
      #expect((growth.lossGain == nil) == (same.lossGain == nil))
      guard growth.lossGain != nil else { continue }
      let (gain, equal) = (try #require(growth.lossGain), try #require(same.lossGain))
      expectClose(gain.measured, equal.measured, relative: 1e-6)
      expectClose(gain.amplitudes.neurons, equal.amplitudes.neurons, relative: 1e-6)
      expectClose(gain.predicted ?? 1, equal.predicted ?? 1, relative: 1e-4)
    }
  }

  @Test(
    "of whole weights are samples written out so often",
    arguments: [Solver.activationAware, .sequential, .joint], 0..<3)
  func repeats(solver: Solver, seed: Int) async throws {
    let losses: [(Loss, Activation?, Activation)] = [
      (.meanSquaredError, nil, .tanh),
      (.sparseCategoricalCrossentropy(fromLogits: false), .softmax, .softplus),
      (
        .binaryCrossentropy(fromLogits: false, labelSmoothing: 0), .sigmoid,
        .gelu(approximate: false)
      ),
    ]
    let (loss, output, hidden) = losses[seed]
    let setting = try Setting(loss, output: output, hidden: hidden, seed: seed)
    try await expectSame(
      setting.diagnosis(setting.training.weighted, nil, solver: solver),
      setting.diagnosis(setting.training.repeated, nil, solver: solver))
    try await expectSame(
      setting.diagnosis(setting.training.weighted, setting.validation.weighted, solver: solver),
      setting.diagnosis(setting.training.repeated, setting.validation.repeated, solver: solver),
      judged: true)
  }

  @Test("gain on both parts what samples written out so often gain", arguments: 0..<3)
  func steps(seed: Int) async throws {
    let setting = try Setting(.meanSquaredError, output: nil, hidden: .tanh, seed: 10 + seed)
    let diagnosis = try await setting.diagnosis(setting.training.weighted, nil)
    let growth = try #require(diagnosis.growth.first { $0.suggestedNeurons > 0 })
    let trial = StepTrial(
      layer: growth.layer, function: UnitFunction(stages: [Stage<Double>.activation(.tanh)]),
      form: .fanOut,
      choices: [growth.neurons])
    let steps = [(0.0, 0.5), (0.3, 0), (0.2, 1.5)].map {
      AmplitudeStep(amplitudes: Amplitudes(update: $0.0, neurons: $0.1), choice: 0)
    }
    func results(
      _ training: ArraySamples, _ validation: ArraySamples
    ) async throws -> [StepResult] {
      let samplePass = SamplePass(
        diagnosed: .model(setting.network, setting.objective),
        split: SampleSplit(samples: training, validation: validation, holdout: 0, seed: 1),
        workers: 2, progress: nil)
      return try await samplePass.results(
        of: [(trial, steps)], objective: setting.objective, moments: diagnosis.moments,
        references: diagnosis.moments.layers.map(\.reference))[0]
    }
    let weighted = try await results(setting.training.weighted, setting.validation.weighted)
    let repeated = try await results(setting.training.repeated, setting.validation.repeated)
    for (result, same) in zip(weighted, repeated) {
      expectClose(result.gain, same.gain, relative: 1e-10)
      expectClose(
        try #require(result.heldOut).mean, try #require(same.heldOut).mean, relative: 1e-10)
      expectClose(
        (result.heldOutBeyondFirst?.mean ?? 0) + 1, (same.heldOutBeyondFirst?.mean ?? 0) + 1,
        relative: 1e-10)
    }
  }

  @Test("that all weigh the same are samples without weights")
  func equal() async throws {
    let setting = try Setting(.meanSquaredError, output: nil, hidden: .relu, seed: 5)
    let plain = setting.training.repeated
    var ones = plain
    ones.weights = [Double](repeating: 1, count: plain.sampleCount)
    var sevens = plain
    sevens.weights = [Double](repeating: 7, count: plain.sampleCount)
    let expected = try await setting.diagnosis(plain, nil)
    try await expectSame(setting.diagnosis(ones, nil), expected)
    let scaled = try await setting.diagnosis(sevens, nil)
    try expectSame(scaled, expected)
    for (layer, same) in zip(scaled.layers, expected.layers) {
      expectClose(
        try #require(layer.lackStandardError), try #require(same.lackStandardError), relative: 1e-6)
      #expect(layer.warnings == same.warnings)
    }
  }

  @Test("count when they are held out by a seed, as they do when evaluated")
  func heldOut() async throws {
    let setting = try Setting(.meanSquaredError, output: nil, hidden: .tanh, seed: 6)
    let samples = setting.training.weighted
    let split = SampleSplit(samples: samples, holdout: 0.3, seed: 2)
    let evaluation = try await evaluate(
      setting.network, objective: setting.objective, split: split, workers: 2)
    var pass = Pass(network: setting.network, objective: setting.objective)
    pass.forward(samples.inputs, differentiating: false)
    pass.evaluate(targets: Targets(samples.targets))
    let weights = try #require(samples.weights)
    func mean(_ rows: [Int]) -> Double {
      rows.reduce(0) { $0 + (weights[$1] > 0 ? weights[$1] * pass.losses[$1] : 0) }
        / rows.reduce(0) { $0 + weights[$1] }
    }
    let heldOut = Set(try split.heldOutRows())
    let rows = Array(weights.indices)
    expectClose(
      evaluation.training.loss, mean(rows.filter { !heldOut.contains($0) }), relative: 1e-12)
    expectClose(
      try #require(evaluation.heldOut).loss, mean(rows.filter(heldOut.contains)), relative: 1e-12)
    #expect(
      evaluation.training.sampleCount
        == rows.count { !heldOut.contains($0) && weights[$0] > 0 })
  }

  @Test("keep their weights when only some are read")
  func spread() throws {
    var random = SeededGenerator(seed: 7)
    var samples = random.samples(5000, inputs: 1, outputs: 1, for: .meanSquaredError)
    for row in 0..<5000 { samples.inputs[row, 0] = Float(row) }
    samples.weights = (0..<5000).map(Double.init)
    let some = EvenlySpreadSamples(700, of: samples)
    for range in [0..<700, 3..<4, 100..<600, 5..<5] {
      var inputs = Matrix<Float>(rows: 0, columns: 1)
      _ = try some.read(range, into: &inputs)
      #expect(try some.readWeights(range) == inputs.storage.map(Double.init))
    }
  }

  @Test("leave nothing to fit if all of them weigh nothing")
  func nothing() async throws {
    let setting = try Setting(.meanSquaredError, output: nil, hidden: .tanh, seed: 8)
    var samples = setting.training.repeated
    samples.weights = [Double](repeating: 0, count: samples.sampleCount)
    await #expect(throws: DiagnosticsError.self) {
      _ = try await setting.diagnosis(samples, nil)
    }
  }

  @Test("have the standard error that their means deviate by", arguments: 0..<3)
  func standardError(seed: Int) throws {
    var random = SeededGenerator(seed: 20 + seed)
    var means: [Double] = []
    var errors: [Double] = []
    for _ in 0..<400 {
      var mean = WeightedMean()
      for _ in 0..<200 {
        let weight = Double.random(in: 0.1...4, using: &random)
        // Large weights go with large deviations, which the plain formula would miss.
        mean.add(3 + weight * random.normal(), weight: weight)
      }
      means.append(mean.mean)
      errors.append(try #require(mean.standardError()))
    }
    let centre = means.reduce(0, +) / 400
    let deviation = (means.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / 399).squareRoot()
    // The deviation over 400 draws is itself uncertain by 3.5 %.
    expectClose(errors.reduce(0, +) / 400, deviation, relative: 0.12)
  }

  @Test("have the usual standard error if all weigh alike")
  func plainStandardError() throws {
    let numbers = [1.0, 4, 2, 8, 5, 7]
    var mean = WeightedMean()
    var parts = [WeightedMean(), WeightedMean()]
    for (index, number) in numbers.enumerated() {
      mean.add(number, weight: 3)
      parts[index % 2].add(number)
    }
    parts[0].merge(parts[1])
    // √(7.5 / 6): the sample variance of these six is 7.5.
    for one in [mean, parts[0]] {
      expectClose(one.mean, 4.5, relative: 1e-15)
      expectClose(try #require(one.standardError()), 1.25.squareRoot(), relative: 1e-14)
      expectClose(
        try #require(one.standardError(over: 24)), 1.25.squareRoot() / 2, relative: 1e-14)
    }
    #expect(WeightedMean().standardError() == nil)
  }
}
