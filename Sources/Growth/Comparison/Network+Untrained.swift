import LinearAlgebra
import Networks

extension Network<Float> {
  /// A new network of the same shape: kernels as their initializers make them, biases zero, what is
  /// trained between them as it starts. What is not trained stays.
  ///
  /// - Parameters:
  ///   - configuration: of this network, or of the one it was grown from.
  ///   - seed: decides the kernels.
  /// - Returns: the network, and the configuration to train it by.
  func untrained(
    _ configuration: TrainingConfiguration, seed: UInt64
  ) -> (Network<Float>, TrainingConfiguration) {
    var generator = SeededGenerator(seed: seed)
    var configuration = configuration
    let preprocessing = Self.untrained(preprocessing, &configuration.preprocessing)
    var trainings: [LayerTraining] = []
    let layers = layers.enumerated().map { index, layer in
      var training = configuration.training(ofLayer: index)
      let stages = Self.untrained(layer.stages, &training.stages)
      trainings.append(training)
      guard !training.isFrozen else {
        return Layer(
          name: layer.name, weights: layer.weights, hasBias: layer.hasBias, stages: stages)
      }
      let kernel = training.initializer.kernel(
        inputs: layer.inputs, units: layer.outputs, &generator)
      let bias = [Float](repeating: 0, count: layer.hasBias ? layer.outputs : 0)
      return Layer(
        name: layer.name,
        weights: Matrix(
          rows: layer.weights.rows, columns: layer.outputs, storage: kernel + bias),
        hasBias: layer.hasBias, stages: stages)
    }
    configuration.layers = trainings
    return (
      Network(inputCount: inputCount, preprocessing: preprocessing, layers: layers), configuration
    )
  }

  private static func untrained(
    _ stages: [Stage<Float>], _ training: inout [TrainingStage]?
  ) -> [Stage<Float>] {
    var rest = stages[...]
    var new: [Stage<Float>] = []
    let steps = training ?? stages.map { _ in .stage() }
    training = steps.map { step in
      switch step {
      case .noise, .penalty: return step
      case .stage(let isFrozen):
        let stage = rest.removeFirst()
        new.append(isFrozen ? stage : untrained(stage))
        return step
      case .batchNormalization(var settings):
        guard case .affine(let affine) = rest.removeFirst() else { return step }
        let count = affine.scale.count
        settings.variances = [Double](repeating: 1, count: settings.channels ?? count)
        let scale = Float(1 / (1 + settings.epsilon).squareRoot())
        let zeros = [Float](repeating: 0, count: count)
        new.append(
          .affine(
            Affine(
              center: zeros, scale: [Float](repeating: scale, count: count), offset: zeros)))
        return .batchNormalization(settings)
      }
    }
    return new
  }

  private static func untrained(_ stage: Stage<Float>) -> Stage<Float> {
    switch stage {
    case .activation, .affine: stage
    case .parametricReLU(let slopes):
      .parametricReLU(slopes: [Float](repeating: 0, count: slopes.count))
    case .layerNormalization(let old):
      .layerNormalization(
        LayerNormalization(
          scale: old.scale.map { _ in 1 }, offset: old.offset.map { _ in 0 },
          epsilon: old.epsilon))
    }
  }
}

extension KernelInitializer {
  /// The standard deviation of a standard normal number that is cut off at two.
  private static let cutDeviation = 0.879_625_661_034_239_78

  /// A new kernel, inputs × units, row after row.
  func kernel(inputs: Int, units: Int, _ generator: inout SeededGenerator) -> [Float] {
    func draw(_ number: (inout SeededGenerator) -> Double) -> [Float] {
      var kernel: [Float] = []
      kernel.reserveCapacity(inputs * units)
      for _ in 0..<inputs * units { kernel.append(Float(number(&generator))) }
      return kernel
    }
    switch self {
    case .uniform(let low, let high):
      return draw { low + (high - low) * Double.random(in: 0..<1, using: &$0) }
    case .normal(let mean, let deviation): return draw { mean + deviation * $0.normal() }
    case .variance(let scale, let mode, let shape):
      let divisor =
        switch mode {
        case .fanIn: Double(inputs)
        case .fanOut: Double(units)
        case .fanAverage: Double(inputs + units) / 2
        }
      let deviation = (scale / max(1, divisor)).squareRoot()
      switch shape {
      case .uniform:
        let limit = 3.0.squareRoot() * deviation
        return draw { limit * (2 * Double.random(in: 0..<1, using: &$0) - 1) }
      case .normal: return draw { deviation * $0.normal() }
      case .truncatedNormal:
        return draw { generator in
          var number = generator.normal()
          while abs(number) > 2 { number = generator.normal() }
          return deviation / Self.cutDeviation * number
        }
      }
    }
  }
}
