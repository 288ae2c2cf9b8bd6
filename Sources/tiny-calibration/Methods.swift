import Diagnostics
import Growth
import LinearAlgebra
import Networks

/// What is added to the fan-in of a copy, as a share of its original's root mean square: without it
/// copies stay copies, as there is no dropout to part them (Chen et al. 2016, section 3.1).
private let copyNoise = 0.01

/// Diagnoses one layer, grows it in every way and fine-tunes the results.
func row(
  _ subject: TrainedNetwork, layer: Int, seed: UInt64, steps: Int, methods: [Method]
) async throws -> Row {
  var options = DiagnosisOptions(layers: [layer], workers: 2, seed: seed)
  var own = try await diagnosis(subject, options)
  let suggested = own.growth[0].suggestedNeurons
  let count = suggested > 0 ? suggested : 3
  options.counts = [layer: count]
  if suggested == 0 { own = try await diagnosis(subject, options) }
  var row = Row(
    subject: subject.name, layer: subject.network.layers[layer].name, suggested: suggested,
    count: count, slope: own.growth[0].slope,
    slopeMeasured: try finiteDifference(subject, own), gain: own.growth[0].lossGain)
  for method in methods {
    guard let network = try await grown(subject, layer, method, options, own, seed) else {
      continue
    }
    row.results[method] = try fineTuned(
      network, subject, steps: steps, seed: seed, isGrown: method != .scratch)
  }
  return row
}

private func diagnosis(
  _ subject: TrainedNetwork, _ options: DiagnosisOptions
) async throws -> Diagnosis {
  try await diagnose(
    .model(subject.network, subject.objective),
    split: SampleSplit(
      samples: subject.data.training, validation: subject.data.validation, holdout: 0, seed: 0),
    options: options)
}

/// The network enlarged by a method, by as many neurons as ours; `nil` where it cannot.
private func grown(
  _ subject: TrainedNetwork, _ layer: Int, _ method: Method, _ options: DiagnosisOptions,
  _ own: Diagnosis, _ seed: UInt64
) async throws -> Network<Float>? {
  let network = subject.network
  let count = options.counts[layer] ?? 0
  func applied(_ diagnosis: Diagnosis) throws -> Network<Float>? {
    try diagnosis.growth[0].addition.map { try network.grown(by: $0) } ?? network
  }
  switch method {
  case .none: return network
  case .ours: return try applied(own)
  case .unrefined, .sequential, .joint:
    var changed = options
    changed.refines = false
    if method == .sequential { changed.solver = .sequential }
    if method == .joint { changed.solver = .joint }
    return try applied(try await diagnosis(subject, changed))
  case .gradmax:
    let limit = min(network.layers[layer].inputs, network.layers[layer + 1].outputs)
    return try? network.grown(
      by: .gradmax(layer: layer, count: min(count, limit), of: network, moments: own.moments))
  case .net2wider:
    return try network.grown(
      by: .net2wider(layer: layer, count: count, of: network, noise: copyNoise, seed: seed))
  case .random:
    return try network.grown(by: .random(layer: layer, count: count, of: network, seed: seed))
  case .scratch:
    var widths = subject.widths
    widths[layer + 1] += count
    // As the narrow one was: for as long, and then with an optimizer that starts afresh, which alone
    // lets Adam go on faster.
    var trainer = Trainer(
      .initialized(
        widths: widths, hidden: subject.hidden, output: subject.data.output,
        preprocessing: subject.data.preprocessing, seed: seed &+ 77),
      objective: subject.objective, samples: subject.data.training,
      options: TrainingOptions(seed: seed))
    try trainer.train(steps: subject.trainedSteps)
    return trainer.network
  }
}

private func fineTuned(
  _ network: Network<Float>, _ subject: TrainedNetwork, steps: Int, seed: UInt64, isGrown: Bool
) throws -> Result {
  var trainer = Trainer(
    network, objective: subject.objective, samples: subject.data.training,
    options: TrainingOptions(seed: seed &+ 5))
  let curve = try trainer.train(
    evaluatingAt: stride(from: 0, through: steps, by: max(1, steps / 20)),
    heldOut: subject.data.test)
  let first = curve.points[0]
  let last = curve.points[curve.points.count - 1]
  return Result(
    trainingAtOnce: isGrown ? first.training.loss : nil,
    atOnce: isGrown ? first.heldOut?.loss : nil,
    best: curve.best?.heldOut?.loss ?? .nan, last: last.heldOut?.loss ?? .nan,
    trainingLast: last.training.loss)
}

/// The rate at which the training loss falls along the suggested direction, in double precision.
private func finiteDifference(_ subject: TrainedNetwork, _ diagnosis: Diagnosis) throws -> Double {
  let network = Network<Double>(subject.network)
  let last = network.layers[network.layers.count - 1]
  let objective = try Objective<Double>(
    loss: subject.data.loss, outputStages: last.stages, outputs: last.outputs)
  let growth = diagnosis.growth[0]
  let addition = Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments)
  func loss(_ amplitude: Double) throws -> Double {
    let grown = try network.grown(by: addition, amplitudes: amplitude * .whole)
    var pass = Pass(network: grown, objective: objective)
    pass.forward(subject.data.training.inputs, differentiating: false)
    pass.evaluate(targets: Targets(subject.data.training.targets))
    return pass.losses.reduce(0, +) / Double(pass.sampleCount)
  }
  let step = 1e-4
  return (try loss(-step) - loss(step)) / (2 * step)
}
