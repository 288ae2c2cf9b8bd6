import FoundationEssentials
import Growth
import LinearAlgebra
import Loader
import Networks

/// What goes into a checkpoint beside the network: everything that training goes on from.
struct SavedTraining: Codable, Equatable {
  /// What the samples looked like, all of them.
  struct Samples: Codable, Equatable {
    var path: String
    var training: Int
    var heldOut: Int
    /// Of every number of them.
    var fingerprint: UInt64
  }

  var samples: Samples
  var scale: Float?
  var options: GrowingOptions
  var progress: GrowingTrainer.Progress
  var stepCount: Int
  var generator: UInt64
  var position: Int

  /// A moment of a training.
  init(_ state: GrowingTrainer.State, samples: Samples, scale: Float?) {
    self.samples = samples
    self.scale = scale
    options = state.options
    progress = state.progress
    stepCount = state.training.stepCount
    generator = state.training.generator
    position = state.training.position
  }

  /// The checkpoint of a moment.
  ///
  /// - Throws: `EncodingError`, which no training causes.
  func checkpoint(of state: Trainer.State, loss: Loss) throws -> Checkpoint {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var matrices: [String: Matrix<Float>] = [:]
    for index in state.means.indices {
      matrices["mean_\(index)"] = state.means[index]
      matrices["mean_square_\(index)"] = state.meanSquares[index]
    }
    return Checkpoint(
      network: state.network, loss: loss,
      text: String(decoding: try encoder.encode(self), as: UTF8.self), matrices: matrices,
      lists: ["order": state.order])
  }

  /// What a checkpoint says; `nil` if it is another program's.
  init?(_ checkpoint: Checkpoint) {
    guard
      let saved = try? JSONDecoder().decode(
        SavedTraining.self, from: Data(checkpoint.text.utf8))
    else { return nil }
    self = saved
  }

  /// The moment that was saved; `nil` if parts of it are missing.
  func state(_ checkpoint: Checkpoint) -> GrowingTrainer.State? {
    let indices = checkpoint.network.layers.indices
    let means = indices.compactMap { checkpoint.matrices["mean_\($0)"] }
    let squares = indices.compactMap { checkpoint.matrices["mean_square_\($0)"] }
    guard means.count == indices.count, squares.count == indices.count,
      let order = checkpoint.lists["order"]
    else { return nil }
    return GrowingTrainer.State(
      options: options,
      training: Trainer.State(
        network: checkpoint.network, stepCount: stepCount, means: means, meanSquares: squares,
        generator: generator, order: order, position: position),
      progress: progress)
  }

  /// What another run would have to do differently to go on from here; `nil` if nothing. How long it
  /// goes on may change.
  func difference(from other: GrowingOptions, _ samples: Samples, scale: Float?) -> String? {
    let known = options
    // The seed decides which samples are held out: with another one they differ, too.
    if known.training.seed != other.training.seed {
      return "it was begun with --seed \(known.training.seed)"
    }
    let parts = [samples, self.samples].map { [$0.training, $0.heldOut] }
    if parts[0] != parts[1], parts[0].reduce(0, +) == parts[1].reduce(0, +) {
      return "it was begun with \(self.samples.heldOut.inGroups) samples held out, and now "
        + "\(samples.heldOut.inGroups) are"
    }
    if samples.fingerprint != self.samples.fingerprint
      || samples.training != self.samples.training || samples.heldOut != self.samples.heldOut
    {
      return "it was begun on other samples, of \(self.samples.path)"
    }
    let same: [(name: String, isSame: Bool)] = [
      ("--scale", scale == self.scale),
      ("--optimizer or --learning-rate", known.training.optimizer == other.training.optimizer),
      ("--batch-size", known.training.batchSize == other.training.batchSize),
      ("--grow-every", known.growthInterval == other.growthInterval),
      ("--method or --solver", known.neurons == other.neurons),
      ("--layers", known.layers == other.layers),
      ("--neurons", known.neuronLimit == other.neuronLimit),
      ("--threshold", known.threshold == other.threshold),
      ("--statistics", known.statistics == other.statistics),
      ("--significant", known.requiresSignificance == other.requiresSignificance),
      ("--no-gradient-descent", known.omitsGradientDescent == other.omitsGradientDescent),
      ("--threads", known.workers == other.workers),
    ]
    return same.first { !$0.isSame }.map { "it was begun with another \($0.name)" }
  }
}

extension ArraySamples {
  /// A number that changes with any bit of the samples (FNV-1a over words).
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
    for number in inputs.storage { add(UInt64(number.bitPattern)) }
    switch targets {
    case .labels(let labels): for label in labels { add(UInt64(bitPattern: Int64(label))) }
    case .values(let values): for number in values.storage { add(UInt64(number.bitPattern)) }
    }
    return hash
  }
}
