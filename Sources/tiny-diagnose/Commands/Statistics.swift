import ArgumentParser
import Diagnostics
import LinearAlgebra
import Loader
import Networks
import Reports

struct Statistics: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a share of the samples, and write what a report needs of it.",
    usage: "tiny-diagnose statistics <model> --share <k/n> -o <file> [<options>]",
    discussion: """
      For samples that fill many machines without MPI: each reads its share, and `merge` makes of all \
      their files the report that `report --one-pass` makes of all samples, to the last bit. Every \
      process is given the same model, samples and options.

      tiny-diagnose statistics model.h5 --data 'shards/*.h5' --share 3/8 -o part3.h5
      tiny-diagnose merge part*.h5
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp(
      "Which share of the samples: 3/8 for the third of eight (default: all of them).",
      valueName: "k/n"), transform: Self.share)
  var share = StatisticsShare.all

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file for what is found.", valueName: "file"),
    completion: .file(extensions: ["h5"]))
  var output: String

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  @Flag(help: "In double precision all the way, as --double of the report.")
  var double = false

  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try data.checkJudges()
    if output == "-" {
      throw ValidationError("-o names a file: statistics do not go to standard output")
    }
    try checkEnding(of: output, willBe: FileKind.hdf5)
  }

  func run() async throws {
    guard Run.processes.count == 1 else {
      throw ValidationError(
        "statistics is for those without MPI: under mpirun the report itself is shared")
    }
    threads.limitCores()
    let inputs = [model] + file.files + data.files
    // Before any work is done for it.
    _ = try Output(output, inputs: inputs, overwrite: force)
    let loaded = try loadModel(at: model, file.options)
    let samples = try openSamples(for: loaded, data.search(for: loaded))
    let objective = try loaded.objective(of: samples.loss)
    var options = DiagnosisOptions(workers: threads.workers, seed: data.seed)
    if double { options.collectsInDouble = true }
    let part = try await part(
      .model(loaded.network, objective), data.split(samples), options, samples.training.path)
    let source = StatisticsFile.Source(
      program: programVersion, processor: blasCore, model: model, data: samples.training.path,
      weights: samples.training.weightsPath, lossName: samples.loss.nameWithParameter,
      loss: "\(samples.loss)",
      notes: loaded.notes(on: samples.loss) + samples.remarks + objective.notes,
      modelArguments: file.arguments, dataArguments: data.arguments)
    try StatisticsFile(part, of: source).write(to: output, overwrite: force, apartFrom: inputs)
    if !messages.quiet {
      try Output.standardOutput.write(
        statisticsText(
          of: share.count > 1 ? (share.number, share.count) : nil, in: output,
          style: Output.standardOutput.textStyle))
    }
  }

  private func part(
    _ diagnosed: DiagnosedNetwork<Float>, _ split: SampleSplit, _ options: DiagnosisOptions,
    _ path: String
  ) async throws -> StatisticsPart {
    let line = messages.showsProgress ? ProgressLine(.diagnosis(seeksNeurons: false)) : nil
    defer { line?.finish() }
    do {
      return try await statistics(
        of: diagnosed, split: split, options: options, share: share,
        progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: path)
    } catch let error as StatisticsProblem {
      throw UnfitInput(error, in: path)
    }
  }

  private static func share(_ text: String) throws -> StatisticsShare {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1],
      let share = StatisticsShare(number, of: count)
    else { throw ValidationError("expected a share such as 3/8, the third of eight") }
    return share
  }
}
