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

/// What is trained: data set, hidden widths, activation, steps of Adam, and what else is done.
struct TrainingPlan {
  let data: String
  let widths: [Int]
  let hidden: Activation
  let steps: Int
  var way = WayOfTraining.plain

  init(
    _ data: String, _ widths: [Int], _ hidden: Activation, _ steps: Int,
    _ way: WayOfTraining = .plain
  ) {
    (self.data, self.widths, self.hidden, self.steps, self.way) = (data, widths, hidden, steps, way)
  }

  var name: String { "\(data) \(hidden.name)" + (way == .plain ? "" : ", \(way.name)") }
}

private let plans: [TrainingPlan] = [
  TrainingPlan("digits", [16, 4], .relu, 1500), TrainingPlan("digits", [12, 5], .selu, 1500),
  TrainingPlan("digits", [12, 5], .tanh, 1500),
  TrainingPlan("digits", [12, 5], .gelu(approximate: false), 1500),
  TrainingPlan("digits", [12, 6], .sigmoid, 3000),
  TrainingPlan("wine", [4, 3], .relu, 600), TrainingPlan("wine", [4, 2], .tanh, 600),
  TrainingPlan("cancer", [6, 2], .selu, 600),
  TrainingPlan("cancer", [4, 3], .gelu(approximate: false), 600),
  TrainingPlan("diabetes", [6, 3], .relu, 600), TrainingPlan("diabetes", [4, 3], .tanh, 600),
  TrainingPlan("friedman", [8, 4], .relu, 3000), TrainingPlan("friedman", [4, 6], .tanh, 3000),
  TrainingPlan("friedman", [6, 4], .selu, 3000),
  TrainingPlan("spirals", [8, 4], .relu, 3000), TrainingPlan("spirals", [6, 6], .tanh, 3000),
  TrainingPlan("spirals", [6, 4], .sigmoid, 6000),
  TrainingPlan("mnist", [8, 8], .relu, 2000), TrainingPlan("mnist", [8, 8], .selu, 2000),
]

/// More of them on generated data: few samples and many, inputs that hardly vary, a rare class, heavy
/// tails, and some that are stopped early.
let generatedPlans: [TrainingPlan] = [
  TrainingPlan("friedman-few", [6, 4], .relu, 400),
  TrainingPlan("friedman-few", [4, 4], .tanh, 1500),
  TrainingPlan("friedman-many", [6, 4], .relu, 4000),
  TrainingPlan("friedman-many", [5, 5], .tanh, 1000),
  TrainingPlan("friedman-many", [32, 4], .selu, 3000),
  TrainingPlan("heavy", [6, 4], .relu, 2000), TrainingPlan("heavy", [5, 5], .tanh, 2000),
  TrainingPlan("spirals-few", [8, 4], .relu, 600),
  TrainingPlan("spirals-few", [6, 4], .tanh, 1500),
  TrainingPlan("rare", [4, 4], .relu, 1500), TrainingPlan("rare", [4, 3], .tanh, 1500),
  TrainingPlan("images", [8, 8], .relu, 1000), TrainingPlan("images", [6, 8], .relu, 400),
  TrainingPlan("images", [8, 6], .selu, 600),
  TrainingPlan("images", [6, 6], .tanh, 2000),
  TrainingPlan("teacher", [6, 5], .tanh, 1500), TrainingPlan("teacher", [8, 4], .relu, 500),
  TrainingPlan("teacher", [8, 6, 4], .tanh, 2500), TrainingPlan("teacher", [24, 3], .silu, 1500),
  TrainingPlan("friedman-many", [6, 6, 6, 4], .elu(alpha: 1), 3000),
  TrainingPlan("rare", [12, 3], .sigmoid, 2500),
  TrainingPlan("friedman-200", [4], .relu, 600), TrainingPlan("friedman-200", [5, 3], .tanh, 600),
  TrainingPlan("friedman-50000", [6, 4], .relu, 5000),
  TrainingPlan("friedman-50000", [5], .tanh, 5000),
  TrainingPlan("friedman-many", [128], .relu, 1500),
  TrainingPlan("teacher", [64, 4], .tanh, 800),
  TrainingPlan("friedman-many", [6, 6, 6, 6, 6], .relu, 3000, .stoppedEarly),
  TrainingPlan("images", [8, 8], .relu, 2000, .stoppedEarly),
  TrainingPlan("teacher", [6, 5], .tanh, 2500, .stoppedEarly),
  TrainingPlan("spirals-few", [8, 6], .relu, 2000, .stoppedEarly),
  TrainingPlan("friedman-many", [8, 6], .relu, 3000, .batchNormalization),
  TrainingPlan("images", [8, 8], .relu, 1000, .batchNormalization),
  TrainingPlan("friedman-many", [8, 6], .tanh, 3000, .dropout),
  TrainingPlan("images", [12, 8], .relu, 1500, .dropout),
  TrainingPlan("friedman-many", [6, 5], .tanh, 3000, .weightPenalty),
  TrainingPlan("rare", [6, 4], .relu, 2000, .weightPenalty),
  TrainingPlan("rare-weighted", [4, 4], .relu, 2000),
  TrainingPlan("rare-weighted", [5, 3], .tanh, 2000),
  TrainingPlan("weighted", [6, 4], .relu, 3000), TrainingPlan("weighted", [4], .tanh, 3000),
]

/// Trains every planned network for which there are data.
func subjects(
  on sets: [DataSet], seed: UInt64, named prefix: String, planned: [TrainingPlan]? = nil
) throws -> [TrainedNetwork] {
  try (planned ?? plans).compactMap { plan in
    guard let data = sets.first(where: { $0.name == plan.data }), plan.name.hasPrefix(prefix) else {
      return nil
    }
    let widths = [data.training.inputCount] + plan.widths + [data.outputs]
    let network = Network<Float>.initialized(
      widths: widths, hidden: plan.hidden, output: data.output,
      preprocessing: data.preprocessing, seed: seed)
    let objective = try Objective<Float>(
      loss: data.loss, outputStages: network.layers[network.layers.count - 1].stages,
      outputs: data.outputs)
    let trained: Network<Float>
    if plan.way == .plain, data.training.weights == nil {
      var trainer = Trainer(
        network, objective: objective, samples: data.training,
        options: TrainingOptions(seed: seed))
      try trainer.train(steps: plan.steps)
      trained = trainer.network
    } else {
      trained = try plan.way.trained(
        network, on: data, objective: objective, steps: plan.steps, seed: seed)
    }
    return TrainedNetwork(
      name: plan.name, network: trained, objective: objective, data: data, widths: widths,
      hidden: plan.hidden, trainedSteps: plan.steps)
  }
}
