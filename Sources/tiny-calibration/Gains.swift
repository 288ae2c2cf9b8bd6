import ArgumentParser
import Diagnostics
import Foundation
import Growth
import Networks

struct Gains: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare predicted, measured and held-out gains with those on unseen samples.")

  @OptionGroup var options: CalibrationOptions
  @Option(help: "Seeds, each with samples, an initialization and batches of its own.")
  var seeds = 2

  func run() async throws {
    var rows: [GainRow] = []
    for seed in 0..<UInt64(seeds) {
      let named = GeneratedDataSet.allCases.filter { $0.rawValue.hasPrefix(options.only) }
      var subjects = try subjects(
        on: named.map { $0.samples(seed: seed) }, seed: seed, named: options.only,
        planned: generatedPlans)
      let sources = try dataSets(
        fixtures: options.files.fixtures, mnist: options.files.mnist, seed: seed)
      subjects += try tiny_calibration.subjects(on: sources, seed: seed, named: options.only)
      for subject in subjects {
        for row in try await gains(subject, seed: seed) {
          FileHandle.standardError.write(Data((row.cells.joined(separator: " ") + "\n").utf8))
          rows.append(row)
        }
      }
    }
    print(gainTables(rows))
  }
}

/// What is said of one hidden layer, and what is true of it.
struct GainRow {
  let subject: String
  let layer: String
  let neurons: Int
  let gain: LossGain
  /// The fall of the loss of the samples that nothing has seen, as a whole and beyond that of the weight
  /// update alone.
  let unseen: Double

  /// The row as text.
  var cells: [String] {
    func text(_ number: Double?) -> String { number.map { String(format: "%.4g", $0) } ?? "–" }
    return [
      subject, layer, "\(neurons)", text(gain.predicted), text(gain.measured),
      "\(text(gain.heldOut?.mean)) ± \(text(gain.heldOut?.standardError))", text(unseen),
    ]
  }
}

/// One row for each hidden layer for which neurons are suggested.
private func gains(_ subject: TrainedNetwork, seed: UInt64) async throws -> [GainRow] {
  let diagnosis = try await diagnose(
    .model(subject.network, subject.objective),
    split: SampleSplit(
      samples: subject.data.training, validation: subject.data.validation, holdout: 0, seed: seed),
    options: DiagnosisOptions(workers: 2, seed: seed))
  let before = loss(of: subject.network, subject)
  return try diagnosis.growth.compactMap { growth in
    guard let addition = growth.addition, let gain = growth.lossGain else { return nil }
    let grown = try subject.network.grown(by: addition)
    return GainRow(
      subject: subject.name, layer: subject.network.layers[growth.layer].name,
      neurons: growth.suggestedNeurons, gain: gain, unseen: before - loss(of: grown, subject))
  }
}

/// The mean loss of the samples that nothing has seen.
private func loss(of network: Network<Float>, _ subject: TrainedNetwork) -> Double {
  var pass = Pass(network: network, objective: subject.objective)
  pass.forward(subject.data.test.inputs, differentiating: false)
  pass.evaluate(targets: subject.data.test.targets)
  let weights = subject.data.test.weights ?? pass.losses.map { _ in 1 }
  return zip(weights, pass.losses).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
}

/// The rows and what they come to, in Markdown.
private func gainTables(_ rows: [GainRow]) -> String {
  let titles = ["network", "layer", "neurons", "predicted", "measured", "held out", "unseen"]
  let lines = ([titles, titles.map { _ in "---" }] + rows.map(\.cells))
    .map { "| " + $0.joined(separator: " | ") + " |" }
  let errors = rows.compactMap { row in
    row.gain.predicted.map { abs($0 / row.gain.measured - 1) }
  }.sorted()
  let ratios = rows.compactMap { row in
    row.gain.heldOut.map { $0.mean / row.unseen }
  }.filter { $0 > 0 }.sorted()
  // Where the unseen samples are few, their own error makes a ratio of two small numbers anything.
  let generated = Set(GeneratedDataSet.allCases.map(\.rawValue))
  let certain = rows.filter { row in
    generated.contains(String(row.subject.prefix { $0 != " " })) && row.unseen > 0
  }.compactMap { row in row.gain.heldOut.map { $0.mean / row.unseen } }
  let sums = rows.compactMap { row in row.gain.heldOut.map { ($0.mean, row.unseen) } }
    .reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
  let networks = Set(rows.map(\.subject)).count
  let total = rows.compactMap { row in
    row.gain.heldOut.map { ($0.mean - row.unseen) / $0.standardError }
  }
  func middle(_ numbers: [Double]) -> String {
    numbers.isEmpty ? "–" : String(format: "%.3f", numbers[numbers.count / 2])
  }
  return introduction + lines.joined(separator: "\n") + """


    \(networks) networks, each of several seeds. Predicted within 10 % of measured: \(errors.count { $0 <= 0.1 }) of \(errors.count); within \
    25 %: \(errors.count { $0 <= 0.25 }); median error \(middle(errors)).
    Held-out gain over unseen gain: median \(middle(ratios)); mean where 20 000 samples are unseen \
    \(String(format: "%.3f", certain.reduce(0, +) / Double(max(1, certain.count)))) of \(certain.count); all held-out gains over all unseen ones \
    \(String(format: "%.3f", sums.0 / max(sums.1, .leastNormalMagnitude))); unseen gains below 0: \
    \(rows.count { $0.unseen <= 0 }) of \(rows.count); mean difference in standard errors \
    \(String(format: "%.2f", total.reduce(0, +) / Double(max(1, total.count)))).
    """
}

private let introduction = """
  ## Gains on samples that nothing has seen

  Written by `swift run -c release tiny-calibration gains --seeds 2 >> docs/calibration.md`. Networks like those above, and 41 on data that \
  are made here: 200 samples to 50 000, images of 400 inputs that hardly vary, a rare class, with its weight and without, weights of samples, heavy \
  tails, one to five hidden layers of 3 to 128 units, some stopped early, some trained with BatchNorm, Dropout or an L2 penalty. One row for each layer and seed for which neurons are suggested. *unseen* is the fall of the loss at once on samples that \
  neither trained, judged nor chose anything, 20 000 of them where the data are made here; its own error is left out of what is compared.


  """
