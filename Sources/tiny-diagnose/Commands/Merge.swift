import ArgumentParser
import Diagnostics
import Loader
import Reports

struct Merge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a report of what `statistics` has found of each share.",
    usage: "tiny-diagnose merge <file> ... [--model <file>] [<options>]",
    discussion: """
      The report is that of `report --one-pass` of all samples, to the last bit: the lack of every layer \
      and the paper's λ, with their errors, and the loss. The samples are not read again.
      """)

  @Argument(help: "The files of all shares, in any order.", completion: .file())
  var parts: [String]

  @Option(
    help: ArgumentHelp(
      "The model that they are of, if it is no longer where it was (default: the file that the first of "
        + "them names).", valueName: "file"), completion: .file())
  var model: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup(title: "Output") var output: OutputOptions<OutputFormat>
  @OptionGroup(title: "Output") var further: FurtherForms<OutputFormat>
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() async throws {
    guard Run.processes.count == 1 else {
      throw ValidationError("merge works in one process: start it without mpirun")
    }
    threads.limitCores()
    let start = ContinuousClock.now
    let inputs = parts + [model].compactMap { $0 }
    let destinations =
      [(output.form, try output.destination(apartFrom: inputs))]
      + (try further.open(apartFrom: inputs, output.output, overwrite: output.force))
    let merged = try MergedStatistics(parts, model: model)
    let diagnosis = try await merged.diagnosis(workers: threads.workers)
    let context = merged.context(ReportedTool(threads: threads.workers, since: start))
    for (format, destination) in destinations {
      try destination.write(
        context.rendered(
          diagnosis, as: format, style: destination.textStyle, isDetailed: messages.verbose))
    }
  }
}
