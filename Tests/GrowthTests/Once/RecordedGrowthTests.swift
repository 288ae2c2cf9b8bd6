import Diagnostics
import Foundation
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Growth by a recording") struct RecordedGrowthTests {
  /// A network too narrow for its samples, and what a pass of it leaves.
  private struct Subject {
    let network: Network<Float>
    let objective: Objective<Float>
    let samples: ArraySamples
    let recorded: ArraySamples

    init(hidden: Activation, hasBias: Bool = true, seed: Int) throws {
      var random = SeededGenerator(seed: seed)
      let network = Network<Float>(
        random.network([5, 2, 3, 2], hidden: hidden, hasBias: hasBias))
      self.network = network
      objective = try Objective(loss: .meanSquaredError, outputStages: [], outputs: 2)
      let teacher = Network<Float>(random.network([5, 16, 12, 2], hidden: .tanh))
      var samples = random.samples(400, inputs: 5, outputs: 2, for: .meanSquaredError)
      var pass = Pass(network: teacher, objective: objective)
      pass.forward(samples.inputs, differentiating: false)
      samples.targets = .values(
        Matrix(rows: 400, columns: 2, storage: pass.outputPreactivations.storage.map { 3 * $0 }))
      self.samples = samples
      pass = Pass(network: network, objective: objective)
      pass.forward(samples.inputs, differentiating: true)
      pass.backward(targets: samples.targets)
      let rows = (0..<400).flatMap { row in
        zip(network.layers, pass.inputs).flatMap { layer, inputs in
          (0..<layer.inputs).map { inputs[row, $0] }
        }
          + pass.desiredUpdates.flatMap { updates in
            (0..<updates.columns).map { updates[row, $0] }
          }
      }
      recorded = ArraySamples(
        inputs: Matrix(rows: 400, columns: network.recordedCount, storage: rows),
        targets: .values(Matrix(rows: 400, columns: 0)),
        identifyingCount: network.layers[0].inputs)
    }

    var split: SampleSplit { SampleSplit(samples: recorded, holdout: 0.2, seed: 1) }
    var options: DiagnosisOptions { DiagnosisOptions(neuronLimit: 4, workers: 2) }

    func loss(of network: Network<Float>) async throws -> Double {
      try await evaluate(
        network, objective: objective,
        split: SampleSplit(samples: samples, holdout: 0, seed: 1), workers: 2
      ).training.loss
    }

    func grown(_ plan: GrowthPlan) async throws -> GrowthRun {
      try await grow(.recording(network), split: split, plan: plan, options: options)
    }
  }

  @Test(
    "gives every layer what the report suggests, and keeps the function",
    arguments: [Activation.tanh, .relu, .sigmoid], 0..<2)
  func keepsFunction(hidden: Activation, seed: Int) async throws {
    let subject = try Subject(hidden: hidden, seed: seed)
    let diagnosis = try await diagnose(
      .recording(subject.network), split: subject.split, options: subject.options)
    let suggested = diagnosis.growth.filter { $0.suggestedNeurons > 0 }
    try #require(!suggested.isEmpty)
    let growth = try await subject.grown(GrowthPlan())
    #expect(growth.steps.map(\.layer) == suggested.map(\.layer))
    #expect(growth.steps.map(\.neurons) == suggested.map(\.suggestedNeurons))
    #expect(growth.steps.map(\.closedLack) == suggested.map(\.closedLack))
    #expect(growth.steps.allSatisfy { $0.amplitudes.neurons == 0 } && growth.end == nil)
    #expect(growth.network.parameterCount == growth.steps.last?.parametersAfter)
    let loss = try await subject.loss(of: subject.network)
    expectClose(try await subject.loss(of: growth.network), loss, relative: 1e-6)
    // New units look at nothing that is new, and say nothing yet; yet they are no zeros.
    for step in growth.steps {
      let (old, new) = (subject.network.layers[step.layer], growth.network.layers[step.layer])
      for unit in step.unitsBefore..<new.outputs {
        let fanIn = (0..<new.weights.rows).map { new.weights[$0, unit] }
        #expect(fanIn[old.inputs..<new.inputs].allSatisfy { $0 == 0 })
        #expect(fanIn.contains { $0 != 0 })
        let next = growth.network.layers[step.layer + 1]
        let fanOut = (0..<subject.network.layers[step.layer + 1].outputs).map {
          next.weights[unit, $0]
        }
        #expect(fanOut.allSatisfy { $0 == 0 })
      }
    }
  }

  @Test("the loss falls at the rates of all its steps together", arguments: 0..<3)
  func slope(seed: Int) async throws {
    let subject = try Subject(hidden: .tanh, seed: 10 + seed)
    let counts = [(0, 1), (1, 1)].map { GrowthPlan.LayerCount(layer: $0.0, neurons: $0.1) }
    var options = subject.options
    options.counts = [0: 1, 1: 1]
    let diagnosis = try await diagnose(
      .recording(subject.network), split: subject.split, options: options)
    #expect(diagnosis.growth.map(\.suggestedNeurons) == [1, 1])
    // Where one neuron is what is suggested anyway, it is the suggested one.
    let free = try await diagnose(
      .recording(subject.network), split: subject.split, options: subject.options)
    let found = zip(free.growth, diagnosis.growth).map { $0.suggestedNeurons == 1 ? $0 : $1 }
    // The samples the neurons are fitted on.
    let fitted = SampleSplit(samples: subject.samples, holdout: 0.2, seed: 1)
    func loss(_ network: Network<Float>) async throws -> Double {
      try await evaluate(network, objective: subject.objective, split: fitted, workers: 2)
        .training.loss
    }
    func fall(_ amplitude: Double) async throws -> Double {
      let growth = try await subject.grown(
        GrowthPlan(aim: .counts(counts), amplitude: amplitude))
      #expect(growth.steps.allSatisfy { $0.amplitudes.neurons == amplitude })
      return try await loss(subject.network) - loss(growth.network)
    }
    let step = 0.02
    let (whole, half) = (try await fall(step), try await fall(step / 2))
    // The slope of the parabola through both; losses are those of single precision.
    let rate = (4 * half - whole) / step
    expectClose(rate, found.reduce(0) { $0 + $1.slope }, relative: 0.02)
  }

  @Test("adds as many as are asked for, at random where the recording tells too few")
  func counts() async throws {
    let subject = try Subject(hidden: .tanh, seed: 3)
    let plan = GrowthPlan(aim: .counts([GrowthPlan.LayerCount(layer: 1, neurons: 40)]))
    let growth = try await subject.grown(plan)
    #expect(growth.network.layers[1].outputs == 43 && growth.network.layers[0].outputs == 2)
    #expect(growth.steps.reduce(0) { $0 + $1.neurons } == 40)
    if growth.steps.count > 1 {
      #expect(growth.steps.map(\.method) == [.tiny, .random])
      #expect(growth.notes.count { $0.contains("random") } == 1)
    }
    // Without held-out samples nothing can be judged.
    let all = try await grow(
      .recording(subject.network),
      split: SampleSplit(samples: subject.recorded, holdout: 0, seed: 1), plan: plan,
      options: subject.options)
    #expect(all.steps.map(\.method) == [.random] && all.network.layers[1].outputs == 43)
    expectClose(
      try await subject.loss(of: all.network), try await subject.loss(of: subject.network),
      relative: 1e-6)
  }

  @Test("adds the paper's neurons above a threshold, or says that there are none")
  func threshold() async throws {
    let subject = try Subject(hidden: .tanh, seed: 4)
    var options = subject.options
    options.solver = .sequential
    let diagnosis = try await diagnose(
      .recording(subject.network), split: subject.split, options: options)
    let squares = diagnosis.growth.flatMap { $0.paper.singularValues.map { $0 * $0 } }
    let threshold = try #require(squares.max()) * 0.5
    let growth = try await subject.grown(GrowthPlan(aim: .threshold(threshold)))
    #expect(growth.steps.reduce(0) { $0 + $1.neurons } == squares.count { $0 > threshold })
    let none = try await subject.grown(GrowthPlan(aim: .threshold(1e9)))
    #expect(none.steps.isEmpty && none.network == subject.network)
    let largest = try #require(squares.max())
    guard case .noneAboveThreshold(1e9, let found) = none.end else {
      Issue.record("\(String(describing: none.end))")
      return
    }
    expectClose(found, largest, relative: 1e-12)
  }
  @Test("goes as far as lowers the loss most that its owner finds")
  func evaluated() async throws {
    let subject = try Subject(hidden: .tanh, seed: 3)
    let aim = GrowthPlan.Aim.counts([.init(layer: 0, neurons: 2), .init(layer: 1, neurons: 2)])
    let run = try await grow(
      .recording(subject.network), split: subject.split, plan: GrowthPlan(aim: aim),
      options: subject.options, lossOf: { try await subject.loss(of: $0) })
    let evaluated = try #require(run.evaluated)
    let (before, after) = try await (
      subject.loss(of: subject.network), subject.loss(of: run.network)
    )
    #expect(evaluated == EvaluatedLosses(before: before, after: after))
    #expect(after < before && run.measuredGain == before - after && run.predictedGain == nil)
    #expect(run.steps.map(\.layer) == [0, 1])
    #expect(run.steps.first?.evaluated?.before == before)
    #expect(run.steps.first?.evaluated?.after == run.steps.last?.evaluated?.before)
    // No amplitude of a fine grid does better, but by 4 % of the gain.
    let first = try #require(run.steps.first)
    for exponent in stride(from: -4.0, through: 4, by: 0.5) {
      let plan = GrowthPlan(
        aim: .counts([.init(layer: 0, neurons: 2)]), amplitude: pow(2, exponent))
      let other = try await subject.loss(of: subject.grown(plan).network)
      let reached = try #require(first.evaluated)
      #expect(other >= reached.after - 0.04 * reached.gain, "2^\(exponent)")
    }
  }

  @Test("adds nothing that does not lower the loss that its owner finds")
  func evaluatedInVain() async throws {
    let subject = try Subject(hidden: .tanh, seed: 3)
    let run = try await grow(
      .recording(subject.network), split: subject.split, plan: GrowthPlan(),
      options: subject.options, lossOf: { Double($0.parameterCount) })
    #expect(run.network == subject.network && run.steps.isEmpty)
    #expect(run.end == .noneLowersEvaluatedLoss && !run.notes.isEmpty)
    let asked = try await grow(
      .recording(subject.network), split: subject.split,
      plan: GrowthPlan(aim: .counts([.init(layer: 0, neurons: 2)])), options: subject.options,
      lossOf: { $0.layers[0].outputs > 2 ? 2 : 1 })
    #expect(asked.steps.map(\.amplitudes.neurons) == [0])
    try await expectClose(
      subject.loss(of: asked.network), subject.loss(of: subject.network), relative: 1e-6)
    #expect(asked.notes.contains { $0.contains("falls at no amplitude") })
  }

  @Test("a budget and other methods need a loss, and a recording knows none")
  func needsLoss() async throws {
    let subject = try Subject(hidden: .tanh, seed: 5)
    await #expect(throws: GrowthError.needsLoss("a budget of parameters")) {
      _ = try await subject.grown(GrowthPlan(aim: .budget(parameters: 100)))
    }
    let counts = GrowthPlan.Aim.counts([GrowthPlan.LayerCount(layer: 0, neurons: 1)])
    await #expect(throws: GrowthError.needsLoss("the method random")) {
      _ = try await subject.grown(GrowthPlan(aim: counts, method: .random))
    }
  }

  @Test("measures no loss, and counts the samples of both parts")
  func withoutLoss() async throws {
    let run = try await Subject(hidden: .tanh, seed: 0).grown(GrowthPlan())
    #expect(run.before == nil && run.after == nil && run.sharpness == nil)
    #expect(run.measuredGain == nil && run.heldOutGain == nil && run.predictedGain == nil)
    #expect(run.steps.allSatisfy { $0.measuredGain == nil && $0.reusedUnits == 0 })
    #expect(run.sampleCounts.heldOut > 0)
    #expect(run.sampleCounts.training + run.sampleCounts.heldOut == 400)
  }
}
