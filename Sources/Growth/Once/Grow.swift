public import Diagnostics
public import LinearAlgebra
import Networks

/// Grows a network by a plan, and measures what every step does.
///
/// Neurons of a layer are found on the network as it is by then, because what one layer gains, the next
/// need not gain again. A recording shows the network as it was: all layers grow from one diagnosis, and
/// nothing is measured.
///
/// - Parameters:
///   - diagnosed: the trained network with its loss, or the network with its weights and a recording of
///     its passes.
///   - split: the samples, and which of them only judge; the same for all steps.
///   - plan: what to add. A recording takes no budget and no method but `tiny`, and its amplitude is 0
///     unless the plan names one.
///   - options: how neurons are looked for, and in which layers.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: the network and the steps.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, `GrowthError` if a method cannot
///   make the neurons, and what the samples' source throws.
public func grow(
  _ diagnosed: DiagnosedNetwork<Float>, split: SampleSplit, plan: GrowthPlan,
  options: DiagnosisOptions, progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> GrowthRun {
  var growing = Growing(diagnosed, split: split, plan: plan, options: options, progress: progress)
  return try await growing.run()
}

/// A network while it grows.
struct Growing {
  /// The network as it is now.
  var network: Network<Float>
  /// The source of diagnoses: the network as it is now, or the recording of it as it was.
  var diagnosed: DiagnosedNetwork<Float>
  /// The losses of the network as it is now; `nil` before they are measured, and for a recording.
  var state: SplitEvaluation?
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
    let before = try await evaluation(of: network)
    state = before
    let end: GrowthEnd?
    switch diagnosed {
    case .model:
      sampleCounts = (before?.training.sampleCount ?? 0, before?.heldOut?.sampleCount ?? 0)
      end = try await pursueAim()
    case .recording: end = try await followRecording()
    }
    var run = GrowthRun(
      network: network, sampleCounts: sampleCounts, before: before, steps: steps, end: end,
      notes: notes)
    run.sharpness = try await sharpnessBeforeAndAfter(from: original)
    run.notes += warnings(of: run, from: original)
    return run
  }

  /// Diagnoses the network as it is now, or its recording.
  func diagnosis(_ options: DiagnosisOptions) async throws -> Diagnosis {
    try await diagnose(diagnosed, split: split, options: options, progress: progress)
  }

  /// The losses of a network on both parts; `nil` for a recording, which knows no loss.
  func evaluation(of network: Network<Float>) async throws -> SplitEvaluation? {
    guard let objective = diagnosed.objective else { return nil }
    return try await evaluate(
      network, objective: objective, split: split, workers: options.workers, progress: progress)
  }
}
