import ArgumentParser
import FoundationEssentials
import LinearAlgebra

/// Times the program on data made here, beside what the same products cost by themselves.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiny-bench",
    abstract: "Time tiny-diagnose on random networks and samples.",
    discussion: """
      Whole processes are timed, from start to exit, file reading included: of several runs the \
      fastest. The bound is what the products of the pass over the samples would take at the rates \
      that this machine's BLAS reaches on blocks of the same shapes, measured in the same run. \
      Output is Markdown.
      """)

  @Option(help: "The widths of a network, from the inputs on; may be repeated.")
  var widths: [String] = ["64-32-32-10", "784-512-256-10", "784-2048-2048-10"]

  @Option(help: "The number of samples; a network of fewer than 100 inputs gets 1797.")
  var samples = 60_000

  @Option(help: "How the inputs are stored: float, float64, uint8, or gzip (8-bit, compressed).")
  var storage: Storage = .float

  @Option(help: "Run everything so often.")
  var runs = 3

  @Option(help: "Work on so many cores (default: all there are).")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Where to put the samples (default: the system's folder for temporary files).")
  var folder = TemporaryFolder.path

  @Option(help: "The program (default: the one beside this).")
  var program: String?

  @Flag(help: "Time the element-wise functions instead.")
  var functions = false

  @Flag(help: "Compare Ψ and λ with those in double precision instead.")
  var accuracy = false

  @Option(help: "Of the hidden layers.")
  var activation = "relu"

  func run() async throws {
    if functions { return printFunctionTimes() }
    print("\(blasCore) kernels, \(threads) threads\n")
    for text in widths {
      let numbers = text.split(separator: "-").compactMap { Int($0) }
      guard numbers.count > 1, numbers.allSatisfy({ $0 > 0 }) else {
        throw ValidationError("--widths \(text): expected numbers such as 784-512-10")
      }
      let subject = SyntheticModel(
        widths: numbers, samples: numbers[0] < 100 ? 1797 : samples, storage: storage,
        activation: activation)
      let path = "\(folder)/tiny-bench-\(UUID().uuidString).h5"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try subject.write(to: path)
      print("## \(subject.name)\n")
      if accuracy {
        try printAccuracy(of: ownProgram, on: path, folder: folder)
      } else {
        try await bench(subject, at: path)
      }
    }
  }

  private func bench(_ subject: SyntheticModel, at path: String) async throws {
    let rates = await Rates(subject, threads: threads, runs: runs)
    let operations = Operations(subject, holdout: 0.2)
    let bound = operations.seconds(at: rates)
    print(
      "Products of the one pass: \(tenths(operations.total / 1e9)) GFLOP. Rates on blocks of the "
        + "same shapes: sgemm \(tenths(rates.gemm / 1e9)), ssyrk \(tenths(rates.syrk / 1e9)) "
        + "GFLOP/s. Bound: \(thousandths(bound)) s.\n")
    print("| command | seconds | of the bound | CPU seconds | peak memory, MB |")
    print("|---|---:|---:|---:|---:|")
    for options in [
      ["--one-pass"], ["--one-pass", "--precision", "5%"], [], ["--all-samples"],
      ["--all-samples", "--solver", "sequential"],
    ] {
      let arguments = [path, "--quiet", "--threads", "\(threads)"] + options
      var best: ProgramRun?
      for _ in 0..<runs {
        let run = try ProgramRun(of: ownProgram, arguments)
        if run.seconds < best?.seconds ?? .infinity { best = run }
      }
      guard let best else { continue }
      print(
        "| `\((["tiny-diagnose", "model.h5"] + options).joined(separator: " "))` "
          + "| \(thousandths(best.seconds)) | \(fixed(best.seconds / bound, digits: 2)) "
          + "| \(thousandths(best.processorSeconds)) | \(best.peakBytes >> 20) |")
    }
    print("")
  }

  /// The program that is asked for, or the one beside this.
  private var ownProgram: String {
    if let program { return program }
    let own = CommandLine.arguments.first ?? ""
    let parts = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return (parts + ["tiny-diagnose"]).joined(separator: "/")
  }
}

/// The folder for temporary files.
enum TemporaryFolder {
  static var path: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }
}

func tenths(_ number: Double) -> String { fixed(number, digits: 1) }

func thousandths(_ number: Double) -> String { fixed(number, digits: 3) }

private func fixed(_ number: Double, digits: Int) -> String {
  let scale = (0..<digits).reduce(1.0) { product, _ in 10 * product }
  let whole = Int((number * scale).rounded())
  let rest = String(whole % Int(scale))
  return "\(whole / Int(scale))."
    + String(repeating: "0", count: digits - rest.count) + rest
}
