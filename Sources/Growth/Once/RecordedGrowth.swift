public import Diagnostics
public import LinearAlgebra
public import Networks

/// A network that was grown by what a recording of it says.
public struct RecordedGrowth: Sendable {
  /// The network as it is now.
  public let network: Network<Float>
  /// The steps, from the first hidden layer on; none if there was nothing to grow.
  package let steps: [RecordedGrowthStep]
  /// Why nothing was added; `nil` where something was.
  package let end: GrowthEnd?
  /// What a reader may not expect of the steps, in whole sentences.
  public let notes: [String]
  /// The number of samples the neurons were fitted on, and of those held out.
  public let sampleCounts: (training: Int, heldOut: Int)
}

/// Grows a network by what another program recorded of its pass.
///
/// A recording knows no loss, so nothing says how far to go. At the amplitude 0 neurons get their
/// fan-in and no fan-out: the network answers as before, what was recorded of it still holds, so that
/// all layers can grow from one diagnosis, and the first step of training moves every fan-out along
/// `E[h v]`, the correlation the neurons were chosen for.
///
/// - Parameters:
///   - network: the layers with their weights.
///   - split: samples whose inputs are rows as `Network.recordedCount` says.
///   - plan: what to add, by the neurons of a diagnosis; a budget speaks of a loss, and is not for
///     recordings. Its amplitude is 0 unless it names one.
///   - options: how neurons are looked for, and in which layers.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: the network and the steps.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, `GrowthError` if a layer cannot get
///   neurons, and what the samples' source throws.
public func grow(
  recordingOf network: Network<Float>, split: SampleSplit, plan: GrowthPlan,
  options: DiagnosisOptions, progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> RecordedGrowth {
  precondition(plan.method == .tiny, "neurons of a recording are those of its diagnosis")
  var options = options
  var wanted: [Int: Int] = [:]
  switch plan.aim {
  case .verdict: break
  case .counts(let counts):
    wanted = [Int: Int](counts.map { ($0.layer, $0.neurons) }) { $1 }
    options.layers = wanted.keys.sorted()
    for layer in wanted.keys where network.layers[layer].couplesUnits {
      throw GrowthError.coupledUnits(layer: network.layers[layer].name)
    }
    for layer in wanted.keys where !network.layers[layer].isFollowed {
      throw GrowthError.leadsElsewhere(layer: network.layers[layer].name)
    }
  case .threshold(let threshold):
    options.solver = .sequential
    options.threshold = threshold
  case .budget: preconditionFailure("a budget for a recording")
  }
  let diagnosis = try await diagnose(
    recordingOf: network, split: split, options: options, progress: progress)
  // As many as are suggested are the suggested ones; other numbers have a search of their own.
  let others = diagnosis.growth.filter { growth in
    wanted[growth.layer].map { $0 != growth.suggestedNeurons } ?? false
  }
  var growths = Dictionary(uniqueKeysWithValues: diagnosis.growth.map { ($0.layer, $0) })
  if !others.isEmpty {
    options.layers = others.map(\.layer)
    options.counts = wanted.filter { wanted in others.contains { $0.layer == wanted.key } }
    options.neuronLimit = max(options.neuronLimit, options.counts.values.max() ?? 0)
    let searched = try await diagnose(
      recordingOf: network, split: split, options: options, progress: progress)
    for growth in searched.growth { growths[growth.layer] = growth }
  }
  var growing = RecordedGrowing(
    network: network, diagnosis: diagnosis, amplitude: plan.amplitude ?? 0, seed: options.seed)
  for growth in growths.values.sorted(by: { $0.layer < $1.layer }) {
    if growth.suggestedNeurons > 0 { try growing.take(growth) }
    let missing = wanted[growth.layer, default: 0] - growth.suggestedNeurons
    if missing > 0 { try growing.makeSilent(missing, inLayer: growth.layer) }
  }
  return RecordedGrowth(
    network: growing.network, steps: growing.steps,
    end: growing.steps.isEmpty ? diagnosis.reasonForNoGrowth(plan.aim) : nil,
    notes: growing.notes,
    sampleCounts: (diagnosis.trainingCount, diagnosis.heldOutCount))
}

extension Diagnosis {
  fileprivate func reasonForNoGrowth(_ aim: GrowthPlan.Aim) -> GrowthEnd {
    guard case .threshold(let threshold) = aim else { return .verdict(verdict) }
    let largest = growth.compactMap { $0.paper.singularValues.first.map { $0 * $0 } }.max() ?? 0
    guard largest > threshold else {
      return .noneAboveThreshold(threshold: threshold, largest: largest)
    }
    return .nothingToJudgeBy
  }
}

/// A network while it grows by one diagnosis.
private struct RecordedGrowing {
  var network: Network<Float>
  var steps: [RecordedGrowthStep] = []
  var notes: [String] = []
  let diagnosis: Diagnosis
  let amplitude: Double
  let seed: UInt64

  init(network: Network<Float>, diagnosis: Diagnosis, amplitude: Double, seed: UInt64) {
    self.network = network
    self.diagnosis = diagnosis
    self.amplitude = amplitude
    self.seed = seed
  }

  /// Applies the neurons of the diagnosis to a layer, whose inputs may have become more: those they
  /// do not look at.
  mutating func take(_ growth: GrowthDiagnosis) throws(GrowthError) {
    let addition = Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments)
    // √γ on both sides would leave neurons at zero that no gradient moves from there.
    let form: AmplitudeForm =
      growth.solver == .activationAware || amplitude == 0 ? .fanOut : .bothSides
    try apply(
      Addition(
        layer: growth.layer, fanIn: widened(addition.fanIn, toLayer: growth.layer),
        fanOut: addition.fanOut, weightUpdate: addition.weightUpdate),
      Amplitude(weightUpdate: amplitude, units: amplitude, form: form), .tiny, kind: growth.kind,
      closedLack: growth.closedLack)
  }

  /// Adds neurons that say nothing yet, where the diagnosis has not as many as were asked for.
  mutating func makeSilent(_ count: Int, inLayer layer: Int) throws(GrowthError) {
    let neurons = count == 1 ? "1 random neuron was" : "\(count) random neurons were"
    notes.append(
      "\(network.layers[layer].name): the recording does not tell as many neurons; \(neurons) added "
        + "for the others, without fan-out.")
    try apply(
      .random(
        layer: layer, count: count, of: network, seed: seed &+ UInt64(network.parameterCount)),
      Amplitude(weightUpdate: 0, units: 0), .random, kind: nil, closedLack: nil)
  }

  /// Fan-in with zeros for the units that the layer before has got.
  private func widened(_ fanIn: Matrix<Double>, toLayer layer: Int) -> Matrix<Double> {
    let (inputs, rows) = (network.layers[layer].inputs, network.layers[layer].weights.rows)
    let known = fanIn.rows - (rows - inputs)
    return Matrix(rows: rows, columns: fanIn.columns) { row, column in
      if row < known { return fanIn[row, column] }
      return row < inputs ? 0 : fanIn[row - inputs + known, column]
    }
  }

  private mutating func apply(
    _ addition: Addition, _ amplitude: Amplitude, _ method: GrowthMethod, kind: NeuronKind?,
    closedLack: ClosedLack?
  ) throws(GrowthError) {
    let grown = try network.grown(by: addition, amplitude: amplitude)
    steps.append(
      RecordedGrowthStep(
        layer: addition.layer, layerName: network.layers[addition.layer].name,
        unitsBefore: network.layers[addition.layer].outputs, neurons: addition.count,
        method: method, kind: kind, closedLack: closedLack, amplitude: amplitude.units,
        parametersBefore: network.parameterCount, parametersAfter: grown.parameterCount))
    network = grown
  }
}
