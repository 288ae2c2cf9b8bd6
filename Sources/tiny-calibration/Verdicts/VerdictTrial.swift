import Diagnostics
import Foundation
import Growth
import LinearAlgebra
import Networks

/// One network of a situation: what is said of it, and what becomes of it when it is trained on.
struct VerdictTrial {
  let situation: Situation
  let seed: UInt64
  let verdict: Verdict
  /// What weights fitted without the held-out samples leave of what those ask.
  let heldOutLack: Double?
  /// What the neurons that the verdict asks for were said to gain.
  var gain: LossGain?
  /// The losses of samples that nothing has seen: as the network is, at once after growing, and after
  /// training on as it is, grown as the verdict says, and widened in the layer where that is best.
  let now: Double
  var grownAtOnce: Double?
  let same: TrainedOn
  var grown: TrainedOn?
  var widened: TrainedOn?

  /// The loss after training on by several orders of the samples.
  struct TrainedOn {
    let losses: [Double]

    var mean: Double { losses.reduce(0, +) / Double(losses.count) }

    /// Of the difference to another with the same orders.
    func standardError(against other: TrainedOn) -> Double {
      var differences = WeightedMean()
      for (loss, otherLoss) in zip(losses, other.losses) { differences.add(loss - otherLoss) }
      return differences.standardError() ?? 0
    }
  }

  private static let orders: UInt64 = 3

  /// Trains, diagnoses, grows, trains on.
  init(_ situation: Situation, seed: UInt64) async throws {
    self.situation = situation
    self.seed = seed
    let owner = try Owner(situation, seed: seed)
    let diagnosis = try await owner.diagnosis(seed: seed)
    verdict = diagnosis.verdict
    heldOutLack = diagnosis.network?.heldOutRelativeLack
    now = owner.loss(of: owner.network)
    same = owner.trainedOn(owner.network, orders: Self.orders)
    if verdict.kind == .bottleneck, let layer = verdict.layerIndex {
      let run = try await grow(
        .model(owner.network, owner.objective), split: owner.split(seed: seed), plan: owner.plan,
        options: owner.options(seed: seed))
      gain = diagnosis.growth.first { $0.layer == layer }?.lossGain
      grownAtOnce = owner.loss(of: run.network)
      grown = owner.trainedOn(run.network, orders: Self.orders)
    }
    for layer in owner.network.layers.indices.dropLast() {
      let count = max(8, owner.network.layers[layer].outputs)
      let wide = try owner.network.grown(
        by: .random(layer: layer, count: count, of: owner.network, seed: seed &+ 9))
      let trained = owner.trainedOn(wide, orders: Self.orders)
      if trained.mean < widened?.mean ?? .infinity { widened = trained }
    }
    if let grown, grown.mean < widened?.mean ?? .infinity { widened = grown }
  }

  /// Over so many seeds of the diagnosis, what it says of one network.
  static func verdicts(_ situation: Situation, seed: UInt64, count: UInt64) async throws
    -> [Verdict]
  {
    let owner = try Owner(situation, seed: seed)
    var verdicts: [Verdict] = []
    for other in 0..<count { verdicts.append(try await owner.diagnosis(seed: other).verdict) }
    return verdicts
  }

  /// What is said of one network, and nothing trained on.
  static func verdict(_ situation: Situation, seed: UInt64) async throws -> Verdict {
    try await Owner(situation, seed: seed).diagnosis(seed: seed).verdict
  }
}

/// What the owner of a network has.
private struct Owner {
  private static let testCount = 4000

  let situation: Situation
  let network: Network<Float>
  let objective: Objective<Float>
  let samples: ArraySamples
  let unseen: ArraySamples?
  let configuration: TrainingConfiguration
  private let test: ArraySamples

  init(_ situation: Situation, seed: UInt64) throws {
    self.situation = situation
    let name = situation.name.unicodeScalars.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1.value) }
    var random = SeededGenerator(seed: name &+ seed &* 1009)
    let task = situation.task(&random)
    let own = situation.count + (situation.hasUnseen ? situation.count : 0)
    // One draw, so that the end of a series follows its start.
    let all = task.samples(own + Self.testCount, &random)
    samples = situation.owned(all.part(0..<situation.count), &random)
    unseen = situation.hasUnseen ? all.part(situation.count..<own) : nil
    test = all.part(own..<all.sampleCount)
    var first = Network<Float>.initialized(
      widths: [task.inputs] + situation.hidden + [task.outputs], hidden: situation.activation,
      output: situation.output, seed: random.next())
    situation.before(&first, task, &random)
    let dropout: [TrainingStage] = [.stage(), .noise(.dropout(rate: situation.dropout))]
    configuration = TrainingConfiguration(
      optimizer: OptimizerSettings(situation.rule, learningRate: situation.learningRate),
      layers: situation.hidden.map { _ in
        LayerTraining(stages: situation.dropout > 0 ? dropout : nil)
      })
    var trainer = try FineTuner(
      first, loss: situation.loss, samples: samples, configuration: configuration, seed: seed)
    trainer.train(steps: situation.steps)
    var trained = trainer.network
    situation.after(&trained)
    network = trained
    objective = try Objective(
      loss: situation.loss, outputStages: trained.layers[trained.layers.count - 1].stages,
      outputs: task.outputs)
  }

  var plan: GrowthPlan {
    var plan = GrowthPlan(aim: .verdict, method: .tiny)
    plan.training = configuration
    if case .sgd = situation.rule { plan.learningRate = situation.learningRate }
    return plan
  }

  func split(seed: UInt64) -> SampleSplit {
    SampleSplit(
      samples: samples, validation: unseen, holdout: unseen == nil ? 0.2 : 0, seed: seed,
      lastHeldOut: situation.isTimeSeries)
  }

  func options(seed: UInt64) -> DiagnosisOptions { DiagnosisOptions(workers: 1, seed: seed) }

  func diagnosis(seed: UInt64) async throws -> Diagnosis {
    try await diagnose(
      .model(network, objective), split: split(seed: seed), options: options(seed: seed))
  }

  func loss(of network: Network<Float>) -> Double {
    var pass = Pass(network: network, objective: objective)
    pass.forward(test.inputs, differentiating: false)
    pass.evaluate(targets: test.targets)
    return pass.losses.reduce(0, +) / Double(pass.sampleCount)
  }

  /// By several orders of the samples; a network that diverges has no finite loss.
  func trainedOn(_ network: Network<Float>, orders: UInt64) -> VerdictTrial.TrainedOn {
    VerdictTrial.TrainedOn(
      losses: (0..<orders).map { order in
        guard
          var trainer = try? FineTuner(
            network, loss: situation.loss, samples: samples, configuration: configuration,
            seed: order &+ 100)
        else { return .infinity }
        trainer.train(steps: situation.stepsOn)
        return trainer.isDiverged ? .infinity : loss(of: trainer.network)
      })
  }
}

extension ArraySamples {
  fileprivate func part(_ range: Range<Int>) -> ArraySamples {
    let rows = Array(range)
    return ArraySamples(
      inputs: inputs.selectingRows(rows), targets: targets.selecting(rows),
      groups: groups.map { groups in rows.map { groups[$0] } })
  }
}
