import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

/// A network's own pass, laid out as another program records it.
private func recording(
  of network: Network<Float>, _ objective: Objective<Float>, _ samples: ArraySamples
) -> ArraySamples {
  var pass = Pass(network: network, objective: objective)
  pass.forward(samples.inputs, differentiating: true)
  pass.backward(targets: samples.targets)
  let rows = (0..<pass.sampleCount).flatMap { row in
    zip(network.layers, pass.inputs).flatMap { layer, inputs in
      (0..<layer.inputs).map { inputs[row, $0] }
    } + pass.desiredUpdates.flatMap { updates in (0..<updates.columns).map { updates[row, $0] } }
  }
  return ArraySamples(
    inputs: Matrix(rows: pass.sampleCount, columns: network.recordedCount, storage: rows),
    targets: .values(Matrix(rows: pass.sampleCount, columns: 0)),
    identifyingCount: network.layers[0].inputs)
}

@Suite("Recorded activations") struct RecordedTests {
  /// The same network diagnosed by passes of its own, and from a recording of one.
  private struct Pair {
    let network: Network<Float>
    let recorded: ArraySamples
    let split: SampleSplit
    let own: Diagnosis
    let fromRecording: Diagnosis

    init(
      hidden: Activation, solver: Solver = .activationAware, hasBias: Bool = true,
      sampleCount: Int = 3000, holdout: Double = 0.2, seed: Int
    ) async throws {
      var random = SeededGenerator(seed: seed)
      network = Network(random.network([6, 4, 3, 2], hidden: hidden, hasBias: hasBias))
      let teacher = Network<Float>(random.network([6, 12, 2], hidden: .tanh))
      let objective = try Objective<Float>(
        loss: .meanSquaredError, outputStages: [], outputs: 2)
      var samples = random.samples(sampleCount, inputs: 6, outputs: 2, for: .meanSquaredError)
      var pass = Pass(network: teacher, objective: objective)
      pass.forward(samples.inputs, differentiating: false)
      samples.targets = .values(pass.outputPreactivations)
      let options = DiagnosisOptions(solver: solver, workers: 2)
      own = try await diagnose(
        .model(network, objective), split: SampleSplit(samples: samples, holdout: holdout, seed: 3),
        options: options)
      recorded = recording(of: network, objective, samples)
      split = SampleSplit(samples: recorded, holdout: holdout, seed: 3)
      let weightless = Network(
        inputCount: 6,
        layers: network.layers.map {
          Layer(
            name: $0.name, weights: Matrix<Float>(rows: $0.weights.rows, columns: $0.outputs),
            hasBias: $0.hasBias, stages: $0.stages)
        })
      fromRecording = try await diagnose(
        .recording(weightless), split: split, options: options)
    }

    /// b_{l−1} and v_l of a layer, of all samples, with the constant 1 if the layer has a bias.
    func matrices(ofLayer index: Int) -> (inputs: Matrix<Double>, updates: Matrix<Double>) {
      let layers = network.layers
      let first = layers.prefix(index).reduce(0) { $0 + $1.inputs }
      let updates =
        layers.reduce(0) { $0 + $1.inputs } + layers.prefix(index).reduce(0) { $0 + $1.outputs }
      let layer = layers[index]
      return (
        Matrix(rows: recorded.sampleCount, columns: layer.weights.rows) {
          $1 < layer.inputs ? Double(recorded.inputs[$0, first + $1]) : 1
        },
        Matrix(rows: recorded.sampleCount, columns: layer.outputs) {
          Double(recorded.inputs[$0, updates + $1])
        }
      )
    }
  }

