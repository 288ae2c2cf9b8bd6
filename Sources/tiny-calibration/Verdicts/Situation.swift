import Diagnostics
import LinearAlgebra
import Networks

/// A network of which it is known what is wrong with it, by the way it is made or by training it on.
struct Situation: Sendable {
  let name: String
  /// The verdicts that are right by the way the network is made; empty where training on tells.
  var truth: Set<VerdictKind> = []
  /// How many samples the owner of the network has.
  var count = 1000
  var hidden: [Int] = [8]
  var activation = Activation.tanh
  var output: Activation?
  var loss = Loss.meanSquaredError
  /// The steps it was trained for, and those it is trained on for.
  var steps = 3000
  var stepsOn = 3000
  var rule = UpdateRule.adam()
  var learningRate = 0.003
  /// The share of the hidden units that is dropped out in training.
  var dropout = 0.0
  /// Whether the owner has samples besides that nothing was trained on.
  var hasUnseen = false
  /// Whether the last samples are held out.
  var isTimeSeries = false
  /// The samples; the same task whenever the generator starts alike.
  let task: @Sendable (inout SeededGenerator) -> Task
  /// What is done to the network before it is trained; it gets the task.
  var before: @Sendable (inout Network<Float>, Task, inout SeededGenerator) -> Void = { _, _, _ in }
  /// What is done to it after that.
  var after: @Sendable (inout Network<Float>) -> Void = { _ in }
  /// What is done to the owner's samples, and not to those that judge in the end.
  var owned: @Sendable (ArraySamples, inout SeededGenerator) -> ArraySamples = { samples, _ in
    samples
  }

  /// Something to learn.
  struct Task: Sendable {
    let inputs: Int
    let outputs: Int
    /// The network that answers, where the task is one's answers.
    var teacher: Network<Float>?
    /// So many samples.
    let samples: @Sendable (Int, inout SeededGenerator) -> ArraySamples
  }
}
