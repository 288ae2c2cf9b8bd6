public import LinearAlgebra
public import Networks

/// A model as its file describes it.
public struct LoadedModel: Sendable {
  /// The file the model was read from.
  public internal(set) var path: String
  /// The layout of that file.
  package let format: ModelFormat
  /// The program that wrote the file, as in `Keras 3.15.1`.
  public let producer: String
  /// The dimensions of a sample, as in `[784]`, or `[28, 28, 1]` before a Flatten.
  public let inputShape: [Int]
  /// The chain of Dense layers with what stands between them.
  public let network: Network<Float>
  /// The loss the model was trained with; `nil` if the file names none, or none that is supported.
  public let loss: Loss?
  /// Why the file's own loss cannot be used, if it has one.
  public let lossProblem: ModelError?
  /// The notes on parts that were left out or decided in reading, in whole sentences.
  public internal(set) var notes: [String]
  /// Those of the notes that say what was assumed of the loss, because the file does not.
  package internal(set) var lossAssumptions: [String] = []
  /// Whether the file also holds samples, under one of the names looked for by default.
  public let carriesData: Bool
  /// All layers in order, those left out included.
  package let structure: [LayerSummary]
  /// How the model was trained, as far as its file says.
  package internal(set) var training = ModelTraining()
  /// How the model grew, from the first growth to the last; empty if it never did.
  package internal(set) var history: [GrowthRecord] = []
  /// The options it was read with.
  public internal(set) var options = ModelOptions()
}

extension LoadedModel {
  /// The notes, where this loss is used: what was assumed of the file's own loss is of no matter beside
  /// another one.
  package func notes(on used: Loss) -> [String] {
    used == loss ? notes : notes.filter { !lossAssumptions.contains($0) }
  }

  /// Whether it is trained with Dropout; `nil` of files that hold nothing of what acts in training alone.
  package var hasDropout: Bool? {
    format.isOfKeras ? structure.contains { $0.className.contains("Dropout") } : nil
  }
}
