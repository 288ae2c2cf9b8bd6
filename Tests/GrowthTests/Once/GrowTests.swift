import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

/// A narrow network, and samples whose targets are the outputs of a wide one.
private struct Student {
  let network: Network<Float>
  let objective: Objective<Float>
  let split: SampleSplit

  init(
    _ hidden: Activation = .tanh, widths: [Int] = [5, 3, 2, 2], hasBias: Bool = true, seed: Int = 1,
    holdout: Double = 0.2, steps: Int = 0, sampleCount: Int = 300
  ) throws {
    var random = SeededGenerator(seed: seed)
    let untrained = Network<Float>(random.network(widths, hidden: hidden, hasBias: hasBias))
    let outputs = widths[widths.count - 1]
    objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: outputs)
    let teacher = Network<Float>(random.network([widths[0], 16, 8, outputs], hidden: hidden))
    var samples = random.samples(
      sampleCount, inputs: widths[0], outputs: outputs, for: .meanSquaredError)
    samples.targets = .values(teacher.outputs(objective, samples))
    split = SampleSplit(samples: samples, holdout: holdout, seed: 3)
    var trainer = Trainer(
      untrained, objective: objective, samples: samples,
      options: TrainingOptions(seed: UInt64(seed)))
    try trainer.train(steps: steps)
    network = trainer.network
  }

  /// Trained until its weights alone gain little more: what is left is the lack of units.
  static func trained(_ hidden: Activation = .tanh, sampleCount: Int = 300) throws -> Student {
    try Student(hidden, steps: 2000, sampleCount: sampleCount)
  }

  func grown(
    _ aim: GrowthPlan.Aim = .verdict, _ method: GrowthMethod = .tiny, amplitude: Double? = nil,
    layers: [Int]? = nil, limit: Int = 6
  ) async throws -> GrowthRun {
    try await grow(
      .model(network, objective), split: split,
      plan: GrowthPlan(aim: aim, method: method, amplitude: amplitude),
      options: options(layers: layers, limit: limit))
  }

  func options(layers: [Int]? = nil, limit: Int = 6) -> DiagnosisOptions {
    DiagnosisOptions(neuronLimit: limit, layers: layers, workers: 1, seed: 5)
  }

  func diagnosis(_ options: DiagnosisOptions) async throws -> Diagnosis {
    try await diagnose(.model(network, objective), split: split, options: options)
  }

  func evaluation(of network: Network<Float>) async throws -> SplitEvaluation {
    try await evaluate(network, objective: objective, split: split, workers: 1)
  }
}

