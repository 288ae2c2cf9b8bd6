@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

/// A network, its samples, and what the first pass finds: what most tests start from.
struct Scenario {
  let network: Network<Double>
  let objective: Objective<Double>
  let samples: ArraySamples
  let moments: Moments
  let bottlenecks: [Bottleneck]
  let explicit: Explicit

  init(network: Network<Double>, loss: Loss, samples: ArraySamples) async throws {
    self.network = network
    self.samples = samples
    objective = try Objective(
      loss: loss, outputStages: network.layers[network.layers.count - 1].stages,
      outputs: network.layers[network.layers.count - 1].outputs)
    let samplePass = SamplePass(
      diagnosed: .model(network, objective),
      split: SampleSplit(samples: samples, holdout: 0, seed: 1), workers: 2, progress: nil)
    var sums = try await samplePass.diagnosisSums(
      references: try await samplePass.referencePoints())
    guard let moments = sums.takeTrainingMoments() else {
      throw DiagnosticsError.noTrainingSamples(sampleCount: 0)
    }
    self.moments = moments
    bottlenecks = try moments.layers.map { try bottleneck(of: $0) }
    explicit = Explicit(network, objective, samples)
  }

  /// A random network of a hidden activation, with a loss and an output activation that fit.
  init(
    hidden: Activation, loss: Loss = .meanSquaredError, output: Activation? = nil,
    widths: [Int] = [6, 5, 4, 3], sampleCount: Int = 80, hasBias: Bool = true, seed: Int
  ) async throws {
    var random = SeededGenerator(seed: seed)
    let network = random.network(widths, hidden: hidden, output: output, hasBias: hasBias)
    let samples = random.samples(
      sampleCount, inputs: widths[0], outputs: widths[widths.count - 1], for: loss)
    try await self.init(network: network, loss: loss, samples: samples)
  }

  /// What the moments say of the first hidden layer, with candidates for new neurons.
  func start(limit: Int) async throws -> LayerProblem {
    let (layer, next) = (moments.layers[0], bottlenecks[1])
    let function = UnitFunction(stages: network.layers[0].stages)
    let covariance = InputCovariance(of: layer)
    let residual = try #require(residualCrossMoment(of: layer, next: next))
    let paper = try sequentialNeurons(
      of: layer, residualCrossMoment: residual, layer: bottlenecks[0].whitening, next: next,
      limit: limit)
    let candidates = try await CandidateNeurons(
      of: layer, covariance: covariance, paper: paper, residualCrossMoment: residual,
      function: function, ridges: SearchEffort.allRidges, limit: limit, seed: 1)
    return LayerProblem(
      layer: 0, function: function, moments: layer, nextMoments: moments.layers[1],
      next: NextLayer(bottleneck: next, heldOut: nil), paper: paper, linear: nil,
      covariance: covariance, candidates: candidates, canCompensate: true)
  }

  /// The averages around the responses of units of the first hidden layer.
  func features(of fanIn: Matrix<Double>) async throws -> FeatureParts {
    let function = UnitFunction(stages: network.layers[0].stages)
    let samplePass = SamplePass(
      diagnosed: .model(network, objective),
      split: SampleSplit(samples: samples, holdout: 0, seed: 1), workers: 1, progress: nil)
    return try await samplePass.collect(
      "features",
      from: FeatureSums(
        [Features(layer: 0, fanIn: fanIn, response: .exact(function))], network: network,
        references: moments.layers.map(\.reference))
    ).moments()[0]
  }

  /// What of the desired update of a layer its own best weight update leaves over, row by row.
  func residualUpdates(ofLayer layer: Int) -> Matrix<Double> {
    leastSquaresResidual(of: explicit.desiredUpdates[layer], on: explicit.inputs[layer])
  }
}

/// Every activation of a hidden unit.
let hiddenActivations: [Activation] = [
  .linear, .relu, .relu6, .leakyReLU(0.2), .elu(alpha: 1), .elu(alpha: 0.5), .selu,
  .celu(alpha: 1), .gelu(approximate: false), .silu, .hardSilu, .mish, .tanh, .tanhShrink,
  .hardTanh, .softsign, .sigmoid, .hardSigmoid, .hardSigmoidKeras2, .sparseSigmoid, .logSigmoid,
  .softplus, .sparsePlus, .squareplus, .exponential, .softShrink, .hardShrink,
]

/// Every loss with an output activation whose range it takes.
let lossesWithOutput: [(loss: Loss, output: Activation?)] = [
  (.meanSquaredError, nil), (.meanAbsoluteError, nil), (.meanAbsolutePercentageError, nil),
  (.meanSquaredLogarithmicError, .softplus), (.huber(delta: 0.7), nil), (.logCosh, nil),
  (.quantile(0.8), nil),
  (.binaryCrossentropy(fromLogits: false, labelSmoothing: 0), .sigmoid),
  (.binaryCrossentropy(fromLogits: true, labelSmoothing: 0.1), nil),
  (.categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.1), .softmax),
  (.sparseCategoricalCrossentropy(fromLogits: false), .softmax),
  (.sparseCategoricalCrossentropy(fromLogits: true), nil),
  (.klDivergence, .softmax), (.poisson, .softplus), (.hinge, nil), (.squaredHinge, nil),
  (.categoricalHinge, nil), (.cosineSimilarity, nil),
]
