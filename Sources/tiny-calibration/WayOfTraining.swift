import Growth
import LinearAlgebra
import Networks

/// What happens in training beside the steps.
enum WayOfTraining {
  case plain
  /// The weights of the lowest loss on the validation samples are kept.
  case stoppedEarly
  /// Between each hidden layer and its activation.
  case batchNormalization
  /// Of a fifth of the hidden units.
  case dropout
  /// A penalty of 0.001 Σ w² on each kernel.
  case weightPenalty

  /// What the table says.
  var name: String {
    switch self {
    case .plain: "plain"
    case .stoppedEarly: "stopped early"
    case .batchNormalization: "BatchNorm"
    case .dropout: "Dropout"
    case .weightPenalty: "L2"
    }
  }

  /// The network after training; the weights of the samples count.
  func trained(
    _ network: Network<Float>, on data: DataSet, objective: Objective<Float>, steps: Int,
    seed: UInt64
  ) throws -> Network<Float> {
    let start = self == .batchNormalization ? network.withBatchNormalization : network
    let hidden = start.layers.dropLast().map { layer -> LayerTraining in
      switch self {
      case .plain, .stoppedEarly: return LayerTraining()
      case .batchNormalization:
        let variances = [Double](repeating: 1, count: layer.outputs)
        return LayerTraining(stages: [
          .batchNormalization(BatchNormalization(variances: variances)), .stage(),
        ])
      case .dropout: return LayerTraining(stages: [.stage(), .noise(.dropout(rate: 0.2))])
      case .weightPenalty: return LayerTraining(kernelPenalty: Penalty(l2: 0.001))
      }
    }
    var tuner = try FineTuner(
      start, loss: data.loss, samples: data.training,
      configuration: TrainingConfiguration(layers: hidden), seed: seed)
    guard self == .stoppedEarly else {
      tuner.train(steps: steps)
      return tuner.network
    }
    var best = (network: tuner.network, loss: Double.infinity)
    let looks = 40
    for _ in 0..<looks {
      tuner.train(steps: steps / looks)
      let losses = tuner.losses(on: data.validation)
      let loss = losses.reduce(0, +) / Double(losses.count)
      if loss < best.loss { best = (tuner.network, loss) }
    }
    return best.network
  }
}

extension Network where Scalar == Float {
  /// The same with a scale of 1 and a shift of 0 between each hidden layer and its activation.
  fileprivate var withBatchNormalization: Network {
    let hidden = layers.dropLast().map { layer in
      let zeros = [Float](repeating: 0, count: layer.outputs)
      let ones = [Float](repeating: 1, count: layer.outputs)
      return Layer(
        name: layer.name, weights: layer.weights, hasBias: layer.hasBias,
        stages: [.affine(Affine(center: zeros, scale: ones, offset: zeros))] + layer.stages)
    }
    return Network(
      inputCount: inputCount, preprocessing: preprocessing, layers: hidden + layers.suffix(1))
  }
}
