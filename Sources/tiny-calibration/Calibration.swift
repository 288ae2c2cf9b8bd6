import ArgumentParser
import Foundation

/// Trains networks, lets the library grow them in every way it knows, and writes down what came of
/// it.
@main
struct Calibration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiny-calibration",
    abstract: "Measure how far a diagnosis can be trusted; writes tables in Markdown.",
    subcommands: [
      Predictions.self, Comparison.self, Restarts.self, Gains.self, Verdicts.self,
    ],
    defaultSubcommand: Predictions.self)
}

struct Predictions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare what was predicted with what came of it, for every way of growing.")

  @OptionGroup var options: CalibrationOptions
  @Option(help: "Seeds, each with a split, an initialization and batches of its own.")
  var seeds = 1

  func run() async throws {
    print(tables(try await options.rows(seeds: seeds, methods: Method.allCases)))
  }
}

/// What is trained, and for how long.
struct CalibrationOptions: ParsableArguments {
  @OptionGroup var files: SourceFiles
  @Option(help: "Steps of Adam that every grown network is fine-tuned for.")
  var steps = 2000
  @Option(help: "Only networks whose name begins so.")
  var only = ""

  /// Trains, grows and fine-tunes, one row for each hidden layer and seed.
  func rows(seeds: Int, methods: [Method]) async throws -> [Row] {
    var rows: [Row] = []
    for seed in 0..<UInt64(seeds) {
      let sources = try dataSets(fixtures: files.fixtures, mnist: files.mnist, seed: seed)
      for subject in try subjects(on: sources, seed: seed, named: only) {
        for layer in subject.network.layers.indices.dropLast() {
          let row = try await row(
            subject, layer: layer, seed: seed, steps: steps, methods: methods)
          FileHandle.standardError.write(Data((row.line + "\n").utf8))
          rows.append(row)
        }
      }
    }
    return rows
  }
}