/// The loss after all steps is the loss before.
private func expectSameLoss(
  _ run: GrowthRun, relative tolerance: Double, at location: SourceLocation = #_sourceLocation
) throws {
  let (before, after) = (try #require(run.before), try #require(run.after))
  expectClose(
    after.training.loss, before.training.loss, relative: tolerance, sourceLocation: location)
}

extension GrowthPlan.Aim {
  fileprivate static func count(_ neurons: Int, of layer: Int) -> Self {
    .counts([GrowthPlan.LayerCount(layer: layer, neurons: neurons)])
  }
}

/// Whether the weights of `network` stand in `grown` where they stood, to the last bit.
private func keepsWeights(_ network: Network<Float>, in grown: Network<Float>) -> Bool {
  network.layers.indices.allSatisfy { index in
    let (old, new) = (network.layers[index], grown.layers[index])
    func kept(_ row: Int, _ column: Int) -> Bool {
      // The bias row comes after those of the new inputs.
      let place = row < old.inputs ? row : row + new.inputs - old.inputs
      return old.weights[row, column].bitPattern == new.weights[place, column].bitPattern
    }
    return (0..<old.weights.rows).allSatisfy { row in
      (0..<old.outputs).allSatisfy { kept(row, $0) }
    }
  }
}

@Suite("Growing by the verdict")
struct VerdictGrowthTests {
  @Test(
    "does what the report says: layer, number, and the loss it measured",
    arguments: [Activation.tanh, .selu])
  func agreesWithReport(hidden: Activation) async throws {
    // Of fewer samples what neurons gain here may be chance.
    let student = try Student.trained(hidden, sampleCount: 1000)
    let diagnosis = try await student.diagnosis(student.options())
    let run = try await student.grown()
    let step = try #require(run.steps.first)
    #expect(step.layer == diagnosis.verdict.layerIndex)
    #expect(step.neurons == diagnosis.verdict.neurons)
    let growth = try #require(diagnosis.growth.first { $0.layer == step.layer })
    #expect(step.diagnosed == growth.lossGain && step.kind == growth.kind)
    #expect(step.addedParameters == growth.parameterCost)
    let reported = try #require(growth.lossGain)
    // Single precision: the grown weights are rounded, the report's are not.
    let rounding = try 1e-5 * (#require(run.before)).training.loss
    #expect(abs((step.measuredGain ?? .nan) - reported.measured) <= rounding)
    #expect(step.heldOutGain == reported.heldOut?.mean)
    #expect(run.before == diagnosis.evaluation)
  }

  @Test("grows no layer twice, each step from where the last one ended")
  func steps() async throws {
    let student = try Student.trained()
    let run = try await student.grown()
    #expect(!run.steps.isEmpty && Set(run.steps.map(\.layer)).count == run.steps.count)
    var state = run.before
    var parameters = student.network.parameterCount
    for step in run.steps {
      #expect(step.before == state && step.parametersBefore == parameters)
      (state, parameters) = (step.after, step.parametersAfter)
    }
    #expect(run.after == state && run.network.parameterCount == parameters)
    #expect(parameters - student.network.parameterCount == run.addedParameters)
    #expect(try await student.evaluation(of: run.network) == run.after)
    #expect(run.measuredGain ?? 0 > 0 && run.heldOutGain ?? 0 > 0)
  }

  @Test("adds nothing where nothing is suggested, and says why")
  func nothing() async throws {
    let student = try Student(widths: [5, 2])
    let run = try await student.grown()
    #expect(run.steps.isEmpty && run.network == student.network && run.after == run.before)
    #expect(run.end == .verdict(try await student.diagnosis(student.options()).verdict))
  }

  @Test("looks at the layers that were asked for, and at no others")
  func layers() async throws {
    let student = try Student()
    let run = try await student.grown(layers: [0])
    #expect(run.steps.allSatisfy { $0.layer == 0 })
  }
}

@Suite("Growing by counts")
struct CountGrowthTests {
  @Test("One search finds the suggested neurons, and as many as are wanted, as two searches would")
  func counts() async throws {
    let student = try Student.trained(sampleCount: 2000)
    var options = student.options()
    options.judgesInParts = false
    let all = try await student.diagnosis(options).growth
    let plain = try #require(all.max { $0.suggestedNeurons < $1.suggestedNeurons })
    #expect(plain.suggestedNeurons > 0)
    let layer = plain.layer
    options.layers = [layer]
    for count in 1...6 {
      var wanted = options
      wanted.countsUnlessSuggested = [layer: count]
      wanted.effort = .growth
      let found = try #require(try await student.diagnosis(wanted).growth.first)
      var alone = options
      alone.counts = [layer: count]
      let expected =
        count == plain.suggestedNeurons
        ? plain : try #require(try await student.diagnosis(alone).growth.first)
      #expect(found.suggestedNeurons == expected.suggestedNeurons)
      #expect(found.addition == expected.addition)
      #expect(found.lossGain == expected.lossGain)
    }
  }

  @Test(
    "adds exactly so many neurons, however many candidates there are",
    arguments: [(1, .tanh), (4, .relu), (40, .tanh)] as [(Int, Activation)])
  func exactly(count: Int, hidden: Activation) async throws {
    let student = try Student(hidden)
    let run = try await student.grown(
      .counts([
        GrowthPlan.LayerCount(layer: 1, neurons: count),
        GrowthPlan.LayerCount(layer: 0, neurons: 2),
      ]))
    #expect(run.network.layers.map(\.outputs) == [5, 2 + count, 2])
    #expect(run.steps.last?.layer == 0 && run.steps.first?.layer == 1)
    #expect(run.measuredGain ?? 0 > 0 && run.end == nil)
  }

  @Test(
    "as many as the report suggests are the report's neurons, with its gain, in every layer",
    arguments: [Activation.tanh, .relu, .selu, .sigmoid], 1...4)
  func asReported(hidden: Activation, seed: Int) async throws {
    let student = try Student(hidden, seed: seed)
    let diagnosis = try await student.diagnosis(student.options())
    for growth in diagnosis.growth where growth.suggestedNeurons > 0 {
      let run = try await student.grown(.count(growth.suggestedNeurons, of: growth.layer))
      let step = try #require(run.steps.first)
      #expect(run.steps.count == 1 && step.neurons == growth.suggestedNeurons)
      #expect(step.diagnosed == growth.lossGain && step.kind == growth.kind)
      let rounding = try 1e-5 * (#require(run.before)).training.loss
      #expect(abs((step.measuredGain ?? .nan) - (growth.lossGain?.measured ?? .nan)) <= rounding)
    }
  }

  @Test(
    "another number than is suggested gets the neurons of a search for that number",
    arguments: [Activation.tanh, .relu])
  func notAsReported(hidden: Activation) async throws {
    let student = try Student(hidden)
    let suggested = try await student.diagnosis(student.options()).growth[0].suggestedNeurons
    let count = suggested == 2 ? 3 : 2
    var options = student.options()
    options.layers = [0]
    options.counts = [0: count]
    let growth = try #require(try await student.diagnosis(options).growth.first)
    let steps = try await student.grown(.count(count, of: 0)).steps
    let step = try #require(steps.first)
    // Where fewer gain as much, the rest is found around them.
    #expect(steps.reduce(0) { $0 + $1.neurons } == count)
    #expect(step.neurons == growth.suggestedNeurons)
    #expect(step.diagnosed == growth.lossGain && step.kind == growth.kind)
  }

  @Test("adds silent neurons where no others lower the loss")
  func silent() async throws {
    // New sigmoid units have a value at 0 that no bias takes away.
    let student = try Student(.sigmoid, hasBias: false)
    let run = try await student.grown(.count(3, of: 0))
    #expect(run.network.layers[0].outputs == 6)
    #expect(run.steps.map(\.method) == [.random] && run.notes.count == 1)
    try expectSameLoss(run, relative: 1e-6)
    #expect(keepsWeights(student.network, in: run.network))
  }

  @Test(
    "other methods leave the loss as it is",
    arguments: [GrowthMethod.net2wider, .random, .gradmax],
    [Activation.tanh, .relu])
  func otherMethods(method: GrowthMethod, hidden: Activation) async throws {
    let student = try Student(hidden)
    let run = try await student.grown(.count(2, of: 0), method)
    #expect(run.network.layers.map(\.outputs) == [5, 2, 2])
    #expect(run.steps.map(\.method) == [method] && run.steps[0].diagnosed == nil)
    // GradMax's rectifiers start a millionth off zero.
    try expectSameLoss(run, relative: 1e-5)
  }

  @Test("other methods take the verdict's number", arguments: [GrowthMethod.net2wider, .gradmax])
  func verdictsNumber(method: GrowthMethod) async throws {
    let student = try Student.trained()
    let run = try await student.grown(.verdict, method)
    // GradMax can add no more than the next layer has outputs, which may be too few to be worth it.
    var options = student.options()
    if method == .gradmax { options.limits = [0: 2, 1: 2] }
    let verdict = try await student.diagnosis(options).verdict
    #expect(run.steps.first?.neurons ?? 0 == verdict.neurons)
    #expect(run.steps.allSatisfy { $0.method == method })
    #expect(run.steps.isEmpty == (verdict.kind != .bottleneck))
  }

  @Test("random neurons are not the same twice")
  func seeds() async throws {
    let student = try Student()
    let run = try await student.grown(
      .counts([
        GrowthPlan.LayerCount(layer: 0, neurons: 1), GrowthPlan.LayerCount(layer: 0, neurons: 1),
      ]), .random)
    let weights = run.network.layers[0].weights
    #expect(weights[0, 3] != weights[0, 4])
  }

  @Test("At amplitude 0 the outputs stay, and the old weights keep their bits")
  func amplitudeZero() async throws {
    let student = try Student(.relu)
    let run = try await student.grown(.count(2, of: 1), amplitude: 0)
    try expectSameLoss(run, relative: 1e-6)
    #expect(keepsWeights(student.network, in: run.network))
    // A fan-in of zero as well would leave neurons that no gradient moves.
    let fanIn = run.network.layers[1].weights
    #expect((0..<fanIn.rows).contains { fanIn[$0, 2] != 0 })
  }

  @Test("A given amplitude is taken as it is")
  func amplitude() async throws {
    let student = try Student()
    let losses = try await [0.001, 0.002].asyncMap { amplitude in
      let run = try await student.grown(.count(2, of: 0), amplitude: amplitude)
      #expect(run.steps.map(\.amplitudes.neurons) == [amplitude] && run.steps[0].diagnosed == nil)
      return try #require(run.measuredGain)
    }
    // So close to 0 the loss falls in proportion.
    expectClose(losses[1], 2 * losses[0], relative: 0.02)
  }

  @Test("The fan-in of neurons without fan-out is multiplied as asked")
  func fanInScale() async throws {
    let student = try Student()
    let grown = try await [1, 0.3].asyncMap { scale in
      var plan = GrowthPlan(aim: .count(2, of: 0), amplitude: 0)
      plan.fanInScale = scale
      return try await grow(
        .model(student.network, student.objective), split: student.split, plan: plan,
        options: student.options()
      ).network.layers[0].weights
    }
    let old = student.network.layers[0].outputs
    for row in 0..<grown[0].rows {
      for unit in 0..<grown[0].columns {
        let expected = (unit < old ? 1 : 0.3) * grown[0][row, unit]
        #expect(abs(grown[1][row, unit] - expected) <= 1e-6 * abs(expected))
      }
    }
  }
}

@Suite("Growing within a budget")
struct BudgetGrowthTests {
  @Test("never exceeds it, and takes what gains most per parameter", arguments: [1, 7, 8, 20, 60])
  func budget(parameters: Int) async throws {
    let student = try Student()
    let run = try await student.grown(.budget(parameters: parameters))
    #expect(run.addedParameters <= parameters)
    #expect(run.network.parameterCount == student.network.parameterCount + run.addedParameters)
    #expect(run.end != nil)
    // A neuron of the first layer has 5 + 1 + 2 parameters, one of the second 3 + 1 + 2.
    if parameters < 6 { #expect(run.steps.isEmpty) }
    guard let first = run.steps.first else { return }
    var options = student.options()
    options.limits = [0: parameters / 8, 1: parameters / 6]
    options.layers = options.limits.filter { $0.value > 0 }.keys.sorted()
    let growth = try await student.diagnosis(options).growth
    let best = growth.max { $0.gainPerParameter ?? 0 < $1.gainPerParameter ?? 0 }
    #expect(best?.layer == first.layer && best?.suggestedNeurons == first.neurons)
  }

  @Test("says when what is left is less than a neuron")
  func tooSmall() async throws {
    let run = try await Student().grown(.budget(parameters: 5))
    #expect(run.end == .budgetSpent(parametersLeft: 5))
  }
}

@Suite("Growing above a threshold")
struct ThresholdGrowthTests {
  @Test("adds the paper's neurons of λ² > τ, no more and no fewer", arguments: [0, 1, 2])
  func count(wanted: Int) async throws {
    let student = try Student(widths: [5, 3, 4])
    let diagnosis = try await student.diagnosis(student.options())
    let values = diagnosis.growth[0].paper.singularValues
    try #require(values.count > 2)
    let (above, below) = (wanted == 0 ? 2 * values[0] : values[wanted - 1], values[wanted])
    let run = try await student.grown(.threshold(above * below))
    #expect(run.steps.map(\.neurons) == (wanted == 0 ? [] : [wanted]))
    #expect((run.end != nil) == (wanted == 0))
  }

  @Test("goes from layer to layer, each on the network as it is by then")
  func order() async throws {
    let run = try await Student().grown(.threshold(1e-9))
    #expect(run.steps.map(\.layer) == [0, 1])
    #expect(run.steps.allSatisfy { $0.diagnosed != nil })
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(
    _ transform: (Element) async throws -> Value
  ) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
