public import Diagnostics
public import LinearAlgebra
public import Networks

/// Grows a network by a plan, and measures what every step does.
///
/// Neurons of a layer are found on the network as it is by then, because what one layer gains, the next
/// need not gain again. A recording shows the network as it was: all layers grow from one diagnosis, and
/// nothing is measured but what the network's owner measures.
///
/// - Parameters:
///   - diagnosed: the trained network with its loss, or the network with its weights and a recording of
///     its passes.
///   - split: the samples, and which of them only judge; the same for all steps.
///   - plan: what to add. A recording takes no budget and no method but `tiny`, and its amplitude is 0
///     unless the plan names one, or the owner finds the loss.
///   - options: how neurons are looked for, and in which layers.
///   - lossOf: finds the loss of a network whose passes were recorded, by a program of its owner's; `nil`
///     for a model, and where there is none. It says how far to go, and neurons that do not lower the
///     loss are left out.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: the network and the steps.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, `GrowthError` if a method cannot
///   make the neurons, and what the samples' source and `lossOf` throw.
public func grow(
  _ diagnosed: DiagnosedNetwork<Float>, split: SampleSplit, plan: GrowthPlan,
  options: DiagnosisOptions, lossOf: (@Sendable (Network<Float>) async throws -> Double)? = nil,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> GrowthRun {
  var growing = Growing(diagnosed, split: split, plan: plan, options: options, progress: progress)
  growing.lossOf = lossOf
  return try await growing.run()
}

/// Finds the loss of a network.
typealias LossOfNetwork = @Sendable (Network<Float>) async throws -> Double

/// A network while it grows.
struct Growing {
  /// The network as it is now.
  var network: Network<Float>
  /// The source of diagnoses: the network as it is now, or the recording of it as it was.
  var diagnosed: DiagnosedNetwork<Float>
  /// The losses of the network as it is now; `nil` before they are measured, and for a recording.
  var state: SplitEvaluation?
  /// The network whose sharpness was measured last, and that.
  var measured: (network: Network<Float>, sharpness: Sharpness?)?
  /// Finds the loss of a network that the owner can run; `nil` where nobody does.
  var lossOf: LossOfNetwork?
  /// What it finds of the network as it is now.
  var evaluatedLoss: Double?
  /// The number of samples that neurons are fitted on, and of those held out.
  var sampleCounts = (training: 0, heldOut: 0)
  var steps: [GrowthStep] = []
  var notes: [String] = []
  let split: SampleSplit
  let plan: GrowthPlan
  private(set) var options: DiagnosisOptions
  let progress: (@Sendable (String, Double) -> Void)?

  init(
    _ diagnosed: DiagnosedNetwork<Float>, split: SampleSplit, plan: GrowthPlan,
    options: DiagnosisOptions, progress: (@Sendable (String, Double) -> Void)?
  ) {
    network = diagnosed.network
    self.diagnosed = diagnosed
    self.split = split
    self.plan = plan
    self.options = options
    // Nothing here asks for it, and it takes many passes.
    self.options.networkLack = false
    self.progress = progress
  }

  /// Grows the network.
  ///
  /// - Returns: the network and the steps.
  mutating func run() async throws -> GrowthRun {
    let original = network
    // No pass over the samples: beside the diagnosis, which does not keep all cores busy.
    async let sharpnessBefore = sharpness(of: original, diagnosed.objective)
    if plan.learningRate != nil { measured = (original, try await sharpnessBefore) }
    if lossOf != nil { progress?("evaluating the network as it is", 0) }
    let evaluatedBefore = try await lossOf?(network)
    evaluatedLoss = evaluatedBefore
    let end: GrowthEnd?
    switch diagnosed {
    case .model: end = try await pursueAim()
    case .recording: end = try await followRecording()
    }
    let last = try await losses()
    let before = steps.first?.before ?? last
    if let before {
      sampleCounts = (before.training.sampleCount, before.heldOut?.sampleCount ?? 0)
    }
    var run = GrowthRun(
      network: network, sampleCounts: sampleCounts, before: before, steps: steps, end: end,
      notes: notes)
    if let evaluatedBefore, let evaluatedLoss {
      run.evaluated = EvaluatedLosses(before: evaluatedBefore, after: evaluatedLoss)
    }
    run.sharpness = try await sharpness(after: sharpnessBefore)
    run.notes += warnings(of: run, from: original)
    return run
  }

  /// Diagnoses the network as it is now, or its recording.
  mutating func diagnosis(_ options: DiagnosisOptions) async throws -> Diagnosis {
    let diagnosis = try await diagnose(
      diagnosed, split: split, options: options, progress: progress)
    if state == nil { state = diagnosis.evaluation }
    for case .sharedSamples(let count) in diagnosis.warnings {
      let sentence = Warning.sharedSamples(count).description + "."
      if !notes.contains(sentence) { notes.append(sentence) }
    }
    return diagnosis
  }

  /// The losses of the network as it is now; `nil` for a recording.
  mutating func losses() async throws -> SplitEvaluation? {
    if state == nil { state = try await evaluation(of: network) }
    return state
  }

  /// The losses of a network on both parts; `nil` for a recording, which knows no loss.
  func evaluation(of network: Network<Float>) async throws -> SplitEvaluation? {
    guard let objective = diagnosed.objective else { return nil }
    return try await evaluate(
      network, objective: objective, split: split, workers: options.workers, progress: progress)
  }
}
