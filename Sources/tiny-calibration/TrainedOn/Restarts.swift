import ArgumentParser
import Diagnostics
import Foundation
import Growth
import Networks

struct Restarts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try whether a grown network ends lower if part of it begins again.")

  @Option(help: "Seeds, each with samples, an initialization and batches of its own.")
  var seeds = 1
  @Option(help: "Steps that every network is trained on for.")
  var steps = 2000
  @Option(help: "Only networks of these sets of samples, separated by commas.")
  var only = "digits,friedman-many,spirals-few,images"
  @OptionGroup var files: SourceFiles

  func run() async throws {
    let names = only.split(separator: ",").map(String.init)
    let sources = DataSource(fixtures: files.fixtures, mnist: files.mnist)
    print("| data | layers | " + Restart.allCases.map(\.name).joined(separator: " | ") + " |")
    print("|" + String(repeating: " --- |", count: Restart.allCases.count + 2))
    for name in names {
      var logarithms: [[Double]] = []
      for seed in 0..<UInt64(seeds) {
        for plan in OwnedPlan.all(mnist: files.mnist) where plan.data == name {
          let owned = try OwnedNetwork(
            plan, data: try sources.data(named: name, seed: seed), seed: seed)
          let more = try await owned.restarts(steps: steps)
          for line in more {
            let text = line.map { String(format: "%.3f", exp($0)) }.joined(separator: " ")
            FileHandle.standardError.write(Data("\(plan.name) seed \(seed): \(text)\n".utf8))
          }
          logarithms += more
        }
      }
      guard !logarithms.isEmpty else { continue }
      let means = Restart.allCases.indices.map { place in
        String(format: "%.2f", exp(mean(logarithms.map { $0[place] })))
      }
      print("| \(name) | \(logarithms.count) | " + means.joined(separator: " | ") + " |")
    }
  }
}

extension OwnedNetwork {
  /// Grows each hidden layer that the report suggests neurons for, lets it begin again in every way, and
  /// trains on.
  ///
  /// - Parameter steps: of training on.
  /// - Returns: for each layer, the logarithms of the test losses where validation stops, over that of a
  ///   network of the final width from scratch; none for one that diverged.
  /// - Throws: what the diagnoses and the training throw.
  func restarts(steps: Int) async throws -> [[Double]] {
    var found: [[Double]] = []
    for layer in network.layers.indices.dropLast() {
      let options = DiagnosisOptions(layers: [layer], workers: 1, seed: seed)
      let diagnosis = try await diagnose(
        .model(network, objective), split: split, options: options)
      let count = diagnosis.growth[0].suggestedNeurons
      guard count > 0 else { continue }
      var growth = GrowthPlan(aim: .counts([.init(layer: layer, neurons: count)]))
      growth.training = configuration
      growth.learningRate = configuration.optimizer.plainLearningRate
      let grown = try await grow(
        .model(network, objective), split: split, plan: growth, options: options
      ).network
      var widths = plan.widths
      widths[layer] += count
      let scratch = try stoppedLoss(fromScratch(widths: widths), steps: steps)
      let losses = try Restart.allCases.map { restart in
        try stoppedLoss(
          restart.applied(
            to: grown, layer: layer, oldUnits: plan.widths[layer], seed: seed &+ 99),
          steps: restart == .longer ? steps + self.steps : steps)
      }
      guard let scratch, losses.allSatisfy({ $0 != nil }) else { continue }
      found.append(losses.compactMap { $0.map { log($0 / scratch) } })
    }
    return found
  }

  private func stoppedLoss(_ network: Network<Float>, steps: Int) throws -> Double? {
    try TrainedOn(network, owned: self, steps: steps, looks: 15, orders: 2)
      .outcome(against: nil).stopped
  }
}
