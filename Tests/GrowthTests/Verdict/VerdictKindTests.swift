import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics
@testable import Growth

/// A network and its samples, made so that one verdict is true.
private struct Situation {
  var network: Network<Float>
  let objective: Objective<Float>
  var samples: ArraySamples
  var unseen: ArraySamples?

  /// Samples of a random teacher, with noise, and a student that is trained on them.
  init(
    _ widths: [Int] = [4, 3, 1], hidden: Activation = .tanh, teacher: [Int] = [4, 12, 1],
    teacherScale: Double = 2, loss: Loss = .meanSquaredError, output: Activation = .linear,
    count: Int = 400, noise: Double = 0, steps: Int = 0, seed: Int = 1
  ) throws {
    var random = SeededGenerator(seed: seed)
    let source = random.network(teacher, hidden: .tanh)
    let outputs = widths[widths.count - 1]
    func drawn(_ count: Int) throws -> ArraySamples {
      let inputs = Matrix<Float>(random.normalMatrix(count, widths[0]))
      let linear = try Objective<Double>(
        loss: .meanSquaredError, outputStages: [], outputs: outputs)
      var pass = Pass(network: source, objective: linear)
      pass.forward(inputs, differentiating: false)
      var targets = Matrix<Float>(pass.outputPreactivations)
      let errors = random.normalMatrix(count, outputs)
      for place in targets.storage.indices {
        targets.storage[place] =
          Float(teacherScale) * targets.storage[place] + Float(noise * errors.storage[place])
      }
      return ArraySamples(inputs: inputs, targets: .values(targets))
    }
    samples = try drawn(count)
    unseen = try drawn(600)
    let student = Network<Float>(random.network(widths, hidden: hidden, output: output))
    objective = try Objective(
      loss: loss, outputStages: student.layers[student.layers.count - 1].stages, outputs: outputs)
    var trainer = Trainer(
      student, objective: objective, samples: samples, options: TrainingOptions(seed: UInt64(seed)))
    try trainer.train(steps: steps)
    network = trainer.network
  }

  /// The same with other weights in a layer.
  func replacing(
    layer: Int, _ change: (Int, Int, Float) -> Float
  ) -> Situation {
    var changed = self
    var layers = network.layers
    let old = layers[layer]
    layers[layer] = Layer(
      name: old.name,
      weights: Matrix(rows: old.weights.rows, columns: old.weights.columns) {
        change($0, $1, old.weights[$0, $1])
      }, hasBias: old.hasBias, stages: old.stages)
    changed.network = Network(inputCount: network.inputCount, layers: layers)
    return changed
  }

  /// The same samples with every target changed.
  func mapping(_ change: (Float) -> Float) -> Situation {
    var changed = self
    guard case .values(var targets) = samples.targets else { return self }
    for place in targets.storage.indices { targets.storage[place] = change(targets.storage[place]) }
    changed.samples.targets = .values(targets)
    return changed
  }

  func diagnosis(judgedByUnseen: Bool = false, seed: UInt64 = 0) async throws -> Diagnosis {
    var options = DiagnosisOptions(neuronLimit: 6, workers: 1, seed: seed)
    options.lackTolerance = 0.02
    return try await diagnose(
      .model(network, objective),
      split: SampleSplit(
        samples: samples, validation: judgedByUnseen ? unseen : nil, holdout: 0.25, seed: seed),
      options: options)
  }
}

