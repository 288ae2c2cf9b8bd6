@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The activation-aware solve")
struct ActivationAwareTests {
  /// The start of a solve at the first hidden layer, and the measured features of its candidates.
  private func solve(
    _ scenario: Scenario, limit: Int
  ) async throws -> (
    start: LayerProblem, features: OrthogonalFeatures, candidates: CandidateNeurons
  ) {
    let start = try await scenario.start(limit: limit)
    let candidates = try #require(start.candidates)
    let features = try await scenario.features(of: candidates.fanIn)
    return (
      start, try #require(OrthogonalFeatures(features, next: start.next)), candidates
    )
  }

  /// The features of some fan-ins in the explicit matrices, without their value at 0.
  private func explicitFeatures(
    _ scenario: Scenario, _ fanIn: Matrix<Double>, relativeTo other: Scenario? = nil
  ) -> Matrix<Double> {
    let raw = (other ?? scenario).moments.layers[0].weightsForRawInputs(fanIn)
    let function = UnitFunction(stages: scenario.network.layers[0].stages)
    var features = scenario.explicit.inputs[0].times(raw)
    function.apply(to: &features.storage)
    return Matrix(rows: features.rows, columns: features.columns) {
      features[$0, $1] - function.valueAtZero
    }
  }

  @Test("its gain is that of least squares on the explicit features", arguments: hiddenActivations)
  func gainIsExact(hidden: Activation) async throws {
    let scenario = try await Scenario(
      hidden: hidden, widths: [5, 3, 4], sampleCount: 90, seed: 31)
    let (start, features, candidates) = try await solve(scenario, limit: 3)
    let baseline = scenario.residualUpdates(ofLayer: 1).squaredNorm / 90
    for family in candidates.families {
      let proposal = GrowthProposal(
        family: family.family, columns: Array(family.columns), fanIn: candidates.fanIn,
        counts: [1, 2, 3], start, features: features)
      for choice in proposal.choices {
        let added = explicitFeatures(scenario, choice.neurons.fanIn)
        let inputs = scenario.explicit.inputs[1]
        let both = Matrix<Double>(rows: 90, columns: inputs.columns + added.columns) {
          $1 < inputs.columns ? inputs[$0, $1] : added[$0, $1 - inputs.columns]
        }
        let left = leastSquaresResidual(of: scenario.explicit.desiredUpdates[1], on: both)
        let best = baseline - left.squaredNorm / 90
        #expect((gain(of: choice.neurons, scenario) - choice.gain).magnitude <= 1e-8 * baseline)
        #expect(choice.gain <= best + 1e-8 * baseline)
        // Linear features, and the 3 units with them, have no more directions than the 5 inputs:
        // any more are not independent, and a ridge finds their fan-out.
        guard hidden != .linear || choice.neurons.count <= 2 else { continue }
        #expect((best - choice.gain).magnitude <= 1e-8 * baseline)
      }
    }
  }

  /// What neurons gain beyond δW* with the fan-out they have, sample by sample.
  private func gain(of neurons: NewNeurons, _ scenario: Scenario) -> Double {
    let update = scenario.moments.layers[1].weightsForRawInputs(neurons.weightUpdate)
    let best = scenario.moments.layers[1].weightsForRawInputs(neurons.bestWeightUpdate)
    let (inputs, desired) = (scenario.explicit.inputs[1], scenario.explicit.desiredUpdates[1])
    let with =
      desired - inputs.times(update)
      - explicitFeatures(scenario, neurons.fanIn).times(neurons.fanOut)
    return ((desired - inputs.times(best)).squaredNorm - with.squaredNorm) / 90
  }

