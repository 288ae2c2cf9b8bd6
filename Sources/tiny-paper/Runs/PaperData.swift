import LinearAlgebra
import Loader
import Networks

/// The samples of all experiments.
struct PaperData {
  let training: ArraySamples
  /// Judges, and is seen by nothing else.
  let test: ArraySamples
  let classes: Int
  /// What is done to the features first: none that is negative, and some above 1, are divided by the
  /// largest.
  let preprocessing: [Stage<Float>]

  /// Reads samples of classes; `/validation` is the test set, or else a fifth of the samples, drawn
  /// once and for all.
  ///
  /// - Throws: `ModelError` if the file cannot be used, `PaperError.unfitData` if it is not one of
  ///   classes.
  init(contentsOf path: String) throws {
    let opened = try openTrainingSamples(SampleOptions(data: [path])).samples
    let all = try Self.everything(in: opened.training)
    guard case .labels(let labels) = all.targets, let last = labels.max() else {
      throw PaperError.unfitData(path: path, reason: "the targets are no labels of classes")
    }
    preprocessing = Self.scaling(of: all.inputs)
    if let validation = opened.validation {
      (training, test) = (all, try Self.everything(in: validation))
    } else {
      var random = SeededGenerator(seed: Self.splitSeed)
      let order = Array(0..<all.sampleCount).shuffled(using: &random)
      func part(_ rows: ArraySlice<Int>) -> ArraySamples {
        let rows = Array(rows)
        return ArraySamples(
          inputs: all.inputs.selectingRows(rows), targets: all.targets.selecting(rows))
      }
      let count = all.sampleCount / 5
      (training, test) = (part(order.dropFirst(count)), part(order.prefix(count)))
    }
    guard test.sampleCount > 0, training.sampleCount > 0 else {
      throw PaperError.unfitData(path: path, reason: "only \(all.sampleCount) samples")
    }
    classes = last + 1
  }

  /// All runs are judged on the same samples, whatever their own seeds.
  private static let splitSeed: UInt64 = 0

  private static func scaling(of inputs: Matrix<Float>) -> [Stage<Float>] {
    guard let least = inputs.storage.min(), let most = inputs.storage.max(), least >= 0, most > 1
    else { return [] }
    let zeros = [Float](repeating: 0, count: inputs.columns)
    return [
      .affine(Affine(center: zeros, scale: zeros.map { _ in 1 / most }, offset: zeros))
    ]
  }

  private static func everything(in source: some SampleSource) throws -> ArraySamples {
    var inputs = Matrix<Float>(rows: 0, columns: source.inputCount)
    let targets = try source.read(0..<source.sampleCount, into: &inputs)
    return ArraySamples(inputs: inputs, targets: targets)
  }
}
