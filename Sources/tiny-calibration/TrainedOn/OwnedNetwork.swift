import Diagnostics
import Growth
import Networks

/// A network as its owner has trained it, until the validation samples said to stop.
struct OwnedNetwork: Sendable {
  let plan: OwnedPlan
  let data: DataSet
  let seed: UInt64
  let network: Network<Float>
  let objective: Objective<Float>
  let configuration: TrainingConfiguration
  /// The steps that it took.
  let steps: Int

  /// So often the validation samples are looked at while it is trained.
  private static let looks = 40
  /// So many looks without a lower loss end it.
  private static let patience = 6

  /// Trains a network.
  init(_ plan: OwnedPlan, data: DataSet, seed: UInt64) throws {
    self.plan = plan
    self.data = data
    self.seed = seed
    configuration = TrainingConfiguration(optimizer: plan.optimizer, batchSize: plan.batchSize)
    let first = Self.untrained(plan, widths: plan.widths, data: data, seed: seed)
    objective = try Objective(
      loss: data.loss, outputStages: first.layers[first.layers.count - 1].stages,
      outputs: data.outputs)
    var tuner = try FineTuner(
      first, loss: data.loss, samples: data.training, configuration: configuration, seed: seed)
    var best = (network: first, loss: Double.infinity, steps: 0)
    var looksSince = 0
    while looksSince < Self.patience, tuner.stepCount < plan.steps, !tuner.isDiverged {
      tuner.train(steps: plan.steps / Self.looks)
      let loss = mean(tuner.losses(on: data.validation))
      looksSince += 1
      if loss < best.loss {
        best = (tuner.network, loss, tuner.stepCount)
        looksSince = 0
      }
    }
    network = best.network
    steps = best.steps
  }

  /// A network of other widths, trained for as many steps as this one was.
  func fromScratch(widths: [Int]) throws -> Network<Float> {
    var tuner = try FineTuner(
      Self.untrained(plan, widths: widths, data: data, seed: seed &+ 77), loss: data.loss,
      samples: data.training, configuration: configuration, seed: seed)
    tuner.train(steps: steps)
    return tuner.network
  }

  private static func untrained(
    _ plan: OwnedPlan, widths: [Int], data: DataSet, seed: UInt64
  ) -> Network<Float> {
    .initialized(
      widths: [data.training.inputCount] + widths + [data.outputs], hidden: plan.hidden,
      output: data.output, preprocessing: data.preprocessing, seed: seed)
  }

  /// What neurons are fitted on, and what judges them.
  var split: SampleSplit {
    SampleSplit(samples: data.training, validation: data.validation, holdout: 0, seed: seed)
  }
}

func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