  @Test(
    "give the Ψ, λ and gains of expressivity that the network itself gives",
    arguments: [
      (Activation.relu, Solver.activationAware, true), (.tanh, .activationAware, true),
      (.tanh, .activationAware, false), (.sigmoid, .sequential, true), (.relu, .joint, true),
    ])
  func sameAsOwnPass(hidden: Activation, solver: Solver, hasBias: Bool) async throws {
    let pair = try await Pair(hidden: hidden, solver: solver, hasBias: hasBias, seed: 11)
    #expect(pair.fromRecording.trainingCount == pair.own.trainingCount)
    #expect(pair.fromRecording.heldOutCount == pair.own.heldOutCount)
    for (recorded, own) in zip(pair.fromRecording.layers, pair.own.layers) {
      expectClose(recorded.desiredUpdate, own.desiredUpdate, relative: 1e-6)
      expectClose(recorded.lackOfExpressivity, own.lackOfExpressivity, relative: 1e-6)
      let error = try #require(recorded.lackStandardError)
      expectClose(error, try #require(own.lackStandardError), relative: 1e-6)
      #expect(recorded.deadUnits == own.deadUnits)
    }
    #expect(pair.fromRecording.growth.count == 2)
    for (recorded, own) in zip(pair.fromRecording.growth, pair.own.growth) {
      for (found, expected) in zip(recorded.paper.singularValues, own.paper.singularValues) {
        #expect(abs(found - expected) <= 1e-6 * own.paper.singularValues[0])
      }
      let points = zip(recorded.curve, own.curve).filter { $0.neurons == $1.neurons }
      #expect(recorded.curve.count > 1 && points.count > 1)
      // Which family a curve shows is decided by the loss where there is one; its gains are the same
      // wherever both show one family.
      if solver != .activationAware {
        for (found, expected) in points {
          #expect(abs(found.expressivityGain - expected.expressivityGain) <= 1e-6)
        }
      }
    }
  }

  @Test("leave a pass the inputs and desired updates of the pass that was recorded")
  func samePass() throws {
    var random = SeededGenerator(seed: 6)
    let network = Network<Float>(random.network([3, 4, 2], hidden: .tanh))
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(7, inputs: 3, outputs: 2, for: .meanSquaredError)
    let recorded = recording(of: network, objective, samples)
    let rows = [6, 0, 3]
    var own = Pass(network: network, objective: objective)
    own.forward(samples.inputs, rows: rows, differentiating: true)
    own.backward(targets: samples.targets.selecting(rows))
    var taken = Pass(recordingOf: network)
    taken.forward(recorded.inputs, rows: rows, differentiating: true)
    taken.backward(targets: recorded.targets)
    #expect(taken.objective == nil && taken.losses.isEmpty && own.losses.count == 3)
    #expect(taken.inputs[0] == own.inputs[0])
    // Products of other numbers of rows may round in another order.
    expectClose(Matrix(taken.inputs[1]), Matrix(own.inputs[1]), relative: 1e-6)
    for (mine, theirs) in zip(taken.desiredUpdates, own.desiredUpdates) {
      expectClose(Matrix(mine), Matrix(theirs), relative: 1e-6)
    }
  }

  @Test("without held-out samples no neurons are suggested, and the report says why")
  func nothingHeldOut() async throws {
    let pair = try await Pair(hidden: .tanh, holdout: 0, seed: 4)
    for growth in pair.fromRecording.growth {
      #expect(growth.suggestedNeurons == 0 && growth.closedLack == nil)
    }
    let verdict = pair.fromRecording.verdict
    #expect(verdict.kind == nil && verdict.cause == .nothingToJudgeBy)
  }

  @Test("leave over what least squares on the recorded matrices leaves over", arguments: 1...3)
  func bruteForce(seed: Int) async throws {
    let pair = try await Pair(
      hidden: .relu, hasBias: seed > 1, sampleCount: 400, holdout: 0, seed: seed)
    for (index, layer) in pair.fromRecording.layers.enumerated() {
      let (inputs, updates) = pair.matrices(ofLayer: index)
      let residual = leastSquaresResidual(of: updates, on: inputs)
      let norm = residual.squaredNorm / Double(residual.rows)
      // Ψ is what is left of D in single precision.
      #expect(abs(layer.lackOfExpressivity - norm) <= 1e-6 * layer.desiredUpdate)
    }
  }

  @Test("are judged by the gain on held-out rows, and its error", arguments: [1, 2, 3])
  func closedLack(seed: Int) async throws {
    let pair = try await Pair(hidden: .tanh, seed: seed)
    let heldOut = try pair.split.heldOutRows()
    #expect(heldOut.count == pair.fromRecording.heldOutCount)
    let grown = pair.fromRecording.growth.filter { $0.suggestedNeurons > 0 }
    try #require(!grown.isEmpty)
    for growth in grown {
      let closed = try #require(growth.closedLack)
      let moments = pair.fromRecording.moments
      let (inputs, _) = pair.matrices(ofLayer: growth.layer)
      let (nextInputs, updates) = pair.matrices(ofLayer: growth.layer + 1)
      let fanIn = moments.layers[growth.layer].weightsForRawInputs(growth.neurons.fanIn)
      let next = moments.layers[growth.layer + 1]
      let before = nextInputs.times(next.weightsForRawInputs(growth.neurons.bestWeightUpdate))
      var features = inputs.times(fanIn)
      for place in features.storage.indices {
        features.storage[place] = Activation.tanh.value(at: features.storage[place])
      }
      let after =
        nextInputs.times(next.weightsForRawInputs(growth.neurons.weightUpdate))
        + features.times(growth.neurons.fanOut)
      let rest = updates - before
      let changes = after - before
      func sums(_ term: (Int, Int) -> Double) -> [Double] {
        heldOut.map { row in (0..<updates.columns).reduce(0) { $0 + term(row, $1) } }
      }
      let slopes = sums { rest[$0, $1] * changes[$0, $1] }
      let norms = sums { changes[$0, $1] * changes[$0, $1] }
      let lacks = sums { rest[$0, $1] * rest[$0, $1] }
      let count = Double(heldOut.count)
      let amplitude = slopes.reduce(0, +) / norms.reduce(0, +)
      let gains = zip(slopes, norms).map { 2 * amplitude * $0 - amplitude * amplitude * $1 }
      let mean = gains.reduce(0, +) / count
      let variance = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      // Single precision on both sides of a difference.
      expectClose(closed.lack, lacks.reduce(0, +) / count, relative: 1e-4)
      expectClose(closed.amplitude, amplitude, relative: 1e-3)
      expectClose(closed.gain.standardError, (variance / count).squareRoot(), relative: 1e-3)
      // Each half judges what the other has chosen, which costs a little of what both gain with their
      // own choice.
      #expect(closed.gain.mean <= 1.001 * mean)
      #expect(closed.gain.mean > mean - 2 * closed.gain.standardError)
      #expect(closed.gain.mean > 2.5 * closed.gain.standardError)
    }
  }

  @Test(
    "of gradients in another unit give the same verdict, the same neurons and the same shares",
    arguments: [0.5, 1e-4, 3e5])
  func scale(factor: Float) async throws {
    let pair = try await Pair(hidden: .tanh, seed: 3)
    let inputs = pair.network.layers.reduce(0) { $0 + $1.inputs }
    var scaled = pair.recorded
    for row in 0..<scaled.sampleCount {
      for column in inputs..<scaled.inputCount { scaled.inputs[row, column] *= factor }
    }
    let other = try await diagnose(
      .recording(pair.network), split: SampleSplit(samples: scaled, holdout: 0.2, seed: 3),
      options: DiagnosisOptions(workers: 2))
    let own = pair.fromRecording
    #expect(other.verdict.kind == own.verdict.kind)
    #expect(other.verdict.layerIndex == own.verdict.layerIndex)
    #expect(other.verdict.neurons == own.verdict.neurons)
    for (found, expected) in zip(other.growth, own.growth) {
      #expect(found.suggestedNeurons == expected.suggestedNeurons)
      let (closed, wanted) = (try #require(found.closedLack), try #require(expected.closedLack))
      expectClose(closed.share, wanted.share, relative: 1e-3)
      expectClose(closed.shareStandardError, wanted.shareStandardError, relative: 1e-3)
      expectClose(closed.amplitude, wanted.amplitude, relative: 1e-3)
    }
  }

  @Test("name the layer that closes most, not the one that closes the largest share")
  func absoluteGains() async throws {
    // What is asked of the last layer is a hundred times what is asked of the one before.
    let pair = try await Pair(hidden: .tanh, seed: 2)
    let layers = pair.network.layers
    let first = layers.reduce(0) { $0 + $1.inputs }
    var scaled = pair.recorded
    for row in 0..<scaled.sampleCount {
      for column in 0..<layers[1].outputs {
        scaled.inputs[row, first + layers[0].outputs + column] *= 0.001
      }
    }
    let diagnosis = try await diagnose(
      .recording(pair.network), split: SampleSplit(samples: scaled, holdout: 0.2, seed: 3),
      options: DiagnosisOptions(workers: 2))
    let gains = diagnosis.growth.map { $0.closedLack?.gain.mean ?? 0 }
    try #require(gains[1] > gains[0] && diagnosis.growth[0].suggestedNeurons > 0)
    #expect(diagnosis.verdict.layerIndex == 1)
  }

  @Test("of noise close nothing on average, and seldom pass for more than chance")
  func noiseOnAverage() async throws {
    var random = SeededGenerator(seed: 21)
    let network = Network<Float>(random.network([4, 3, 2], hidden: .relu))
    var shares: [Double] = []
    var suggestions = 0
    for _ in 0..<40 {
      let rows = Matrix<Float>(random.normalMatrix(300, network.recordedCount))
      let samples = ArraySamples(inputs: rows, targets: .values(Matrix(rows: 300, columns: 0)))
      let diagnosis = try await diagnose(
        .recording(network), split: SampleSplit(samples: samples, holdout: 0.3, seed: 1),
        options: DiagnosisOptions(neuronLimit: 4, workers: 2))
      shares.append(diagnosis.growth[0].closedLack?.share ?? 0)
      suggestions += diagnosis.growth[0].suggestedNeurons > 0 ? 1 : 0
    }
    let mean = shares.reduce(0, +) / 40
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
    #expect(mean < 2 * (variance / 40).squareRoot(), "\(mean) ± \(variance.squareRoot())")
    // One in twenty is what is allowed for.
    #expect(suggestions <= 4, "\(suggestions)")
  }

  @Test("leave out what needs the loss, and say so")
  func withoutLoss() async throws {
    let diagnosis = try await Pair(hidden: .relu, seed: 2).fromRecording
    #expect(diagnosis.evaluation == nil && diagnosis.network == nil)
    #expect(diagnosis.warnings.contains(.lossNotMeasured))
    for growth in diagnosis.growth {
      #expect(growth.lossGain == nil && growth.rejectedLossGain == nil && growth.addition == nil)
    }
    let best = try #require(
      diagnosis.growth.filter { $0.suggestedNeurons > 0 }
        .max { ($0.closedLack?.gain.mean ?? 0) < ($1.closedLack?.gain.mean ?? 0) })
    let (verdict, closed) = (diagnosis.verdict, try #require(best.closedLack))
    #expect(verdict.kind == .bottleneck && verdict.layerIndex == best.layer)
    #expect(verdict.neurons == best.suggestedNeurons && verdict.share == nil)
    #expect(
      verdict.cause == .neuronsOfRecording(next: diagnosis.layers[best.layer + 1].name, closed))
  }

  @Test("of noise, no neurons are suggested")
  func noise() async throws {
    var random = SeededGenerator(seed: 8)
    let network = Network<Float>(random.network([5, 4, 3], hidden: .tanh))
    let rows = Matrix<Float>(random.normalMatrix(500, network.recordedCount))
    let samples = ArraySamples(inputs: rows, targets: .values(Matrix(rows: 500, columns: 0)))
    let diagnosis = try await diagnose(
      .recording(network), split: SampleSplit(samples: samples, holdout: 0.2, seed: 1),
      options: DiagnosisOptions(workers: 2))
    #expect(diagnosis.verdict.kind == .wideEnough && diagnosis.verdict.layerIndex == nil)
  }

  @Test("gradients of a mean loss are noticed by their scale")
  func meanLoss() async throws {
    func warning(_ heldOut: Double?, _ loss: Double?, _ update: Double = 1) -> Warning? {
      RecordedScale.warning(
        desiredUpdate: update, heldOut: heldOut, counts: (8000, 2000), loss: loss)
    }
    #expect(warning(nil, nil) == nil && warning(1.5, 2) == nil && warning(16, nil, 0) == nil)
    // Means over 8000 samples and over 2000: D is 16 times as large.
    #expect(warning(16, 2) == .gradientsOfMeans(factor: 4))
    #expect(warning(0.06, 2) == nil)
    #expect(warning(nil, 1, 1e-6) == .smallGradients(share: 0.001))
    let pair = try await Pair(hidden: .tanh, seed: 3)
    #expect(!pair.fromRecording.warnings.contains { $0.code == "smallGradients" })
    let inputs = pair.network.layers.reduce(0) { $0 + $1.inputs }
    var mean = pair.recorded
    for row in 0..<mean.sampleCount {
      for column in inputs..<mean.inputCount {
        mean.inputs[row, column] /= Float(mean.sampleCount)
      }
    }
    let diagnosis = try await diagnose(
      .recording(pair.network, meanLoss: pair.own.evaluation?.training.loss),
      split: SampleSplit(samples: mean, holdout: 0.2, seed: 3),
      options: DiagnosisOptions(workers: 2))
    #expect(diagnosis.warnings.contains { $0.code == "smallGradients" })
    #expect(diagnosis.verdict.kind == pair.fromRecording.verdict.kind)
  }

  @Test("are read up to the precision asked for")
  func precision() async throws {
    let pair = try await Pair(hidden: .tanh, seed: 5)
    let (diagnosis, isPrecise) = try await diagnose(
      .recording(pair.network), split: pair.split, options: DiagnosisOptions(workers: 2),
      precision: 0.5)
    #expect(isPrecise)
    for layer in diagnosis.layers {
      let error = try #require(layer.lackStandardError)
      #expect(layer.lackOfExpressivity > 0 && error <= 0.5 * layer.lackOfExpressivity)
    }
  }
}
