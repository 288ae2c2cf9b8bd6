import ArgumentParser
import Diagnostics
import LinearAlgebra
import Loader
import Networks
import Reports

struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where a trained network is too narrow (default).",
    usage: "tiny-diagnose <model> [--data <file>] [<options>]",
    discussion: """
      For each layer, the share of what training asks of it that no change of its weights can do; \
      for each hidden layer, how many new neurons would help the layer after it, and by how much, \
      also on samples held out. `inspect` tells what a file holds, `grow` adds the neurons.
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "New neurons") var growth: GrowthOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() async throws {
    let start = ContinuousClock.now
    let destination = try Output(output.output, inputs: [model] + file.files + data.files)
    let loaded = try loadModel(at: model, file.options)
    let layers = try growth.chosenLayers(among: loaded.network.layers.map(\.name))
    let samples = try openSamples(for: loaded, data.search(for: loaded))
    let objective = try loaded.objective(of: samples.loss)

    let options = DiagnosisOptions(
      solver: growth.solver, neuronLimit: growth.neurons, layers: layers, workers: growth.workers,
      seed: data.seed)
    let diagnosis = try await diagnosis(
      of: loaded.network, objective: objective, samples: samples, options: options)

    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let context = ReportContext(
      tool: ReportedTool(
        version: programVersion, blas: blasCore, threads: growth.workers, seconds: elapsed),
      model: ReportedModel(loaded), dataPath: samples.training.path, lossName: samples.loss.name,
      notes: loaded.notes + samples.notes + objective.notes,
      options: file.arguments + data.arguments + growth.arguments)
    try destination.write(rendered(diagnosis, context, for: destination))
  }

  private func diagnosis(
    of network: Network<Float>, objective: Objective<Float>, samples: OpenedSamples,
    options: DiagnosisOptions
  ) async throws -> Diagnosis {
    let line = messages.showsProgress ? ProgressLine() : nil
    defer { line?.finish() }
    do {
      return try await diagnose(
        network, objective: objective, split: data.split(samples), options: options,
        progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: samples.training.path)
    }
  }

  private func rendered(
    _ diagnosis: Diagnosis, _ context: ReportContext, for destination: Output
  ) throws -> String {
    switch output.format {
    case .json: try JSONReport(diagnosis, context: context).rendered()
    case .text:
      TextReport(
        diagnosis, context: context, style: destination.textStyle, isDetailed: messages.verbose
      ).rendered()
    }
  }
}

extension OpenedSamples {
  /// What a reader should know of the samples and the loss.
  var notes: [String] {
    let inferred = "The model names no loss: \(loss.name) fits its outputs and the targets best."
    return (lossOrigin == .inferred ? [inferred] : []) + training.notes
  }
}
