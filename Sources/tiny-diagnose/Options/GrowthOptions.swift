public import ArgumentParser
public import Diagnostics
import Networks

/// Which new neurons are looked for, and by how many workers.
struct GrowthOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The hidden layers that may grow, separated by commas (default: all).", valueName: "names"))
  var layers: String?

  @Option(help: ArgumentHelp("Suggest at most so many neurons for a layer.", valueName: "n"))
  var neurons = DiagnosisOptions(workers: 1).neuronLimit

  @Option(
    help: ArgumentHelp(
      "How neurons are found: judged by what they gain through their activation, or linearly; "
        + "sequential is the paper's way."))
  var solver = DiagnosisOptions(workers: 1).solver

  @Option(
    help: ArgumentHelp(
      "Suggest no neurons that take less than this share off the held-out loss: 1% or 0.01.",
      valueName: "share"), transform: Share.parse)
  var leastGain = VerdictCriteria().leastGain

  @OptionGroup var threads: ThreadOptions

  /// The number of workers to share the samples.
  var workers: Int { threads.workers }

  /// What a diagnosis is told.
  ///
  /// - Throws: `ValidationError` for a layer that is none of the network's hidden ones.
  func diagnosisOptions(
    for network: Network<Float>, _ data: DataOptions
  ) throws -> DiagnosisOptions {
    var options = DiagnosisOptions(
      solver: solver, neuronLimit: neurons,
      layers: try chosenLayers(among: network.layers.map(\.name)), workers: workers,
      seed: data.seed)
    options.criteria = VerdictCriteria(leastGain: leastGain, heldOutIsUnseen: data.holdoutUnseen)
    return options
  }

  /// Keeps the process to the cores that were asked for.
  func limitCores() { threads.limitCores() }

  /// What decides which neurons are found, for another command.
  var arguments: [String] {
    let defaults = DiagnosisOptions(workers: 1)
    return (neurons == defaults.neuronLimit ? [] : ["--neurons", "\(neurons)"])
      + (solver == defaults.solver ? [] : ["--solver", solver.rawValue])
      + (leastGain == VerdictCriteria().leastGain ? [] : ["--least-gain", "\(leastGain)"])
  }

  func validate() throws {
    guard neurons >= 1 else {
      throw ValidationError("--neurons is \(neurons), expected 1 or more")
    }
    guard leastGain < 1 else {
      throw ValidationError(
        "--least-gain is all of the loss, which no neurons take away: expected less, as in 1% or 0.01"
      )
    }
  }

  /// The places of the layers that may grow, among the layers of these names; `nil` for all.
  ///
  /// - Throws: `ValidationError` for a name that is none of the hidden layers'.
  private func chosenLayers(among names: [String]) throws -> [Int]? {
    try layers?.split(separator: ",", omittingEmptySubsequences: false).map { name in
      try hiddenLayer(String(name), among: names, option: "--layers")
    }
  }
}

/// The place of a hidden layer among the layers of these names.
///
/// - Throws: `ValidationError` for a name that is none of the hidden layers', with the option that
///   has it.
func hiddenLayer(_ name: String, among names: [String], option: String) throws -> Int {
  let hidden = names.dropLast()
  // One that is only a number is shown as "layer 2".
  guard let index = hidden.firstIndex(where: { [$0, layerText($0)].contains(name) }) else {
    throw ValidationError(
      name == names.last ?? ""
        ? "\(option): \(name) is the last layer, whose units are the answers; "
          + "the hidden layers are \(hidden.joined(separator: ", "))"
        : "\(option): there is no hidden layer \(name); "
          + "there are \(hidden.isEmpty ? "none" : hidden.joined(separator: ", "))"
          + name.proposal(of: Array(hidden)))
  }
  return index
}

extension Solver: ExpressibleByArgument {}
