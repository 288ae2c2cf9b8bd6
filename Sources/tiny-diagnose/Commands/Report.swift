import ArgumentParser
import Diagnostics
import LinearAlgebra
import Loader
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
  @Flag(
    help: ArgumentHelp(
      "Read the samples once: the lack of every layer and the paper's λ, but no neurons."))
  var onePass = false

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Whether to find the lack of all weights together, which takes many passes over the samples "
        + "(default: for small models)."))
  var networkLack: Bool?

  @Option(
    help: ArgumentHelp(
      "Read only as many samples as make every standard error this small, relative to its value: "
        + "5% or 0.05.", valueName: "share"), transform: Share.parse)
  var precision: Double?

  @Flag(
    help: ArgumentHelp(
      "Read all samples, even where a part of many makes the verdict clear."))
  var allSamples = false

  @Flag(
    help: ArgumentHelp(
      "Find Ψ and λ in double precision all the way, at twice the time. Small models always are."))
  var double = false

  @Flag(help: "End with exit status 2 unless the verdict is that the network is wide enough.")
  var strict = false

  @OptionGroup(title: "Output") var output: OutputOptions<OutputFormat>
  @OptionGroup(title: "Output") var further: FurtherForms<OutputFormat>
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try data.checkJudges()
    if precision == 0 { throw ValidationError("--precision is 0, expected more: 5% or 0.05") }
  }

  func run() async throws {
    growth.limitCores()
    let start = ContinuousClock.now
    let inputs = [model] + file.files + data.files
    let destinations =
      [(output.form, try output.destination(apartFrom: inputs))]
      + (try further.open(apartFrom: inputs, output.output, overwrite: output.force))
    let opened = try DiagnosedFile(
      at: model, file, data, unfitForRecording: [networkLack == true ? "--network-lack" : nil])
    var options = try growth.diagnosisOptions(for: opened.network, data)
    options.seeksNeurons = !onePass
    if double { options.collectsInDouble = true }
    options.networkLack = networkLack
    let input = try opened.input(opened.network, data)
    let found = try await diagnosis(of: input, options)
    let diagnosis = found.diagnosis
    var context = input.context(
      ReportedTool(threads: growth.workers, since: start), remarks: found.remarks,
      options: file.arguments + data.arguments + growth.arguments)
    if let count = found.sampleCount {
      context = context.stopped(
        after: count, of: input.split.sampleCount, isClear: diagnosis.isClear)
    }
    for (format, destination) in destinations {
      try destination.write(
        context.rendered(
          diagnosis, as: format, style: destination.textStyle, isDetailed: messages.verbose))
    }
    if strict, diagnosis.verdict.kind != .wideEnough { throw ExitCode(2) }
  }

  /// A diagnosis, what is to say about it, and how many samples it took; `nil` for all.
  private typealias Found = (diagnosis: Diagnosis, remarks: [String], sampleCount: Int?)

  /// Whether a part of the samples may do: where the user has not said how many or how exactly, and
  /// samples are held out to tell.
  private var mayStopEarly: Bool {
    !allSamples && !onePass && !double && networkLack != true && data.maxSamples == nil
      && (data.holdout > 0 || data.validation != nil)
  }

  private func diagnosis(
    of input: DiagnosisInput, _ options: DiagnosisOptions
  ) async throws -> Found {
    let line =
      messages.showsProgress ? ProgressLine(.diagnosis(seeksNeurons: !onePass)) : nil
    defer { line?.finish() }
    do {
      if let precision {
        let (diagnosis, isPrecise) = try await diagnose(
          input.diagnosed, split: input.split, options: options, precision: precision,
          progress: { line?.update($0, $1) })
        return (diagnosis, [remark(on: diagnosis, precision, isReached: isPrecise)], nil)
      }
      guard mayStopEarly else {
        return (
          try await diagnose(
            input.diagnosed, split: input.split, options: options,
            progress: { line?.update($0, $1) }), [], nil
        )
      }
      let (diagnosis, count) = try await diagnoseUntilClear(
        input.diagnosed, split: input.split, options: options,
        progress: { line?.update($0, $1) })
      return (diagnosis, [], count)
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: input.dataPath)
    }
  }

  private func remark(on diagnosis: Diagnosis, _ precision: Double, isReached: Bool) -> String {
    let used = diagnosis.trainingCount + diagnosis.heldOutCount
    return isReached
      ? "\(used.inGroups) samples were enough for standard errors of at most \(Share.text(precision))."
      : "All \(used.inGroups) samples do not bring every standard error down to \(Share.text(precision))."
  }
}
