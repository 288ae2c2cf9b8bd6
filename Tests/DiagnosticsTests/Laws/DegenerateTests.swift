import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Degenerate networks and samples get a finite report with a warning")
struct DegenerateTests {
  /// Every number of a diagnosis.
  private func numbers(_ diagnosis: Diagnosis) -> [Double] {
    var numbers = [diagnosis.training?.loss ?? .nan]
    for layer in diagnosis.layers {
      numbers += [layer.desiredUpdate, layer.bestUpdate, layer.lackOfExpressivity]
    }
    for growth in diagnosis.growth {
      numbers += growth.paper.singularValues
      numbers += [growth.paper.gain, growth.paper.exactSlope ?? .nan, growth.expressivityGain]
      numbers += [growth.slope, growth.lossGain?.measured ?? 0, growth.lossGain?.predicted ?? 0]
      numbers += growth.curve.map(\.expressivityGain)
      numbers += growth.curve.compactMap(\.validationExpressivityGain)
    }
    return numbers
  }

  private func diagnosis(
    _ network: Network<Double>, _ samples: ArraySamples, loss: Loss = .meanSquaredError,
    holdout: Double = 0.2, solver: Solver = .activationAware
  ) async throws -> Diagnosis {
    let last = network.layers[network.layers.count - 1]
    let diagnosis = try await diagnose(
      .model(
        Network<Float>(network),
        Objective(
          loss: loss, outputStages: last.stages.map { Stage($0) }, outputs: last.outputs)),
      split: SampleSplit(samples: samples, holdout: holdout, seed: 1),
      options: DiagnosisOptions(solver: solver, neuronLimit: 4, workers: 2))
    let areFinite = numbers(diagnosis).allSatisfy(\.isFinite)
    #expect(areFinite)
    for layer in diagnosis.layers {
      #expect(layer.lackOfExpressivity >= 0 && layer.relativeLack.map { $0 <= 1 } ?? true)
    }
    return diagnosis
  }

  private func network(seed: Int, hidden: Activation = .relu) -> Network<Double> {
    var random = SeededGenerator(seed: seed)
    return random.network([5, 6, 4, 3], hidden: hidden)
  }

  private func samples(_ count: Int, seed: Int, loss: Loss = .meanSquaredError) -> ArraySamples {
    var random = SeededGenerator(seed: seed)
    return random.samples(count, inputs: 5, outputs: 3, for: loss)
  }

  @Test("dead units", arguments: Solver.allCases)
  func deadUnits(solver: Solver) async throws {
    let network = network(seed: 1)
    var weights = network.layers[0].weights
    for column in [0, 4] { weights[5, column] = -1000 }
    let diagnosis = try await diagnosis(
      network.replacingWeights(ofLayer: 0, by: weights), samples(200, seed: 1), solver: solver)
    #expect(diagnosis.layers[0].deadUnits == 2)
    #expect(diagnosis.layers[0].warnings.contains(.deadUnits(2)))
    #expect(diagnosis.layers[2].deadUnits == nil)
  }

  @Test("a layer of which every unit is dead")
  func deadLayer() async throws {
    let network = network(seed: 2)
    var weights = network.layers[1].weights
    for column in 0..<4 { weights[6, column] = -1000 }
    let diagnosis = try await diagnosis(
      network.replacingWeights(ofLayer: 1, by: weights), samples(200, seed: 2))
    #expect(diagnosis.layers[1].deadUnits == 4)
    #expect(diagnosis.layers[0].warnings.contains(.nothingDesired))
    #expect(diagnosis.layers[0].relativeLack == nil)
  }

  @Test("inputs that never change, at zero or far from it", arguments: [0, 1, 1e6] as [Float])
  func constantInputs(value: Float) async throws {
    var samples = samples(150, seed: 3)
    for row in 0..<150 { samples.inputs[row, 2] = value }
    var weights = network(seed: 3).layers[0].weights
    for column in 0..<6 { weights[2, column] = 0 }
    let diagnosis = try await diagnosis(
      network(seed: 3).replacingWeights(ofLayer: 0, by: weights), samples)
    #expect(diagnosis.layers[0].warnings.contains(.constantInputs(1)))
  }

