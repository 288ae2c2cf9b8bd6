import ArgumentParser
import Diagnostics
import Foundation
import Growth
import Loader
import Networks

struct Verdicts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare verdicts with what is true of the networks, and with training them on.")

  @Option(help: "Networks of each situation.")
  var seeds = 4
  @Option(help: "Networks of pure noise, and right-sized ones, that should get no neurons.")
  var innocent = 100
  @Option(help: "Seeds of the diagnosis for one network.")
  var repeats = 10
  @Option(help: "Only situations whose name begins so.")
  var only = ""
  @Option(help: "A folder with the fixtures.", completion: .directory)
  var fixtures = "fixtures"
  @Option(
    help: "The page whose last section is replaced; without, the section goes to standard output.",
    completion: .file())
  var page: String?

  func run() async throws {
    var trials: [VerdictTrial] = []
    for situation in Situation.all where situation.name.hasPrefix(only) {
      for seed in 0..<UInt64(seeds) {
        let trial = try await VerdictTrial(situation, seed: seed)
        report(trial.line)
        trials.append(trial)
      }
    }
    let section = VerdictTables(
      trials: trials, seeds: seeds, innocent: try await innocents(),
      repeated: try await repetitions()
    ).markdown
    guard let page else { return print(section) }
    let old = try String(contentsOfFile: page, encoding: .utf8)
    let kept = old.components(separatedBy: "## Is the verdict right?")[0]
    try (kept + section + "\n").write(toFile: page, atomically: true, encoding: .utf8)
  }

  /// How many of the networks that need no neurons get none.
  private func innocents() async throws -> [(name: String, count: Int, of: Int)] {
    var counts: [(name: String, count: Int, of: Int)] = []
    guard innocent > 0 else { return [] }
    for name in ["nothing but noise", "right-sized"] {
      guard var situation = Situation.all.first(where: { $0.name == name }) else { continue }
      situation.count = 500
      situation.steps = 1000
      var count = 0
      for seed in 0..<UInt64(innocent) {
        let verdict = try await VerdictTrial.verdict(situation, seed: 100 + seed)
        if verdict.neurons == 0 { count += 1 } else { report("\(name) \(seed): \(verdict.cause)") }
      }
      report("\(name): \(count) of \(innocent)")
      counts.append((name, count, innocent))
    }
    return counts
  }

  /// What is said of some networks, with several seeds of the diagnosis.
  private func repetitions() async throws -> [(name: String, verdicts: [Verdict])] {
    guard repeats > 0 else { return [] }
    var repeated: [(name: String, verdicts: [Verdict])] = []
    for name in ["narrow, ReLU", "second layer narrow", "a rare class", "wrong labels, 40 %"] {
      guard let situation = Situation.all.first(where: { $0.name == name }) else { continue }
      let verdicts = try await VerdictTrial.verdicts(situation, seed: 0, count: UInt64(repeats))
      repeated.append((name, verdicts))
      report("\(name): \(verdicts.map { $0.kind?.rawValue ?? "–" })")
    }
    let loaded = try loadModel(at: "\(fixtures)/digits-keras3/digits.h5")
    let opened = try openSamples(for: loaded, SampleOptions())
    let last = loaded.network.layers[loaded.network.layers.count - 1]
    let objective = try Objective<Float>(
      loss: opened.loss, outputStages: last.stages, outputs: last.outputs)
    var verdicts: [Verdict] = []
    for seed in 0..<UInt64(repeats) {
      let diagnosis = try await diagnose(
        .model(loaded.network, objective),
        split: SampleSplit(samples: opened.training, holdout: 0.2, seed: seed),
        options: DiagnosisOptions(workers: 1, seed: seed))
      verdicts.append(diagnosis.verdict)
    }
    repeated.append(("the digits fixture", verdicts))
    return repeated
  }

  private func report(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
