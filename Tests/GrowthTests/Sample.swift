@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport

extension Network where Scalar == Double {
  /// The objective of a loss behind this network's last stages.
  func objective(_ loss: Loss = .meanSquaredError) throws -> Objective<Double> {
    let last = layers[layers.count - 1]
    return try Objective(loss: loss, outputStages: last.stages, outputs: last.outputs)
  }

  /// The network with scales and shifts around the activations of one layer.
  func insertingAffines(inLayer index: Int, _ random: inout SeededGenerator) -> Network {
    func affine(_ width: Int) -> Stage<Double> {
      .affine(
        Affine(
          center: (0..<width).map { _ in random.normal() },
          scale: (0..<width).map { _ in random.normal() },
          offset: (0..<width).map { _ in random.normal() }))
    }
    var changed = layers
    let layer = layers[index]
    changed[index] = Layer(
      name: layer.name, weights: layer.weights, hasBias: layer.hasBias,
      stages: [affine(layer.outputs)] + layer.stages + [affine(layer.outputs)])
    return Network(inputCount: inputCount, preprocessing: preprocessing, layers: changed)
  }

  /// The moments of a network, as a diagnosis collects them.
  func moments(_ objective: Objective<Double>, _ samples: ArraySamples) async throws -> Moments {
    let samplePass = SamplePass(
      diagnosed: .model(self, objective), split: SampleSplit(samples: samples, holdout: 0, seed: 1),
      workers: 1, progress: nil)
    var sums = try await samplePass.diagnosisSums(
      references: try await samplePass.referencePoints())
    guard let moments = sums.takeTrainingMoments() else {
      throw DiagnosticsError.noTrainingSamples(sampleCount: 0)
    }
    return moments
  }
}

extension Network {
  /// The last preactivations, each sum taken in the order of the inputs, the bias last.
  func outputsSummedInOrder(_ samples: ArraySamples) -> Matrix<Scalar> {
    var values = Matrix<Scalar>(samples.inputs)
    for stage in preprocessing { stage.apply(to: &values) }
    for (index, layer) in layers.enumerated() {
      let inputs = values
      values = Matrix(rows: inputs.rows, columns: layer.outputs) { row, column in
        var sum: Scalar = 0
        for input in 0..<layer.inputs {
          sum += inputs[row, input] * layer.weights[input, column]
        }
        return layer.hasBias ? sum + layer.weights[layer.inputs, column] : sum
      }
      guard index + 1 < layers.count else { break }
      for stage in layer.stages { stage.apply(to: &values) }
    }
    return values
  }

  /// The last preactivations, by the library's own pass.
  func outputs(_ objective: Objective<Scalar>, _ samples: ArraySamples) -> Matrix<Scalar> {
    var pass = Pass(network: self, objective: objective)
    pass.forward(samples.inputs, differentiating: false)
    return pass.outputPreactivations
  }
}

/// Every activation of a hidden unit.
let hiddenActivations: [Activation] = [
  .linear, .relu, .relu6, .leakyReLU(0.2), .elu(alpha: 1), .selu, .gelu(approximate: false), .silu,
  .mish, .tanh, .tanhShrink, .hardTanh, .softsign, .sigmoid, .hardSigmoid, .logSigmoid, .softplus,
  .sparsePlus, .squareplus, .exponential, .hardShrink,
]