  @Test("duplicated units and inputs", arguments: Solver.allCases)
  func duplicates(solver: Solver) async throws {
    var samples = samples(150, seed: 4)
    for row in 0..<150 { samples.inputs[row, 1] = samples.inputs[row, 0] }
    let network = network(seed: 4, hidden: .tanh)
    var weights = network.layers[0].weights
    for row in 0..<6 { weights[row, 3] = weights[row, 2] }
    let diagnosis = try await diagnosis(
      network.replacingWeights(ofLayer: 0, by: weights), samples, solver: solver)
    #expect(diagnosis.layers[0].warnings.contains(.dependentInputs(1)))
    #expect(diagnosis.layers[1].warnings.contains(.dependentInputs(1)))
  }

  @Test("fewer samples than inputs", arguments: [1, 2, 4], [0, 0.3])
  func fewSamples(count: Int, holdout: Double) async throws {
    let samples = samples(count, seed: 5)
    do {
      let diagnosis = try await diagnosis(network(seed: 5), samples, holdout: holdout)
      #expect(
        diagnosis.layers[0].warnings.contains {
          if case .fewSamples = $0 { true } else { false }
        })
    } catch DiagnosticsError.noTrainingSamples(let sampleCount) {
      // One sample may fall to the held-out part.
      #expect(sampleCount == count && holdout > 0)
    }
  }

  @Test("a class that never occurs")
  func missingClass() async throws {
    let loss = Loss.sparseCategoricalCrossentropy(fromLogits: true)
    var samples = samples(200, seed: 6, loss: loss)
    if case .labels(let labels) = samples.targets {
      samples.targets = .labels(labels.map { $0 % 2 })
    }
    _ = try await diagnosis(network(seed: 6), samples, loss: loss)
  }

  @Test("a network that makes no error asks for nothing")
  func perfect() async throws {
    let network = network(seed: 7)
    var samples = samples(100, seed: 7)
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 3)
    var pass = Pass(
      network: Network<Float>(network),
      objective: try Objective<Float>(
        loss: objective.loss, outputStages: [], outputs: 3))
    pass.forward(samples.inputs, differentiating: false)
    samples.targets = .values(pass.outputPreactivations)
    let diagnosis = try await diagnosis(network, samples, holdout: 0)
    #expect(try #require(diagnosis.training).loss < 1e-12)
    #expect(diagnosis.growth.allSatisfy { $0.suggestedNeurons == 0 })
  }

  @Test("a model without a hidden layer")
  func noHiddenLayer() async throws {
    var random = SeededGenerator(seed: 8)
    let diagnosis = try await diagnosis(
      random.network([5, 3], hidden: .relu), samples(50, seed: 8))
    #expect(diagnosis.growth.isEmpty && diagnosis.warnings.contains(.nothingToGrow))
  }

  @Test("units that are not zero at zero, before a layer without a bias")
  func noBiasToCompensate() async throws {
    var random = SeededGenerator(seed: 9)
    let network = random.network([5, 4, 3], hidden: .sigmoid, hasBias: false)
    let diagnosis = try await diagnosis(network, samples(100, seed: 9))
    #expect(diagnosis.growth[0].suggestedNeurons == 0)
    #expect(diagnosis.growth[0].warnings == [.noBiasToCompensate(activation: "sigmoid")])
  }

  @Test("a sample whose loss overflows is named")
  func overflow() async throws {
    var samples = samples(60, seed: 10)
    samples.inputs[37, 0] = 3e38
    var failed: DiagnosticsError?
    do {
      _ = try await diagnosis(network(seed: 10), samples)
    } catch let error as DiagnosticsError {
      failed = error
    }
    #expect(failed == .overflow(layer: "dense_1", sampleRow: 37))
  }
}