  @Test(
    "without a ridge it never gains less than the paper's neurons after their own best fan-out",
    arguments: hiddenActivations, 0..<3)
  func beatsThePaper(hidden: Activation, seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: hidden, widths: [6, 4, 5], sampleCount: 120, seed: seed)
    let (start, features, candidates) = try await solve(scenario, limit: 4)
    let family = try #require(candidates.families.first { $0.family == .linear(ridge: 0) })
    let proposal = GrowthProposal(
      family: family.family, columns: Array(family.columns), fanIn: candidates.fanIn,
      counts: [1, 2, 3, 4], start, features: features)
    var compared = 0
    for choice in proposal.choices {
      // The paper's own fan-ins at the same scale, by brute force on the explicit features.
      let count = min(choice.neurons.count, start.paper.count)
      guard count == choice.neurons.count, let covariance = start.covariance else { continue }
      let directions = start.paper.fanIn.selectingRows(Array(0..<6)).selectingColumns(0..<count)
      let fanIns = covariance.fanInsOfUnitDeviation(directions).compactMap { $0 }
      let paper = explicitFeatures(
        scenario, Matrix(rows: 7, columns: fanIns.count) { fanIns[$1][$0] })
      let inputs = scenario.explicit.inputs[1]
      let both = Matrix<Double>(rows: 120, columns: inputs.columns + paper.columns) {
        $1 < inputs.columns ? inputs[$0, $1] : paper[$0, $1 - inputs.columns]
      }
      let left = leastSquaresResidual(of: scenario.explicit.desiredUpdates[1], on: both)
      let gain = scenario.bottlenecks[1].lackOfExpressivity - left.squaredNorm / 120
      #expect(choice.gain >= gain - 1e-8 * scenario.bottlenecks[1].desiredUpdate)
      compared += 1
    }
    #expect(compared > 0)
  }

  @Test("its gain on held-out samples is that of the same weights there", arguments: 0..<4)
  func heldOutGain(seed: Int) async throws {
    let fitted = try await Scenario(hidden: .relu, widths: [5, 4, 3], sampleCount: 80, seed: seed)
    var random = SeededGenerator(seed: seed + 100)
    let others = random.samples(50, inputs: 5, outputs: 3, for: .meanSquaredError)
    let judged = try await Scenario(
      network: fitted.network, loss: .meanSquaredError, samples: others)
    let (start, _, candidates) = try await solve(fitted, limit: 3)
    // The judging samples' features, relative to the reference of the samples that were fitted.
    let references = fitted.moments.layers.map { $0.reference }
    func parts(_ samples: ArraySamples) async throws -> FeatureMoments {
      let samplePass = SamplePass(
        diagnosed: .model(fitted.network, fitted.objective),
        split: SampleSplit(samples: samples, holdout: 0, seed: 1), workers: 1, progress: nil)
      let sums = try await samplePass.collect(
        "features",
        from: FeatureSums(
          [Features(layer: 0, fanIn: candidates.fanIn, response: .exact(start.function))],
          network: fitted.network, references: references))
      return try #require(sums.moments()[0].training)
    }
    let samplePass = SamplePass(
      diagnosed: .model(fitted.network, fitted.objective),
      split: SampleSplit(samples: others, holdout: 0, seed: 1), workers: 1, progress: nil)
    var sums = try await samplePass.diagnosisSums(references: references)
    let taken = sums.takeTrainingMoments()
    let moments = try #require(taken)
    let features = try #require(
      OrthogonalFeatures(
        FeatureParts(
          training: try await parts(fitted.samples), heldOut: try await parts(others)),
        next: NextLayer(
          bottleneck: fitted.bottlenecks[1],
          heldOut: moments.layers[1].updateMoments)))
    let columns = [0, 2]
    let fanOut = try #require(features.fanOut(of: columns))
    let gain = try #require(features.heldOut).fit(of: fanOut, columns: columns).gain

    let update = fitted.moments.layers[1].weightsForRawInputs(
      -1 * features.overlap.selectingColumns(columns).times(fanOut))
    let best = fitted.moments.layers[1].weightsForRawInputs(
      fitted.bottlenecks[1].bestWeightUpdate)
    let (inputs, desired) = (judged.explicit.inputs[1], judged.explicit.desiredUpdates[1])
    let without = desired - inputs.times(best)
    let with =
      without - inputs.times(update)
      - explicitFeatures(judged, candidates.fanIn.selectingColumns(columns), relativeTo: fitted)
      .times(fanOut)
    let measured = (without.squaredNorm - with.squaredNorm) / 50
    #expect((gain - measured).magnitude <= 1e-9 * without.squaredNorm / 50)
  }

  @Test("its slope is the finite difference of the loss", arguments: hiddenActivations)
  func slope(hidden: Activation) async throws {
    let scenario = try await Scenario(
      hidden: hidden, loss: .sparseCategoricalCrossentropy(fromLogits: true), widths: [5, 4, 3],
      sampleCount: 60, seed: 17)
    let (start, features, candidates) = try await solve(scenario, limit: 2)
    let family = try #require(candidates.families.first)
    let proposal = GrowthProposal(
      family: family.family, columns: Array(family.columns), fanIn: candidates.fanIn,
      counts: [2], start, features: features)
    for choice in proposal.choices {
      let neurons = choice.neurons
      let fanIn = scenario.moments.layers[0].weightsForRawInputs(neurons.fanIn)
      let update = scenario.moments.layers[1].weightsForRawInputs(neurons.weightUpdate)
      func loss(_ amplitude: Double) -> Double {
        meanLoss(
          scenario.network.appendingUnits(
            toLayer: 0, fanIn: fanIn, fanOut: amplitude * neurons.fanOut,
            weightUpdate: amplitude * update, offset: start.function.valueAtZero),
          scenario.objective, scenario.samples)
      }
      // A step that moves the preactivations by about 1e-5.
      let step =
        1e-5 / max(1e-9, (choice.squaredNorm + start.next.bottleneck.bestUpdate).squareRoot())
      expectClose(
        (loss(-step) - loss(step)) / (2 * step), choice.slope + start.next.bottleneck.bestUpdate,
        relative: 1e-4)
    }
  }

  @Test(
    "finds squares where linear correlation is exhausted, also among many inputs",
    arguments: [(4, 2000), (400, 4000)])
  func squares(inputCount: Int, samples: Int) async throws {
    var random = SeededGenerator(seed: 3)
    // y = x₀ x₁ is uncorrelated with everything linear; the hidden units see x₂ and x₃ alone.
    let inputs = Matrix<Float>(random.normalMatrix(samples, inputCount))
    let targets = Matrix<Float>(rows: samples, columns: 1) { row, _ in
      inputs[row, 0] * inputs[row, 1]
    }
    let first = Matrix<Double>(rows: inputCount + 1, columns: 2) {
      $0 == 2 + $1 ? 1 : 0
    }
    let network = Network<Double>(
      inputCount: inputCount,
      layers: [
        Layer(name: "hidden", weights: first, hasBias: true, stages: [.activation(.relu)]),
        Layer(
          name: "output", weights: Matrix(rows: 3, columns: 1, storage: [0.1, 0.1, 0]),
          hasBias: true, stages: []),
      ])
    let diagnosis = try await diagnose(
      .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: SampleSplit(
        samples: ArraySamples(inputs: inputs, targets: .values(targets)), holdout: 0.2, seed: 1),
      options: DiagnosisOptions(neuronLimit: 4, workers: 2))
    #expect(diagnosis.growth[0].kind == .quadratic)
    // Four units can follow (x₀ + x₁)² − (x₀ − x₁)² through |·| far better than chance.
    let gain = try #require(diagnosis.growth[0].lossGain?.heldOut)
    let share = inputCount == 4 ? 0.5 : 0.2
    #expect(gain.mean > share * (try #require(diagnosis.training).loss))
  }
}
