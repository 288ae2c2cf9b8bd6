import ArgumentParser
import Diagnostics
import Foundation

struct Comparison: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Compare ways of growing by what training on makes of them, over several seeds.")

  @Option(help: "Seeds, each with samples, an initialization and batches of its own.")
  var seeds = 3
  @Option(help: "Steps that every network is trained on for.")
  var steps = 2000
  @Option(help: "Only networks whose name begins so.")
  var only = ""
  @Option(help: "Networks that are worked on at once.")
  var workers = 2
  @OptionGroup var files: SourceFiles
  @Option(
    help: "A file that keeps what is done: started again with it, the rest is done.",
    completion: .file())
  var log: String?

  func run() async throws {
    var log = try TrialLog(path: log)
    let tasks = (0..<UInt64(seeds)).flatMap { seed in
      OwnedPlan.all(mnist: files.mnist).filter { $0.name.hasPrefix(only) }.map {
        (plan: $0, seed: seed)
      }
    }.filter { !log.has($0.plan.name, seed: $0.seed) }
    let (sources, steps) = (DataSource(fixtures: files.fixtures, mnist: files.mnist), steps)
    try await withThrowingTaskGroup(of: [Trial].self) { group in
      var waiting = tasks.makeIterator()
      func startNext() {
        guard let task = waiting.next() else { return }
        group.addTask {
          let owned = try OwnedNetwork(
            task.plan, data: try sources.data(named: task.plan.data, seed: task.seed),
            seed: task.seed)
          return try await owned.trials(steps: steps)
        }
      }
      for _ in 0..<workers { startNext() }
      for try await trials in group {
        try log.append(trials)
        for trial in trials { FileHandle.standardError.write(Data((trial.line + "\n").utf8)) }
        startNext()
      }
    }
    let order = OwnedPlan.all(mnist: files.mnist).map(\.name)
    print(ComparisonTables(log.trials, order: order, seeds: seeds, steps: steps).markdown)
  }
}

/// What is done so far, a line of JSON for each trial.
private struct TrialLog {
  private let path: String?
  private(set) var trials: [Trial] = []

  init(path: String?) throws {
    self.path = path
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    trials = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Trial.self, from: Data($0.utf8))
    }
  }

  func has(_ network: String, seed: UInt64) -> Bool {
    trials.contains { $0.network == network && $0.seed == seed }
  }

  mutating func append(_ new: [Trial]) throws {
    trials += new
    guard let path else { return }
    let encoder = JSONEncoder()
    let lines = try trials.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
  }
}
