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
typealias TrainingPlan = (data: String, widths: [Int], hidden: Activation, steps: Int)

private let plans: [TrainingPlan] = [
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

/// More of them on generated data: few samples and many, inputs that hardly vary, a rare class, heavy
/// tails, and some that are stopped early.
let generatedPlans: [TrainingPlan] = [
  ("friedman-few", [6, 4], .relu, 400), ("friedman-few", [4, 4], .tanh, 1500),
  ("friedman-many", [6, 4], .relu, 4000), ("friedman-many", [5, 5], .tanh, 1000),
  ("friedman-many", [32, 4], .selu, 3000),
  ("heavy", [6, 4], .relu, 2000), ("heavy", [5, 5], .tanh, 2000),
  ("spirals-few", [8, 4], .relu, 600), ("spirals-few", [6, 4], .tanh, 1500),
  ("rare", [4, 4], .relu, 1500), ("rare", [4, 3], .tanh, 1500),
  ("images", [8, 8], .relu, 1000), ("images", [6, 8], .relu, 400), ("images", [8, 6], .selu, 600),
  ("images", [6, 6], .tanh, 2000),
  ("teacher", [6, 5], .tanh, 1500), ("teacher", [8, 4], .relu, 500),
  ("teacher", [8, 6, 4], .tanh, 2500), ("teacher", [24, 3], .silu, 1500),
  ("friedman-many", [6, 6, 6, 4], .elu(alpha: 1), 3000), ("rare", [12, 3], .sigmoid, 2500),
]

/// Trains every planned network for which there are data.
func subjects(
  on sets: [DataSet], seed: UInt64, named prefix: String, planned: [TrainingPlan]? = nil
) throws -> [TrainedNetwork] {
  try (planned ?? plans).compactMap { plan in
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
