import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import LinearAlgebra
import Loader
import Networks
import Reports

extension Grow {
  /// Grows the weights beside a recording by what was recorded.
  func growRecorded(
    _ opened: OpenedRecording, to destinations: [(OutputFormat, Output)],
    since start: ContinuousClock.Instant
  ) async throws {
    try checkOptionsForRecording()
    let loaded = try loadRecordedModel(at: model)
    if let output { try checkIsWritable(output, grownFrom: loaded, options: writing) }
    let names = loaded.network.layers.map(\.name)
    let plan = try plan.plan(among: names)
    var options = DiagnosisOptions(
      solver: growth.solver, neuronLimit: growth.neurons,
      layers: try growth.chosenLayers(among: names), workers: growth.workers, seed: data.seed)
    options.criteria = growth.criteria(data)
    let grown = try await grown(opened, loaded, plan: plan, options: options)

    let date = Date.now.formatted(.iso8601)
    let written = try written(
      grown.network, history: grown.steps.map { GrowthRecord($0, date: date) }, from: loaded)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let recording = opened.training
    let context = GrowthContext(
      before: ReportContext(
        tool: ReportedTool(
          version: programVersion, blas: blasCore, threads: growth.workers, seconds: elapsed),
        model: ReportedModel(recording), dataPath: recording.path,
        lossName: recording.lossName ?? "recorded", weightsPath: recording.weightsPath,
        notes: recording.notes + remarks(on: grown, plan) + (written?.notes ?? [])),
      grown: ReportedModel(
        path: output ?? "", format: loaded.format.name, parameters: grown.network.parameterCount,
        layers: grown.network.layers.map(ReportedLayer.init)),
      isWritten: written != nil)
    for (format, destination) in destinations {
      try destination.write(
        rendered(grown, context, as: format, style: destination.textStyle))
    }
    if grown.steps.isEmpty && strict { throw NothingToGrow(model: model, why: grown.end?.text) }
  }

  private func rendered(
    _ grown: RecordedGrowth, _ context: GrowthContext, as format: OutputFormat, style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONGrowthReport(grown, context: context).rendered()
    case .html: try HTMLGrowthReport(grown, context: context).rendered()
    case .text: RecordedGrowthReport(grown, context: context, style: style).rendered()
    }
  }

  private func grown(
    _ opened: OpenedRecording, _ loaded: LoadedModel, plan: GrowthPlan, options: DiagnosisOptions
  ) async throws -> RecordedGrowth {
    let line = messages.showsProgress ? ProgressLine() : nil
    defer { line?.finish() }
    do {
      return try await grow(
        recordingOf: loaded.network,
        split: data.split(opened.training, validation: opened.validation), plan: plan,
        options: options, progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: model)
    } catch let error as GrowthError {
      throw UnfitInput(error, in: model)
    }
  }

  private func remarks(on grown: RecordedGrowth, _ plan: GrowthPlan) -> [String] {
    guard !grown.steps.isEmpty else { return [] }
    guard let amplitude = plan.amplitude, amplitude > 0 else {
      return [
        "A recording knows no loss to tell how far to go: the new units have their inputs' weights, "
          + "and weigh nothing yet in the next layer. The network answers as before, until training "
          + "goes on. --no-line-search --amplitude 1 goes as far as the recorded gradients ask."
      ]
    }
    return ["What the new units do to the loss was not measured: a recording knows none."]
  }

  private func checkOptionsForRecording() throws {
    let unfit =
      data.unfitForRecording
      + [
        file.architecture.map { _ in "--architecture" },
        file.activations.map { _ in "--activations" },
        withData ? "--with-data" : nil, plan.budget.map { _ in "--budget" },
        plan.method == .tiny ? nil : "--method \(plan.method.rawValue)",
      ]
    if let option = unfit.compactMap({ $0 }).first {
      throw ValidationError("\(option) does not go with recorded activations: leave it out")
    }
  }
}

extension DataOptions {
  /// What was said here that a recording, which brings its samples, has no use for.
  var unfitForRecording: [String?] {
    [
      data.first.map { _ in "--data" }, inputs.map { _ in "--inputs" },
      targets.map { _ in "--targets" },
      loss.map { _ in "--loss" },
    ]
  }
}

extension GrowthRecord {
  /// What a file says of a step whose gain nobody measured.
  fileprivate init(_ step: RecordedGrowthStep, date: String) {
    self.init(
      date: date, version: programVersion, layer: step.layerName, unitsBefore: step.unitsBefore,
      unitsAdded: step.neurons, method: step.method.rawValue)
  }
}
