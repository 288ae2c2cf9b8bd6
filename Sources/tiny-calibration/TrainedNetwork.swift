import Growth
import Networks

/// A trained network and the samples it was trained on.
struct TrainedNetwork {
  let name: String
  let network: Network<Float>
  let objective: Objective<Float>
  let data: DataSet
  let widths: [Int]
  let hidden: Activation
  /// The steps it was trained for.
  let trainedSteps: Int
}

/// What is trained: data set, hidden widths, activation, steps of Adam.
private let plans: [(data: String, widths: [Int], hidden: Activation, steps: Int)] = [
  ("digits", [16, 4], .relu, 1500), ("digits", [12, 5], .selu, 1500),
  ("digits", [12, 5], .tanh, 1500), ("digits", [12, 5], .gelu(approximate: false), 1500),
  ("digits", [12, 6], .sigmoid, 3000),
  ("wine", [4, 3], .relu, 600), ("wine", [4, 2], .tanh, 600),
  ("cancer", [6, 2], .selu, 600), ("cancer", [4, 3], .gelu(approximate: false), 600),
  ("diabetes", [6, 3], .relu, 600), ("diabetes", [4, 3], .tanh, 600),
  ("friedman", [8, 4], .relu, 3000), ("friedman", [4, 6], .tanh, 3000),
  ("friedman", [6, 4], .selu, 3000),
  ("spirals", [8, 4], .relu, 3000), ("spirals", [6, 6], .tanh, 3000),
  ("spirals", [6, 4], .sigmoid, 6000),
  ("mnist", [8, 8], .relu, 2000), ("mnist", [8, 8], .selu, 2000),
]

/// Trains every planned network for which there are data.
func subjects(on sets: [DataSet], seed: UInt64, named prefix: String) throws -> [TrainedNetwork] {
  try plans.compactMap { plan in
    let name = "\(plan.data) \(plan.hidden.name)"
    guard let data = sets.first(where: { $0.name == plan.data }), name.hasPrefix(prefix) else {
      return nil
    }
    let widths = [data.training.inputCount] + plan.widths + [data.outputs]
    let network = Network<Float>.initialized(
      widths: widths, hidden: plan.hidden, output: data.output,
      preprocessing: data.preprocessing, seed: seed)
    let objective = try Objective<Float>(
      loss: data.loss, outputStages: network.layers[network.layers.count - 1].stages,
      outputs: data.outputs)
    var trainer = Trainer(
      network, objective: objective, samples: data.training,
      options: TrainingOptions(seed: seed))
    try trainer.train(steps: plan.steps)
    return TrainedNetwork(
      name: name, network: trainer.network, objective: objective, data: data, widths: widths,
      hidden: plan.hidden, trainedSteps: plan.steps)
  }
}