@Suite("The kinds of verdict")
struct VerdictKindTests {
  @Test("softmax over a single unit is an unsuitable output")
  func softmaxOfOne() async throws {
    let situation = try Situation(
      loss: .binaryCrossentropy(fromLogits: false, labelSmoothing: 0), output: .softmax
    ).mapping { $0 > 0 ? 1 : 0 }
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .unsuitableOutput && verdict.neurons == 0)
    #expect(verdict.cause == .singleOutput(.normalized(.softmax)))
  }

  @Test("a ReLU at the output that is 0 for every sample is an unsuitable output")
  func deadOutput() async throws {
    let situation = try Situation(output: .relu).mapping { $0 * $0 + 1 }
      .replacing(layer: 1) { row, _, weight in row == 3 ? -1000 : weight }
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .unsuitableOutput)
    #expect(verdict.cause == .saturatedOutput(.relu, answers: 0...0))
  }

  @Test(
    "targets beyond the range of the output's activation make it unsuitable",
    arguments: [Activation.relu, .tanh, .sigmoid])
  func outOfReach(output: Activation) async throws {
    let situation = try Situation(output: output, steps: 50).mapping { 3 * $0 }
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .unsuitableOutput)
    guard case .outOfReach(output, let targets?, let share) = verdict.cause else {
      Issue.record("\(verdict.cause)")
      return
    }
    #expect(targets.lowerBound < -1 && share > 0.01 && share <= 1)
  }

  @Test("an output that can give the targets is suitable, and a few beyond it do no harm")
  func suitableOutput() async throws {
    let situation = try Situation(output: .sigmoid, steps: 50).mapping { $0 > 0 ? 1 : 0 }
    #expect(try await situation.diagnosis().verdict.kind != .unsuitableOutput)
  }

  @Test("a hidden layer without a live unit is dead")
  func deadLayer() async throws {
    let situation = try Situation([4, 5, 3, 1], hidden: .relu)
      .replacing(layer: 1) { row, _, weight in row == 5 ? -1000 : weight }
    let diagnosis = try await situation.diagnosis()
    #expect(diagnosis.verdict.kind == .dead)
    #expect(diagnosis.verdict.cause == .deadLayer(situation.network.layers[1].name))
  }

  @Test("a network that answers the mean to every sample is dead")
  func constantAnswers() async throws {
    var situation = try Situation()
    guard case .values(let targets) = situation.samples.targets else { return }
    let mean = targets.storage.reduce(0, +) / Float(targets.rows)
    situation = situation.replacing(layer: 1) { row, _, weight in
      row == 3 ? mean : 1e-6 * weight
    }
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .dead && verdict.cause == .constantAnswers)
  }

  @Test("a network that knows its samples by heart is overfitted, and not without unseen samples")
  func overfitted() async throws {
    let situation = try Situation(
      [4, 24, 1], teacher: [4, 3, 1], teacherScale: 0.5, count: 50, noise: 1, steps: 3000)
    let verdict = try await situation.diagnosis(judgedByUnseen: true).verdict
    #expect(verdict.kind == .overfitted && verdict.neurons == 0)
    guard case .generalizationGap(let training, let heldOut, _) = verdict.cause else { return }
    #expect(heldOut > 2 * training)
    #expect(try await situation.diagnosis().verdict.kind != .overfitted)
  }

  /// A wide network that has learnt few noisy samples by heart, the samples repeated so often.
  private func memorized(copies: Int) throws -> Situation {
    var situation = try Situation(
      [4, 24, 1], teacher: [4, 3, 1], teacherScale: 0.5, count: 300, noise: 1, steps: 0)
    let rows = (0..<copies * 300).map { $0 % 300 }
    situation.samples = ArraySamples(
      inputs: situation.samples.inputs.selectingRows(rows),
      targets: situation.samples.targets.selecting(rows),
      groups: rows.map { UInt64($0 / 3) })
    var trainer = Trainer(
      situation.network, objective: situation.objective, samples: situation.samples,
      options: TrainingOptions(seed: 1))
    try trainer.train(steps: 6000)
    situation.network = trainer.network
    return situation
  }

  @Test("a network that knows copies by heart is overfitted, without unseen samples")
  func copies() async throws {
    var situation = try memorized(copies: 3)
    situation.samples.groups = nil
    let diagnosis = try await situation.diagnosis()
    #expect(diagnosis.verdict.kind == .overfitted)
    #expect(
      diagnosis.verdict.cause
        == .memory(ratio: try #require(diagnosis.network?.heldOutRelativeLack), different: 300))
  }

  @Test("so is one that knows groups by heart, and not the same without groups or copies")
  func groups() async throws {
    var situation = try memorized(copies: 1)
    let diagnosis = try await situation.diagnosis()
    #expect(diagnosis.verdict.kind == .overfitted)
    guard case .memory(_, nil) = diagnosis.verdict.cause else {
      Issue.record("\(diagnosis.verdict.cause)")
      return
    }
    situation.samples.groups = nil
    #expect(try await situation.diagnosis().verdict.kind != .overfitted)
  }

  @Test("copies of what a small network has learnt are no memory")
  func harmlessCopies() async throws {
    var situation = try Situation(
      [4, 3, 1], teacher: [4, 3, 1], count: 300, noise: 0.3, steps: 3000)
    let rows = (0..<600).map { $0 % 300 }
    situation.samples = ArraySamples(
      inputs: situation.samples.inputs.selectingRows(rows),
      targets: situation.samples.targets.selecting(rows))
    #expect(try await situation.diagnosis().verdict.kind != .overfitted)
  }

  @Test("too few samples to judge by decide nothing")
  func fewSamples() async throws {
    var situation = try Situation(count: 400, steps: 500)
    for count in [2, 3] {
      situation.samples = ArraySamples(
        inputs: situation.samples.inputs.selectingRows(Array(0..<count)),
        targets: situation.samples.targets.selecting(Array(0..<count)))
      let verdict = try await situation.diagnosis().verdict
      #expect(verdict.kind != .bottleneck && verdict.kind != .wideEnough, "\(count): \(verdict)")
      situation = try Situation(count: 400, steps: 500)
    }
  }

  @Test("a network that is worse than a constant answer has to be trained, or its samples scaled")
  func worseThanConstant() async throws {
    var situation = try Situation(hidden: .relu, steps: 500)
    for place in situation.samples.inputs.storage.indices {
      situation.samples.inputs.storage[place] *= 255
    }
    let diagnosis = try await situation.diagnosis()
    #expect(diagnosis.verdict.kind == .trainLonger)
    guard case .worseThanConstant(let loss, let baseline) = diagnosis.verdict.cause else {
      Issue.record("\(diagnosis.verdict.cause)")
      return
    }
    #expect(loss > baseline)
    #expect(diagnosis.troubleSigns.contains(.noBetterThanConstant(loss: loss, baseline: baseline)))
    guard case .inputScale(let size)? = diagnosis.verdict.hints.first else { return }
    #expect(size > 200)
  }

  @Test("a network of the right size that is not yet trained has to be trained")
  func trainLonger() async throws {
    let situation = try Situation([4, 6, 1], teacher: [4, 6, 1], teacherScale: 1, steps: 60)
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .trainLonger && verdict.neurons == 0, "\(verdict)")
  }

  @Test("a network of too few units is a bottleneck, for every seed", arguments: 0..<3)
  func bottleneck(seed: Int) async throws {
    let situation = try Situation([4, 2, 1], count: 1600, steps: 3000)
    let verdict = try await situation.diagnosis(seed: UInt64(seed)).verdict
    #expect(verdict.kind == .bottleneck && verdict.layerIndex == 0, "\(verdict)")
    #expect(verdict.neurons > 0 && verdict.share ?? 0 > 0.01)
  }

  @Test("a linear network is said to be one")
  func linear() async throws {
    let situation = try Situation([4, 8, 8, 1], hidden: .linear, steps: 1500)
    let diagnosis = try await situation.diagnosis()
    #expect(diagnosis.verdict.kind == .wideEnough && diagnosis.verdict.cause == .linearNetwork)
    #expect(diagnosis.troubleSigns.contains(.linearNetwork))
  }

  @Test(
    "a network that is the teacher, with noise on the targets, is wide enough", arguments: 0..<3)
  func wideEnough(seed: Int) async throws {
    let situation = try Situation(
      [4, 3, 1], teacher: [4, 3, 1], teacherScale: 1, noise: 0.5, steps: 4000, seed: seed)
    let verdict = try await situation.diagnosis().verdict
    #expect(verdict.kind == .wideEnough, "\(verdict)")
  }

  @Test("a gain of less than the least that counts is no bottleneck")
  func leastGain() async throws {
    let situation = try Situation([4, 2, 1], count: 1600, steps: 3000)
    var options = DiagnosisOptions(neuronLimit: 6, workers: 1)
    options.criteria.leastGain = 0.999
    let verdict = try await diagnose(
      .model(situation.network, situation.objective),
      split: SampleSplit(samples: situation.samples, holdout: 0.25, seed: 0), options: options
    ).verdict
    #expect(verdict.kind != .bottleneck && verdict.neurons == 0)
  }
}
